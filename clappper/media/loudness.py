"""How loud something is heard, and mastering: one gain and one limiter to the loudness platforms expect.

Measures after ITU-R BS.1770-4 (K weighting, gating, true peak) and EBU Tech 3342 (loudness range).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from clappper.media.audio import RATE, Samples

SILENCE_LUFS = -70.0
SILENCE_DB = -120.0
OVERSAMPLING = 4

# BS.1770-4, tables 1 and 2: the head's shelf, then the ear's high-pass, for 48 kHz.
K_WEIGHTING = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
NO_DENORMALS = 1e-12  # a filter ringing out into pure silence would fall into a processor's slow path
HOP = RATE // 10
MOMENTARY_HOPS = 4
SHORT_TERM_HOPS = 30

TAPS = 12
INTERPOLATOR = OVERSAMPLING * signal.firwin(
    TAPS * OVERSAMPLING + 1, 1 / OVERSAMPLING, window=("kaiser", 7.0)
).astype(np.float32)
BLOCK = 512

LOOKAHEAD = RATE // 200
RELEASE_DB_PER_SECOND = 60.0
MOST_GAIN_DB = 40.0
MOST_LIMITING_DB = 15.0
HARD_LIMITING_DB = 9.0
ROUNDS = 10

Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Loudness:
    """What a meter shows. Silence reads -70 LUFS and -120 dBTP.

    ``short_term_lufs`` is the loudest three seconds; ``range_lu`` is the loudness range (LRA), 0.0 for
    anything shorter than three seconds.
    """

    integrated_lufs: float
    true_peak_dbtp: float
    short_term_lufs: float
    range_lu: float

    @property
    def is_silent(self) -> bool:
        return self.integrated_lufs <= SILENCE_LUFS


@dataclass(frozen=True, slots=True)
class Mastering:
    """A mastered programme and what was done: ``gain_db``, and ``limited_db`` at the deepest point."""

    samples: Samples
    before: Loudness
    after: Loudness
    gain_db: float
    limited_db: float
    notes: tuple[str, ...]


def measure(samples: Samples) -> Loudness:
    """Measure 48 kHz sound, (n,) or (n, channels); less than 0.4 s counts as one whole block."""
    sound = _channels(samples) if len(samples) else np.zeros((1, 2), np.float32)
    power = _hop_power(sound)
    short_term = _blocks(power, SHORT_TERM_HOPS)
    return Loudness(
        integrated_lufs=_gated(_blocks(power, MOMENTARY_HOPS)),
        true_peak_dbtp=true_peak_dbtp(sound),
        short_term_lufs=float(_lufs(short_term).max(initial=SILENCE_LUFS)),
        range_lu=_range(short_term) if len(sound) >= SHORT_TERM_HOPS * HOP else 0.0,
    )


def integrated_lufs(samples: Samples) -> float:
    """Give only the integrated loudness, a quarter of the work of ``measure``."""
    sound = _channels(samples) if len(samples) else np.zeros((1, 2), np.float32)
    return _gated(_blocks(_hop_power(sound), MOMENTARY_HOPS))


def momentary_lufs(samples: Samples) -> Curve:
    """Give the loudness of the 400 ms that end at each tenth of a second (EBU R 128, momentary)."""
    power = _hop_power(_channels(samples))
    lead = np.zeros(MOMENTARY_HOPS - 1)
    return _lufs(_blocks(np.concatenate([lead, power]), MOMENTARY_HOPS))


def true_peak_dbtp(samples: Samples) -> float:
    """Give the highest peak between and on the samples, in dB of full scale (4 x oversampling)."""
    sound = _channels(samples)
    highest = float(np.abs(sound).max(initial=0.0))
    return _decibels(float(_peaks(sound, highest / 2).max(initial=0.0)))


def mastered(
    samples: Samples, target_lufs: float = -14.0, ceiling_dbtp: float = -1.0, *, margin_db: float = 0.9
) -> Mastering:
    """Measure, turn up or down, limit, and measure again until the result is on target.

    The limiter stays ``margin_db`` below the ceiling: AAC at 192 kbit/s was seen to add 0.5 dB. Silence
    stays silent. What cannot reach the target (a few clicks in silence) ends as loud as it can, with a
    note.
    """
    before = measure(samples)
    if before.is_silent:
        return Mastering(samples, before, before, 0.0, 0.0, ("The programme is silent.",))
    ceiling = ceiling_dbtp - margin_db
    most_gain = min(MOST_GAIN_DB, ceiling - before.true_peak_dbtp + MOST_LIMITING_DB)
    gain_db = min(target_lufs - before.integrated_lufs, most_gain)
    result, limited_db = samples, 0.0
    for _ in range(ROUNDS):
        result, limited_db = limit(samples * np.float32(10 ** (gain_db / 20)), ceiling)
        missing = target_lufs - integrated_lufs(result)
        if abs(missing) <= 0.05 or (missing > 0 and gain_db >= most_gain):
            break
        gain_db = min(gain_db + missing * (1.0 if limited_db < 1.0 else 1.6), most_gain)
    after = measure(result)
    notes = _notes(after, target_lufs, gain_db, limited_db)
    return Mastering(result, before, after, gain_db, limited_db, notes)


def limit(samples: Samples, ceiling_dbtp: float) -> tuple[Samples, float]:
    """Hold the true peak at or below the ceiling; give the result and the deepest reduction in dB.

    The gain starts to fall 5 ms before a peak and returns at 60 dB a second, so neither end is heard.
    """
    ceiling = 10 ** (ceiling_dbtp / 20)
    limited, deepest = samples, 0.0
    for _ in range(4):
        peaks = _peaks(limited, 0.6 * ceiling)
        if peaks.max(initial=0.0) <= ceiling:
            break
        gain_db = _smooth(_decibels_of(np.minimum(1.0, 0.9995 * ceiling / np.maximum(peaks, 1e-9))))
        deepest -= float(gain_db.min())
        limited = limited * (10 ** (gain_db / 20)).astype(np.float32)[:, None]
    return limited, deepest


def _channels(samples: Samples) -> Samples:
    return samples[:, None] if samples.ndim == 1 else samples


def _smooth(wanted_db: Curve) -> Curve:
    """Turn the reduction each sample needs into a curve that never reduces less and has no corner."""
    slope = RELEASE_DB_PER_SECOND / RATE
    ramp = slope * np.arange(len(wanted_db))
    released = np.minimum(0.0, np.minimum.accumulate(wanted_db - ramp) + ramp)
    early = ndimage.minimum_filter1d(released, 2 * LOOKAHEAD + 1, mode="nearest")
    window = signal.windows.hann(2 * LOOKAHEAD + 1)
    padded = np.pad(early, LOOKAHEAD, mode="edge")
    curve: Curve = signal.oaconvolve(padded, window / window.sum(), mode="valid")
    return np.minimum(curve, 0.0)


def _peaks(sound: Samples, above: float) -> Curve:
    """Give, per sample, the highest level of any channel there and between its neighbours.

    Only stretches where a sample reaches ``above`` are oversampled; elsewhere no higher peak can hide.
    """
    levels = np.zeros(len(sound), np.float32)
    for channel in sound.T:
        np.maximum(levels, np.abs(channel), out=levels)
    for first, last in _stretches(levels >= above):
        around = slice(max(0, first - TAPS), last + TAPS)
        for channel in sound[around].T:
            fine = np.abs(signal.upfirdn(INTERPOLATOR, np.ascontiguousarray(channel), OVERSAMPLING))
            fine = fine[TAPS * OVERSAMPLING // 2 :][: len(channel) * OVERSAMPLING]
            np.maximum(levels[around], fine.reshape(-1, OVERSAMPLING).max(axis=1), out=levels[around])
    return levels.astype(np.float64)


def _stretches(loud: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Group loud samples into ranges of whole blocks."""
    padded = np.pad(loud, (0, -len(loud) % BLOCK))
    blocks = padded.reshape(-1, BLOCK).any(axis=1).astype(np.int8)
    edges = np.flatnonzero(np.diff(blocks, prepend=0, append=0)) * BLOCK
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _hop_power(sound: Samples) -> Curve:
    """Give the K-weighted power of each tenth of a second, summed over the channels."""
    weighted = signal.sosfilt(K_WEIGHTING, sound + NO_DENORMALS, axis=0)
    power = np.square(weighted, dtype=np.float64).sum(axis=1)
    size = min(HOP, len(power))
    hops = len(power) // HOP or 1
    mean: Curve = power[: hops * size].reshape(hops, size).mean(axis=1)
    return mean


def _blocks(power: Curve, hops: int) -> Curve:
    """Give the mean power of every window of ``hops`` hops; one window over all where there are fewer."""
    hops = min(hops, len(power))
    sums = np.cumsum(np.concatenate([[0.0], power]))
    blocks: Curve = (sums[hops:] - sums[:-hops]) / hops
    return blocks


def _lufs(power: Curve) -> Curve:
    lufs: Curve = np.maximum(-0.691 + 10 * np.log10(np.maximum(power, 1e-12)), SILENCE_LUFS)
    return lufs


def _gated(blocks: Curve) -> float:
    """Average the blocks that are neither silence nor pause: over -70 LUFS, then within 10 LU."""
    heard = blocks[_lufs(blocks) > SILENCE_LUFS]
    if not len(heard):
        return SILENCE_LUFS
    kept = heard[_lufs(heard) > _lufs(heard.mean(keepdims=True)) - 10.0]
    return float(_lufs(kept.mean(keepdims=True))[0])


def _range(short_term: Curve) -> float:
    heard = short_term[_lufs(short_term) > SILENCE_LUFS]
    if not len(heard):
        return 0.0
    kept = _lufs(heard[_lufs(heard) > _lufs(heard.mean(keepdims=True)) - 20.0])
    low, high = np.percentile(kept, [10, 95])
    return float(high - low)


def _decibels(level: float) -> float:
    return float(_decibels_of(np.array([level]))[0])


def _decibels_of(levels: Curve) -> Curve:
    decibels: Curve = np.maximum(20 * np.log10(np.maximum(levels, 1e-9)), SILENCE_DB)
    return decibels


def _notes(after: Loudness, target_lufs: float, gain_db: float, limited_db: float) -> tuple[str, ...]:
    notes = []
    if gain_db > 20.0:
        notes.append(f"The programme was very quiet and was raised by {gain_db:.0f} dB; noise may be heard.")
    if limited_db > HARD_LIMITING_DB:
        notes.append(f"The loudest moments were turned down by {limited_db:.0f} dB to reach the loudness.")
    if abs(after.integrated_lufs - target_lufs) > 0.3:
        notes.append(
            f"The programme reaches {after.integrated_lufs:.1f} LUFS, not {target_lufs:g}: "
            "its peaks are too short and loud to raise it further without harm."
        )
    return tuple(notes)
