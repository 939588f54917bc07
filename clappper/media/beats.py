"""Where the beats of a piece of music are, and how far that can be trusted.

The method is the classic one: from the curve of what starts when (``onsets``), the tempo by autocorrelation
with a prior, and the beats by dynamic programming (Ellis, "Beat Tracking by Dynamic Programming", 2007).
Where the music keeps strict time the beats are put on one straight grid, which is steadier than any single
onset.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from clappper.media.onsets import (
    FRAMES_PER_SECOND,
    LOW_BANDS,
    Curve,
    Heard,
    Wave,
    between,
    frames_of,
    listen,
    onsets_in,
    rounded,
    seconds_of,
)

SLOWEST_BPM, FASTEST_BPM = 50.0, 210.0
LIKELY_BPM, LIKELY_OCTAVES = 118.0, 0.75
TIGHTNESS = 100.0
SHORT_SECONDS = 10.0
LOOP_BEATS = {1: 0.8, 2: 1.0, 3: 0.7, 4: 1.0, 6: 0.75, 8: 1.0, 12: 0.75, 16: 1.0, 24: 0.75, 32: 1.0}
CLEAR_REGULARITY = 0.4
STRICT_SECONDS = 0.018
EDGE_SECONDS = 0.02
BAR_BEATS = 4
UNSURE = 0.35
FEWEST_FRAMES = 10
NOTHING_HEARD = "There is no sound to find beats in."
TOO_SHORT = "It is too short to hear a tempo."


@dataclass(frozen=True, slots=True)
class BeatGrid:
    """The beats of a piece, in seconds from its start.

    ``downbeats`` are the beats that start a bar of four; ``onsets`` are all audible attacks.
    ``confidence`` is 0..1, and below 0.35 the ``note`` says that the beats are a guess.
    """

    beats_seconds: tuple[float, ...]
    bpm: float
    downbeats: tuple[float, ...]
    onsets: tuple[float, ...]
    confidence: float
    note: str = ""

    @property
    def is_sure(self) -> bool:
        return self.confidence >= UNSURE


def track_beats(samples: Wave, rate: int = 48_000) -> BeatGrid:
    """Find tempo, beats, downbeats and onsets of sound of shape (n,) or (n, channels).

    Never fails on odd input: silence, one sample or plain speech give an honest note instead.
    """
    heard = listen(samples, rate)
    audible = np.flatnonzero(heard.level > 1e-4)
    if len(audible) < FEWEST_FRAMES:
        return BeatGrid((), 0.0, (), (), 0.0, TOO_SHORT if len(audible) else NOTHING_HEARD)
    onsets = onsets_in(heard)
    loop_beats, period = _period(heard)
    steady, beats = _beats(heard, period, loop_beats)
    beats = beats[(beats >= audible[0] / FRAMES_PER_SECOND - 0.05) & (beats <= heard.seconds)]
    if len(beats) < 2:
        return BeatGrid(tuple(rounded(beats)), 0.0, (), onsets, 0.0, TOO_SHORT)
    bpm = 60.0 / float(np.median(np.diff(beats)))
    confidence = _confidence(heard, beats)
    return BeatGrid(
        tuple(rounded(beats)),
        round(bpm, 2),
        tuple(rounded(beats[_bar_phase(heard, beats) :: BAR_BEATS])),
        onsets,
        confidence,
        _note(confidence, steady=steady),
    )


def _period(heard: Heard) -> tuple[int, float]:
    """Give the beat's length in frames; for a short clip that is a whole loop, also its number of beats."""
    bpm = SLOWEST_BPM * 2 ** np.arange(0, np.log2(FASTEST_BPM / SLOWEST_BPM), 1 / 120)
    scores = _tempo_scores(heard, 60 * FRAMES_PER_SECOND / bpm)
    best = float(bpm[np.argmax(scores)])
    if heard.seconds < SHORT_SECONDS:
        loop = _loop_beats(heard, best)
        if loop:
            return loop, heard.seconds * FRAMES_PER_SECOND / loop
    return 0, 60 * FRAMES_PER_SECOND / best


def _tempo_scores(heard: Heard, periods: Curve) -> Curve:
    similarity = _self_similarity(heard)
    lags = np.arange(len(similarity))
    comb = np.zeros(len(periods))
    for beats, weight in ((1, 1.0), (2, 0.7), (3, 0.3), (4, 0.7), (8, 0.3)):
        comb += weight * np.interp(beats * periods, lags, similarity, right=0.0)
    comb -= 0.4 * np.maximum(np.interp(periods / 2, lags, similarity, right=0.0), 0)
    octaves = np.log2(60 * FRAMES_PER_SECOND / periods / LIKELY_BPM)
    scores: Curve = np.maximum(comb, 1e-9) * np.exp(-0.5 * (octaves / LIKELY_OCTAVES) ** 2)
    return scores


def _regularity(heard: Heard, period: float) -> float:
    """Say how alike the music is one, two, four or eight beats later: 0..1."""
    similarity = _self_similarity(heard)
    lags = np.array([beats * period for beats in (1, 2, 4, 8) if beats * period < len(similarity)])
    return float(np.interp(lags, np.arange(len(similarity)), similarity).max(initial=0.0))


def _self_similarity(heard: Heard) -> Curve:
    """Give the onsets' autocorrelation for lags up to 10 s, 1.0 at lag 0, made fair to long lags."""
    smooth = ndimage.gaussian_filter1d(heard.rise + heard.low_rise, 2.0)
    smooth = smooth - smooth.mean()
    size = fft.next_fast_len(2 * len(smooth))
    power = np.abs(fft.rfft(smooth, size)) ** 2
    lags = min(len(smooth), round(10 * FRAMES_PER_SECOND))
    correlation = fft.irfft(power, size)[:lags]
    fair = correlation * len(smooth) / np.maximum(len(smooth) - np.arange(lags), len(smooth) / 4)
    similarity: Curve = fair / max(float(correlation[0]), 1e-9)
    return similarity


def _loop_beats(heard: Heard, heard_bpm: float) -> int:
    """Say how many beats a clip has if it is cut to a whole number of them; 0 where that does not fit.

    Clips of a few seconds are mostly loops: then the length tells the tempo better than the sound does.
    """
    rise = ndimage.gaussian_filter1d(heard.rise + heard.low_rise, 2.0, mode="wrap")
    pulses = np.abs(fft.rfft(rise))
    clear = heard.seconds > 3 and _regularity(heard, 60 * FRAMES_PER_SECOND / heard_bpm) > CLEAR_REGULARITY
    best, best_score = 0, 0.0
    for beats, trust in LOOP_BEATS.items():
        bpm = 60 * beats / heard.seconds
        if not SLOWEST_BPM <= bpm <= FASTEST_BPM or 2 * beats >= len(pulses):
            continue
        likely = np.exp(-0.5 * (np.log2(bpm / LIKELY_BPM) / (LIKELY_OCTAVES / 2)) ** 2)
        score = trust * likely * float(pulses[beats] + 0.7 * pulses[2 * beats])
        octave = float(np.log2(bpm / heard_bpm))
        if score > best_score and (not clear or abs(octave - round(octave)) <= 0.04):
            best, best_score = beats, score
    return best


def _beats(heard: Heard, period: float, loop_beats: int) -> tuple[bool, Curve]:
    """Give whether the music keeps strict time, and the beats in seconds."""
    if loop_beats:
        return True, seconds_of(np.maximum(_comb(heard, period), 0) + period * np.arange(loop_beats))
    rough = _walk(heard.rise + 0.5 * heard.low_rise, period)
    fine = _snap(heard.rise, rough)
    grid = _straight(heard, fine, period)
    return (True, grid) if grid is not None else (False, seconds_of(fine))


def _comb(heard: Heard, period: float) -> float:
    """Give the first beat, in frames, of the evenly spaced beats that meet the most onsets."""
    rise = ndimage.gaussian_filter1d(heard.rise + 0.5 * heard.low_rise, 2.0)
    offsets = np.arange(0.0, period, 0.5)
    times = offsets[:, None] + period * np.arange(int(len(rise) / period))[None, :]
    met = np.interp(times, np.arange(len(rise)), rise).sum(axis=1)
    met *= np.where((offsets < 4) | (offsets > period - 4), 1.6, 1.0)
    best = float(offsets[np.argmax(met)])
    return best - period if best > period - 4 else best


def _walk(rise: Curve, period: float) -> NDArray[np.int_]:
    """Find the chain of beats with the most onsets under it and the least change of tempo (Ellis)."""
    reach = round(period)
    smooth = ndimage.gaussian_filter1d(rise, max(1.0, period / 32))
    steps = np.arange(round(period / 2), round(period * 2) + 1)
    cost = TIGHTNESS * np.log(steps / period) ** 2
    backwards, penalty = steps[::-1], cost[::-1]
    padding = int(steps[-1])
    total = np.zeros(len(smooth) + padding)
    came_from = np.zeros(len(smooth), np.int_)
    for frame in range(len(smooth)):
        options = total[frame : frame + len(backwards)] - penalty
        choice = int(options.argmax())
        came_from[frame] = frame - backwards[choice]
        total[frame + padding] = smooth[frame] + options[choice]
    ends = total[padding:]
    frame = int(len(ends) - reach + np.argmax(ends[-reach:])) if len(ends) > reach else int(ends.argmax())
    chain = []
    while frame >= 0:
        chain.append(frame)
        frame = int(came_from[frame])
    return np.array(chain[::-1], np.int_)


def _snap(rise: Curve, rough: NDArray[np.int_]) -> Curve:
    """Move each beat to the strongest rise within 40 ms of it, if there is one."""
    smooth = ndimage.gaussian_filter1d(rise, 1.0)
    reach = round(0.04 * FRAMES_PER_SECOND)
    around = np.clip(rough[:, None] + np.arange(-reach, reach + 1)[None, :], 0, len(smooth) - 1)
    nearest = around[np.arange(len(rough)), smooth[around].argmax(axis=1)]
    exact = between(smooth, nearest)
    return np.where(smooth[nearest] > 0.3, exact, rough)


def _straight(heard: Heard, beats: Curve, period: float) -> Curve | None:
    """Give the straight grid through the beats, over the whole piece; None where they do not lie on one."""
    if len(beats) < 4:
        return None
    weight = np.interp(beats, np.arange(len(heard.rise)), ndimage.maximum_filter1d(heard.rise, 9)) + 1e-3
    step, first = float(np.median(np.diff(beats))) or period, float(beats[0])
    for _ in range(6):
        counts = np.round((beats - first) / step)
        off = np.abs(beats - first - step * counts)
        near = off <= max(0.03 * FRAMES_PER_SECOND, float(np.percentile(off, 70)))
        if near.sum() < 3:
            return None
        step, first = (float(v) for v in np.polyfit(counts[near], beats[near], 1, w=np.sqrt(weight[near])))
    counts = np.round((beats - first) / step)
    off = np.abs(beats - first - step * counts)
    strong = weight >= np.median(weight)
    if float(np.median(off[strong])) > STRICT_SECONDS * FRAMES_PER_SECOND:
        return None
    grid = np.arange(first - np.ceil(first / step + 1) * step, len(heard.rise), step)
    return seconds_of(grid[grid >= frames_of(np.array([-EDGE_SECONDS]))[0]])


def _confidence(heard: Heard, beats: Curve) -> float:
    """Multiply three answers: do things start on beats, does the music repeat with them, are there enough."""
    reach = ndimage.maximum_filter1d(heard.rise, 9)
    at = np.clip(np.round(frames_of(beats)).astype(int), 0, len(reach) - 1)
    hits = float((reach[at] > 1.0).mean())
    chance = float((reach > 1.0).mean())
    on_beat = (hits - chance) / max(1 - chance, 1e-9)
    period = float(np.median(np.diff(beats))) * FRAMES_PER_SECOND
    repeats = (_regularity(heard, period) - 0.05) / CLEAR_REGULARITY
    return round(float(np.prod(np.clip([on_beat, repeats, len(beats) / 8], 0, 1))), 3)


def _bar_phase(heard: Heard, beats: Curve) -> int:
    """Choose which of the first four beats starts a bar: where low sounds start and harmony changes."""
    at = np.clip(np.round(frames_of(beats)).astype(int), 0, len(heard.rise) - 1)
    low = ndimage.maximum_filter1d(heard.low_rise, 13)[at]
    thump = ndimage.maximum_filter1d(np.expm1(heard.bands[:, :LOW_BANDS]).sum(axis=1), 25)[at]
    edges = [*at, len(heard.bands)]
    spectra = np.array([heard.bands[a : max(b, a + 1)].mean(axis=0) for a, b in pairwise(edges)])
    change = np.concatenate([[0.0], np.abs(np.diff(spectra, axis=0)).sum(axis=1)])
    evidence = _standard(low) + _standard(thump.astype(float)) + _standard(change)
    means = [evidence[phase::BAR_BEATS].mean() for phase in range(min(BAR_BEATS, len(beats)))]
    return int(np.argmax(means))


def _standard(values: Curve) -> Curve:
    spread = values.std()
    standard: Curve = (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))
    return standard


def _note(confidence: float, *, steady: bool) -> str:
    if confidence < UNSURE:
        return "There is no steady beat; these beats are a guess."
    return "" if steady else "The tempo varies."
