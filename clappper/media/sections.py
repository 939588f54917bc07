"""The sections of a song: where its intro ends, what comes back, and which part is the chorus.

Each beat's harmony, timbre and loudness are compared with those of every other beat; a section starts where
the checkerboard of "alike before, alike after, unlike across" is clearest (Foote, "Automatic Audio
Segmentation Using a Measure of Audio Novelty", 2000). Sections that sound alike get the same letter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy import cluster, fft, signal
from scipy.spatial import distance

from clappper.media.beats import BAR_BEATS, BeatGrid
from clappper.media.onsets import FRAMES_PER_SECOND, WORK_RATE, Curve, Heard, Wave, listen, to_mono

FEWEST_BEATS = 24
LEAST_CONFIDENCE = 0.1
PHRASE_BEATS = 9
KERNELS_BEATS = (8, 16)
CEPSTRA = 13
CHROMA_WINDOW, CHROMA_HOP = 4096, 1200
CHROMA_HZ = (65.0, 2100.0)
# Chosen on songs and pieces that ``benchmarks.sections`` does not count.
WEIGHTS = {"harmony": 0.35, "timbre": 1.0, "strength": 1.5}
CLEAR_NOVELTY = 0.10
CLEAR_SHARE = 0.25
ALIKE = 0.55
OWN_BAR_BONUS = 1.2
STRAY_BEATS = 2
SHORTEST_END_BEATS = 7  # so that a last chord ringing out is no section
ONE_SECTION = "whole"
TOO_SHORT = "The music is too short to have sections."
NO_BEAT = "There is no steady beat, so no sections are marked."
UNSURE_BEATS = "The beats are unsure, so sections may start a little off."
NO_CHANGE = "The music sounds alike all through: it is one section."
CHORUS_DB = 3.0
GUESSED_CHORUS = "No loud section comes back, so the chorus is a guess: the loudest one."


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a song, in seconds; sections that sound alike have the same ``letter``."""

    start: float
    end: float
    label: str
    letter: str = "A"


@dataclass(frozen=True, slots=True)
class Song:
    """Sections that follow each other without gaps; ``note`` says what is unsure about them."""

    sections: tuple[Section, ...]
    note: str = ""


def find_sections(samples: Wave, rate: int, grid: BeatGrid) -> Song:
    """Divide music of shape (n,) or (n, channels) at ``rate`` samples a second, whose beats are known.

    Never fails on odd input: what is short, silent or without a beat is one section, and the note says why.
    """
    seconds = len(samples) / rate
    whole = (Section(0.0, round(seconds, 4), ONE_SECTION),)
    if len(grid.beats_seconds) < FEWEST_BEATS:
        return Song(whole, TOO_SHORT)
    if grid.confidence < LEAST_CONFIDENCE:
        return Song(whole, NO_BEAT)
    heard = listen(samples, rate)
    edges = np.array([*grid.beats_seconds, seconds])
    features, loudness = _features(heard, to_mono(samples, rate), edges)
    bounds = _bounds(_novelty(features), _own_phase(grid))
    bounds = _without_phrases(bounds, _letters(features, bounds))
    bounds, letters = _joined(bounds, _letters(features, bounds))
    if len(letters) < 2:
        return Song(whole, NO_CHANGE)
    times = [0.0, *(float(edges[beat]) for beat in bounds[1:-1]), round(seconds, 4)]
    power = [float(np.percentile(loudness[a:b], 75)) for a, b in pairwise(bounds)]
    sections = tuple(Section(a, b, x, x) for (a, b), x in zip(pairwise(times), letters, strict=True))
    song = _named(sections, power)
    return song if grid.is_sure else replace(song, note=f"{UNSURE_BEATS} {song.note}".strip())


def _features(heard: Heard, mono: Wave, edges: Curve) -> tuple[Curve, Curve]:
    """Give what each beat sounds like, shape (beats, features), and its loudness in dB."""
    bands = heard.bands.astype(np.float64)
    timbre = _by_beat(fft.dct(bands, axis=1, norm="ortho")[:, 1:CEPSTRA], edges, FRAMES_PER_SECOND)
    attack = _by_beat(np.abs(np.diff(bands[:, ::4], axis=0)), edges, FRAMES_PER_SECOND)
    loudness = 20 * np.log10(_by_beat(heard.level[:, None], edges, FRAMES_PER_SECOND)[:, 0] + 1e-6)
    harmony = _by_beat(_chroma(mono), edges, WORK_RATE / CHROMA_HOP)
    harmony /= np.linalg.norm(harmony, axis=1, keepdims=True) + 1e-9
    strength = np.column_stack([np.maximum(loudness, loudness.max() - 40), attack])
    groups = {"harmony": harmony, "timbre": timbre, "strength": strength}
    return np.hstack([WEIGHTS[name] * _levelled(group) for name, group in groups.items()]), loudness


def _levelled(group: Curve) -> Curve:
    """Bring a group of features to unit variance as a whole, so that each group counts alike."""
    centred = group - group.mean(axis=0)
    levelled: Curve = centred / max(float(np.sqrt((centred**2).sum(axis=1).mean())), 1e-9)
    return levelled


def _by_beat(frames: Curve, edges: Curve, per_second: float) -> Curve:
    at = np.clip(np.round(edges * per_second).astype(int), 0, len(frames) - 1)
    return np.array([frames[a : max(b, a + 1)].mean(axis=0) for a, b in pairwise(at)])


def _chroma(mono: Wave) -> Curve:
    """Give how much of each of the twelve pitch classes sounds, shape (frames, 12)."""
    hertz = fft.rfftfreq(CHROMA_WINDOW, 1 / WORK_RATE)
    used = (hertz > CHROMA_HZ[0]) & (hertz < CHROMA_HZ[1])
    pitch = 12 * np.log2(hertz[used] / 440.0)
    apart = (pitch[:, None] - np.arange(12)[None, :] + 6) % 12 - 6
    bank = np.exp(-0.5 * (apart / 0.5) ** 2)
    padded = np.pad(mono, (CHROMA_WINDOW // 2, CHROMA_WINDOW))
    windows = np.lib.stride_tricks.sliding_window_view(padded, CHROMA_WINDOW)[::CHROMA_HOP]
    hann = signal.windows.hann(CHROMA_WINDOW, sym=False).astype(np.float32)
    parts = [
        np.sqrt(np.abs(fft.rfft(windows[at : at + 256] * hann, axis=1))[:, used]) @ bank
        for at in range(0, len(windows), 256)
    ]
    return np.concatenate(parts).astype(np.float64)


def _novelty(features: Curve) -> Curve:
    """Say for each beat how much what follows differs from what went before: about 0..1."""
    apart = distance.squareform(distance.pdist(features))
    alike = np.exp(-apart / max(float(np.median(apart)), 1e-9))
    novelty: Curve = np.mean([_checkerboard(alike, half) for half in KERNELS_BEATS], axis=0)
    return novelty


def _checkerboard(alike: Curve, half: int) -> Curve:
    """Correlate along the diagonal; at the ends only with the part of the kernel that fits."""
    at = np.arange(-half, half) + 0.5
    taper = np.exp(-2 * (at / half) ** 2)
    kernel = np.outer(taper, taper)
    sign = np.sign(at)
    same = np.equal.outer(sign, sign)
    padded = np.pad(alike, half, constant_values=np.nan)
    novelty = np.zeros(len(alike))
    for beat in range(BAR_BEATS, len(alike) - BAR_BEATS + 1):
        window = padded[beat : beat + 2 * half, beat : beat + 2 * half]
        known = ~np.isnan(window)
        near, far = kernel * (known & same), kernel * (known & ~same)
        filled = np.where(known, window, 0)
        novelty[beat] = (near * filled).sum() / near.sum() - (far * filled).sum() / far.sum()
    return novelty


def _own_phase(grid: BeatGrid) -> int:
    return grid.beats_seconds.index(grid.downbeats[0]) % BAR_BEATS if grid.downbeats else 0


def _bounds(novelty: Curve, own_phase: int) -> list[int]:
    """Choose the beats that start a section; all but stray ones lie on the bar lines that most share."""
    threshold = max(CLEAR_NOVELTY, CLEAR_SHARE * float(novelty.max()))
    peaks, found = signal.find_peaks(novelty, height=threshold, prominence=threshold / 2, distance=BAR_BEATS)
    votes = np.bincount(peaks % BAR_BEATS, found["peak_heights"], BAR_BEATS)
    votes[own_phase] *= OWN_BAR_BONUS
    phase = int(votes.argmax())
    away = (phase - peaks + 1) % BAR_BEATS - 1
    snapped = sorted({int(beat) for beat in np.where(away == STRAY_BEATS, peaks, peaks + away)})
    return [0, *(beat for beat in snapped if 0 < beat <= len(novelty) - SHORTEST_END_BEATS), len(novelty)]


def _letters(features: Curve, bounds: list[int]) -> list[str]:
    """Name sections that sound alike by the same letter, in order of appearance."""
    if len(bounds) < 3:
        return ["A"]
    means = np.array([features[a:b].mean(axis=0) for a, b in pairwise(bounds)])
    tree = cluster.hierarchy.linkage(means, "average")
    numbers = cluster.hierarchy.fcluster(tree, ALIKE, "distance")
    order = list(dict.fromkeys(numbers.tolist()))
    return [chr(ord("A") + order.index(number) % 26) for number in numbers]


def _without_phrases(bounds: list[int], letters: list[str]) -> list[int]:
    """Make one of short sections that alternate, X Y X Y: they are question and answer."""
    inner: set[int] = set()
    for at in range(len(letters) - 3):
        short = max(b - a for a, b in pairwise(bounds[at : at + 5])) <= PHRASE_BEATS
        if short and letters[at : at + 2] == letters[at + 2 : at + 4]:
            inner.update(bounds[at + 1 : at + 4])
    return [bound for bound in bounds if bound not in inner]


def _joined(bounds: list[int], letters: list[str]) -> tuple[list[int], list[str]]:
    """Make one of neighbours that sound alike."""
    kept = [at for at, letter in enumerate(letters) if at == 0 or letter != letters[at - 1]]
    return [*(bounds[at] for at in kept), bounds[-1]], [letters[at] for at in kept]


def _named(sections: tuple[Section, ...], power: list[float]) -> Song:
    """Call the loudest that returns the chorus; a first or last section heard only once is intro or outro."""
    letters = [section.letter for section in sections]
    loud = [at for at, level in enumerate(power) if level > max(power) - CHORUS_DB]
    returning = [at for at in loud if letters.count(letters[at]) > 1]
    chorus = max(returning or loud, key=lambda at: power[at])
    names = ["chorus" if letter == letters[chorus] else letter for letter in letters]
    for at, name in ((0, "intro"), (len(sections) - 1, "outro")):
        if letters.count(letters[at]) == 1 and at != chorus:
            names[at] = name
    named = tuple(replace(section, label=name) for section, name in zip(sections, names, strict=True))
    return Song(named, "" if returning else GUESSED_CHORUS)
