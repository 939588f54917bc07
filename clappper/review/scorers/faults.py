"""Technical faults: black, frozen and doubled frames, bars, banding, blur, clipped sound."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from clappper.media.audio import read_audio
from clappper.media.picture import Plane
from clappper.review.scorers.sample import MOST_SECONDS, Sample
from clappper.review.scorers.score import Metric, Score, scores

VERSION = "2"
METRICS = (
    Metric("black_frames", "Black frames", -1, "share"),
    Metric("frozen_seconds", "Longest freeze", -1, "s"),
    Metric("duplicate_frames", "Doubled frames", -1, "share"),
    Metric("letterbox", "Bars", -1, "share"),
    Metric("banding", "Banding", -1, "share"),
    Metric("sharpness", "Sharpness", 1),
    Metric("clipped_samples", "Clipped sound", -1, "share"),
)
BLACK_LUMA = 26
"""In codes of limited range, where 16 is black."""
SAME_CODES = 0.35
"""Mean difference up to which two pictures are one, give or take the encoder."""
BAR_LUMA = 24
BLOCK = 16
FULL = 0.9995
CLIPPED_RUN = 3


def measure(sample: Sample, _: str) -> tuple[Score, ...]:
    same = [
        [float(cv2.absdiff(one, other).mean()) < SAME_CODES for one, other in pairwise(frames)]
        for frames in sample.stretches
    ]
    dark = [_is_black(plane) for plane in sample.all]
    found = scores(
        black_frames=float(np.mean(dark)),
        frozen_seconds=max(map(_longest, same)) / sample.fps,
        duplicate_frames=float(np.mean([_doubled(marks) for marks in same])),
        letterbox=bars(sample.all),
        banding=float(np.mean([banding(plane) for plane in sample.some])),
        sharpness=float(np.median([sharpness(plane) for plane in sample.some])),
    )
    if not sample.facts.has_audio:
        return (*found, Score("clipped_samples", None, "cannot compute: the clip has no sound."))
    length = MOST_SECONDS / len(sample.starts)
    sounding = [start for start in sample.starts if start < sample.facts.audio_seconds] or [0.0]
    heard = [read_audio(sample.path, start_seconds=start, seconds=length) for start in sounding]
    return (*found, *scores(clipped_samples=clipped(np.concatenate(heard))))


def _is_black(plane: Plane) -> bool:
    return float(np.percentile(plane, 98)) < BLACK_LUMA


def _longest(marks: Sequence[bool]) -> int:
    longest = run = 0
    for mark in marks:
        run = run + 1 if mark else 0
        longest = max(longest, run)
    return longest


def _doubled(same: Sequence[bool]) -> float:
    """Give the share of single repeats between moving frames, as a bad frame-rate conversion leaves them."""
    if len(same) < 3:
        return 0.0
    padded = [True, *same, True]
    alone = sum(
        now and not before and not after
        for before, now, after in zip(padded, padded[1:], padded[2:], strict=False)
    )
    return alone / len(same)


def bars(pictures: Sequence[Plane]) -> float:
    """Give the share of the picture that is black bars in every frame, above and below or at the sides."""
    brightest = np.max(np.stack(pictures[:: max(1, len(pictures) // 24)]), axis=0)
    if float(np.percentile(brightest, 98)) < BLACK_LUMA:
        return 0.0
    shares = [_edges(np.asarray(np.percentile(brightest, 99, axis=axis)) < BAR_LUMA) for axis in (1, 0)]
    return float(max(shares))


def _edges(dark: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    """Give the share of dark lines that touch both edges; one dark edge alone is a dark picture."""
    bright = np.flatnonzero(~dark)
    if not len(bright):
        return 0.0
    before, after = int(bright[0]), len(dark) - 1 - int(bright[-1])
    return (before + after) / len(dark) if before and after else 0.0


def banding(plane: Plane) -> float:
    """Give the share of softly shaded blocks that hold three levels or fewer where more are spanned."""
    rows, columns = plane.shape[0] // BLOCK, plane.shape[1] // BLOCK
    if not rows or not columns:
        return 0.0
    cut = plane[: rows * BLOCK, : columns * BLOCK]
    blocks = cut.reshape(rows, BLOCK, columns, BLOCK).transpose(0, 2, 1, 3).reshape(-1, BLOCK * BLOCK)
    ordered = np.sort(blocks, axis=1)
    span = ordered[:, -1].astype(int) - ordered[:, 0]
    levels = 1 + (np.diff(ordered, axis=1) > 0).sum(axis=1)
    soft = (span >= 4) & (span <= 24)
    return float((levels[soft] <= 3).mean()) if soft.any() else 0.0


def sharpness(plane: Plane) -> float:
    """Give the logarithm of the Laplacian's variance (Pech-Pacheco et al., 2000)."""
    return float(np.log1p(cv2.Laplacian(plane, cv2.CV_32F).var()))


def clipped(samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    """Give the share of samples in runs of three or more at full scale."""
    if not samples.size:
        return 0.0
    full = np.abs(samples) >= FULL
    runs = full[2:] & full[1:-1] & full[:-2]
    return float(runs.sum() * CLIPPED_RUN / full.size)
