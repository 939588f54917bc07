"""The mixing desk of the composer: levels, echo, room, the kick's breath, and glue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from clappper.media.audio import RATE, Samples
from clappper.media.loudness import NO_DENORMALS, SILENCE_LUFS, integrated_lufs, limit

TARGET_LUFS = -16.0
CEILING_DBTP = -1.5
LEVELS_LUFS = {
    "kick": -18.5,
    "drums": -18.5,  # one gain for the whole kit, that of its kick
    "bass": -20.5,
    "pad": -27.0,
    "chords": -23.0,
    "arp": -26.5,
    "lead": -22.5,
    "effects": -25.0,
}
LOW_CUT_HZ = {"drums": 120, "pad": 170, "chords": 140, "arp": 260, "lead": 220, "effects": 35}
ROOM = {"drums": 0.10, "pad": 0.45, "chords": 0.30, "arp": 0.50, "lead": 0.50, "effects": 0.45}
ECHO = {"arp": 0.30, "lead": 0.26}
BREATH = {"bass": 1.0, "pad": 1.0, "chords": 0.7, "arp": 0.5, "lead": 0.25}
ROOM_SECONDS = 2.0
# Shelves over everything: Hz, dB, and whether above it. Leaves the weight, opens the top.
TONE = ((95.0, -2.0, False), (3200.0, 3.0, True))

Gain = NDArray[np.float32]


def mix(
    stems: Mapping[str, Samples],
    kicks_seconds: Sequence[float],
    *,
    beat_seconds: float,
    space: float,
    pump_db: float,
    offsets_db: Mapping[str, float],
    rng: np.random.Generator,
) -> Samples:
    """Balance stems by loudness, put them in a room and on the kick's breath, and glue them to -16 LUFS."""
    length = len(next(iter(stems.values())))
    dry = np.zeros((length, 2), np.float32)
    wet = np.zeros((length, 2), np.float32)
    breath = _breath(kicks_seconds, length)
    for name in sorted(stems):
        sound = _cut(stems[name], LOW_CUT_HZ.get(name))
        sound = sound * _gain(stems["kick"] if name == "drums" else sound, name, offsets_db)
        if name in BREATH:
            sound = sound * (10 ** (-pump_db * BREATH[name] / 20 * breath))[:, None]
        if name in ECHO:
            sound = sound + _echo(sound, beat_seconds * 0.75) * np.float32(ECHO[name])
        dry += sound
        wet += sound * np.float32(ROOM.get(name, 0.0))
    return _finished(dry + np.float32(space * 2.2) * _room(wet, rng))


def _cut(sound: Samples, hertz: float | None) -> Samples:
    if hertz is None:
        return sound
    high_pass = signal.butter(2, hertz, "highpass", fs=RATE, output="sos")
    return _filtered(high_pass, sound)


def _shelf(hertz: float, decibels: float, *, high: bool) -> NDArray[np.float64]:
    """Give a shelving filter of slope 1 (Bristow-Johnson, Audio EQ Cookbook) as second-order sections."""
    gain = 10 ** (decibels / 40)
    angle = 2 * np.pi * hertz / RATE
    cosine = np.cos(angle) * (-1 if high else 1)
    bend = np.sin(angle) * np.sqrt(2 * gain)
    b0 = gain * ((gain + 1) - (gain - 1) * cosine + bend)
    b1 = 2 * gain * ((gain - 1) - (gain + 1) * cosine) * (-1 if high else 1)
    b2 = gain * ((gain + 1) - (gain - 1) * cosine - bend)
    a0 = (gain + 1) + (gain - 1) * cosine + bend
    a1 = -2 * ((gain - 1) + (gain + 1) * cosine) * (-1 if high else 1)
    a2 = (gain + 1) + (gain - 1) * cosine - bend
    return np.array([[b0 / a0, b1 / a0, b2 / a0, 1.0, a1 / a0, a2 / a0]])


def _filtered(sections: NDArray[np.float64], sound: Samples) -> Samples:
    filtered: Samples = signal.sosfilt(sections, sound + NO_DENORMALS, axis=0).astype(np.float32)
    return filtered


def _gain(measured: Samples, stem: str, offsets_db: Mapping[str, float]) -> np.float32:
    """Give what brings a stem to its level."""
    loudness = integrated_lufs(measured)
    wanted = LEVELS_LUFS[stem] + offsets_db.get(stem, 0.0)
    return np.float32(0 if loudness <= SILENCE_LUFS else 10 ** ((wanted - loudness) / 20))


def _levelled(sound: Samples, lufs: float) -> Samples:
    loudness = integrated_lufs(sound)
    return sound if loudness <= SILENCE_LUFS else sound * np.float32(10 ** ((lufs - loudness) / 20))


def _breath(kicks_seconds: Sequence[float], length: int) -> Gain:
    """Give 1 just after a kick and 0 when it has gone: what the others step back by."""
    pulses = np.zeros(length)
    for at in kicks_seconds:
        if round(at * RATE) < length:
            pulses[round(at * RATE)] = 1.0
    falling = signal.lfilter([1.0], [1.0, -np.exp(-1 / (0.11 * RATE))], pulses)
    soft = signal.lfilter([1 - 0.996], [1.0, -0.996], np.minimum(falling, 1.0))
    gain: Gain = soft.astype(np.float32)
    return gain


def _echo(sound: Samples, seconds: float) -> Samples:
    """Repeat three times from side to side, darker each time."""
    step = round(seconds * RATE)
    low_pass = signal.butter(1, 3500, "lowpass", fs=RATE, output="sos")
    out = np.zeros_like(sound)
    repeat = sound
    for count in range(1, 4):
        repeat = _filtered(low_pass, repeat[:, ::-1]) * np.float32(0.55)
        if count * step < len(sound):
            out[count * step :] += repeat[: len(sound) - count * step]
    return out


def _room(sound: Samples, rng: np.random.Generator) -> Samples:
    """Convolve with noise that dies away, its high end sooner: a hall without a recording of one."""
    time = np.arange(round(ROOM_SECONDS * RATE)) / RATE
    white = rng.standard_normal((len(time), 2))
    dark = signal.sosfilt(signal.butter(1, 1800, "lowpass", fs=RATE, output="sos"), white, axis=0)
    impulse = 0.5 * white * np.exp(-time * 6.9)[:, None] + dark * np.exp(-time * 3.6)[:, None]
    impulse *= np.minimum(time / 0.012, 1)[:, None]
    impulse = np.pad(impulse, ((round(0.018 * RATE), 0), (0, 0)))
    impulse /= np.sqrt(np.square(impulse).sum(axis=0, keepdims=True))
    sides = [
        signal.oaconvolve(sound[:, side], impulse[:, side].astype(np.float32))[: len(sound)]
        for side in (0, 1)
    ]
    return np.stack(sides, axis=1).astype(np.float32)


def _finished(sound: Samples) -> Samples:
    """Glue: even out the level a little, round the peaks, and set the loudness."""
    sound = _cut(sound, 28.0)
    for hertz, decibels, high in TONE:
        sound = _filtered(_shelf(hertz, decibels, high=high), sound)
    sound = _levelled(sound, TARGET_LUFS)
    power = np.square(sound).mean(axis=1)
    slow = signal.lfilter([1 - 0.9996], [1.0, -0.9996], power)
    level_db = 10 * np.log10(np.maximum(slow, 1e-9))
    over = np.maximum(level_db - (TARGET_LUFS - 2.0), 0)
    sound = sound * (10 ** (-0.35 * over / 20)).astype(np.float32)[:, None]
    sound = (np.tanh(1.1 * sound) / 1.1).astype(np.float32)
    return limit(_levelled(sound, TARGET_LUFS), CEILING_DBTP)[0]
