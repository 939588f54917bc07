"""When words are said in a recording, found by laying another recital of the same words over it.

Both are cut into short frames of mel-frequency cepstra (Davis and Mermelstein 1980) with their slopes,
and dynamic time warping (Sakoe and Chiba 1978) finds which frame answers which. The recital is one whose
word times are known, as of a speech program; how its voice sounds matters little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE = 16_000
HOP_SECONDS, WINDOW_SECONDS = 0.01, 0.025
MOST_PAIRS = 36_000_000
"""Of frames that are compared; longer recordings get coarser frames."""
BANDS, CEPSTRA, SPECTRUM = 26, 13, 512
LOWEST_HZ, HIGHEST_HZ = 60.0, 7600.0
SLOPE_WEIGHT = 2.0
AUDIBLE_DB = -40.0
"""Below the loudest frame: anything softer is a pause."""
KEPT_PAUSE_SECONDS = 0.1
"""How much of a longer pause is kept at each of its ends: silence cannot be told from silence."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word of a recording, in seconds from its start."""

    start_seconds: float
    end_seconds: float


def word_times(
    reference: Floats, starts: Sequence[float], heard: Floats, hop_seconds: float = HOP_SECONDS
) -> tuple[Spoken, ...]:
    """Find the words in ``heard`` whose ``starts`` in ``reference`` are known, in seconds.

    Both are mono at 16 kHz (``prepared``). Nothing is found where one of them is silent. On read English
    sentences the starts are within some 50 ms on average (benchmarks/RESULTS.md).
    """
    hop = round(hop_seconds * RATE)
    known, found = _Frames(reference, hop), _Frames(heard, hop)
    pairs = len(known.kept) * len(found.kept)
    if not pairs or not starts:
        return ()
    if pairs > MOST_PAIRS:
        return word_times(reference, starts, heard, hop_seconds * 1.5)
    path = _warped(_distances(known.features, found.features))
    places = np.searchsorted(known.kept, np.asarray(starts) / hop_seconds)
    rows = np.searchsorted(path[:, 0], np.minimum(places, len(known.kept) - 1))
    at = found.kept[path[rows, 1]]
    return tuple(
        Spoken(float(start * hop_seconds), float(found.end_after(start, limit) * hop_seconds))
        for start, limit in zip(at, [*at[1:], found.kept[-1] + 1], strict=True)
    )


def prepared(samples: Floats, rate: int) -> Floats:
    """Fold (n,) or (n, channels) down to mono at 16 kHz."""
    from math import gcd

    from scipy.signal import resample_poly

    mono = samples if samples.ndim == 1 else samples.mean(axis=1)
    common = gcd(RATE, rate)
    return np.asarray(resample_poly(mono, RATE // common, rate // common), np.float32)


class _Frames:
    """A recording's frames without its long pauses: ``kept`` are their numbers, in order."""

    def __init__(self, samples: Floats, hop: int) -> None:
        power = _power(samples, hop)
        level = 10 * np.log10(power.sum(axis=1) + 1e-12)
        self.audible = level > max(level.max(initial=-120.0) + AUDIBLE_DB, -90.0)
        self.kept = _without_pauses(self.audible, round(KEPT_PAUSE_SECONDS * RATE / hop))
        self.features = _features(power[self.kept]) if len(self.kept) else np.zeros((0, 1), np.float32)

    def end_after(self, start: int, limit: int) -> int:
        """Give where what begins at a frame is last audible before another one."""
        heard = np.flatnonzero(self.audible[start:limit])
        return int(start + heard[-1] + 1) if len(heard) else limit


def _without_pauses(audible: NDArray[np.bool_], edge: int) -> NDArray[np.intp]:
    """Keep what is audible, and ``edge`` frames of silence at its sides; none before the first or after."""
    near = np.convolve(audible, np.ones(2 * edge + 1), mode="same") > 0
    heard = np.flatnonzero(audible)
    if not len(heard):
        return heard
    inside = np.flatnonzero(near)
    return np.asarray(inside[(inside >= heard[0]) & (inside <= heard[-1])])


def _power(samples: Floats, hop: int) -> Floats:
    """Give the power spectrum of each frame, its high tones raised as speech needs it."""
    window = round(WINDOW_SECONDS * RATE)
    raised = np.append(samples[:1], samples[1:] - 0.97 * samples[:-1])
    padded = np.pad(raised, (window // 2, window))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[: len(samples) + 1 : hop]
    spectrum = np.fft.rfft(frames * np.hamming(window), SPECTRUM)
    return np.asarray(np.abs(spectrum) ** 2, np.float32)


def _features(power: Floats) -> Floats:
    from scipy.fft import dct

    loud = np.log(power @ _bands().T + 1e-8)
    cepstra = dct(loud, type=2, axis=1, norm="ortho")[:, :CEPSTRA]
    even = (cepstra - cepstra.mean(axis=0)) / (cepstra.std(axis=0) + 1e-6)
    slopes = np.gradient(even, axis=0) if len(even) > 1 else np.zeros_like(even)
    return np.asarray(np.hstack([even, SLOPE_WEIGHT * slopes]), np.float32)


def _bands() -> Floats:
    """Give triangles over the spectrum, evenly spaced in mel (O'Shaughnessy 1987)."""
    low, high = (2595 * np.log10(1 + edge / 700) for edge in (LOWEST_HZ, HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    tones = np.fft.rfftfreq(SPECTRUM, 1 / RATE)
    rising = (tones - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - tones) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.maximum(0, np.minimum(rising, falling)), np.float32)


def _distances(left: Floats, right: Floats) -> Floats:
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None] - 2 * left @ right.T
    return np.asarray(np.sqrt(np.maximum(squares, 0)), np.float32)


def _warped(costs: Floats) -> NDArray[np.intp]:
    """Give the cheapest path through the costs, as rows of (left frame, right frame)."""
    height, width = costs.shape
    total = np.full((height + 1, width + 1), np.inf, np.float32)
    total[0, 0] = 0
    for diagonal in range(2, height + width + 1):
        row = np.arange(max(1, diagonal - width), min(height, diagonal - 1) + 1)
        column = diagonal - row
        cheapest = np.minimum(total[row - 1, column], total[row, column - 1])
        total[row, column] = costs[row - 1, column - 1] + np.minimum(total[row - 1, column - 1], cheapest)
    return _traced(total)


def _traced(total: Floats) -> NDArray[np.intp]:
    row, column = total.shape[0] - 1, total.shape[1] - 1
    path = []
    while row and column:
        path.append((row - 1, column - 1))
        steps = ((row - 1, column - 1), (row - 1, column), (row, column - 1))
        row, column = min(steps, key=lambda step: total[step])
    return np.asarray(path[::-1])
