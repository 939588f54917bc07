"""Pitched instruments, made from sines: every voice is a function of pitch, length and loudness.

A voice gives stereo float32 of shape (n, 2) whose peak is about 0.5 at full loudness.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from clappper.media.audio import RATE, Samples
from clappper.providers.composer.theory import hertz

Wave = NDArray[np.float32]
Voice = Callable[[int, float, float], Samples]
HIGHEST_HZ = 14_000.0
RELEASE_SECONDS = 0.08


def _time(seconds: float) -> Wave:
    return np.arange(max(2, round(seconds * RATE)), dtype=np.float32) / np.float32(RATE)


def _phasor(frequency: float, length: int) -> NDArray[np.complex64]:
    """Give a unit vector that turns ``frequency`` times a second; its powers are the harmonics."""
    turns = np.arange(length) * (frequency / RATE) % 1.0
    phasor: NDArray[np.complex64] = np.exp(2j * np.pi * turns).astype(np.complex64)
    return phasor


def _gate(wave: Wave, hold: float, release: float = RELEASE_SECONDS, attack: float = 0.003) -> Wave:
    """Open and close a sound without a click; it is let go after ``hold`` seconds."""
    time = np.arange(len(wave), dtype=np.float32) / np.float32(RATE)
    opened = np.minimum(time / attack, 1)
    closed = np.clip(1 - (time - hold) / release, 0, 1)
    gated: Wave = wave * opened * closed * closed
    return gated


def harmonics(
    frequency: float, seconds: float, weights: NDArray[np.float64], fading: float, closing: float
) -> Wave:
    """Sum harmonics that fade, the high ones faster: a string or a filter that closes.

    Harmonic h falls as exp(-(fading + closing * h) * t).
    """
    count = min(len(weights), max(1, int(HIGHEST_HZ / frequency)))
    time = _time(seconds)
    base = _phasor(frequency, len(time))
    step = base * np.exp(-closing * time)
    turning = step * np.exp(-fading * time)
    total = np.zeros(len(time), np.float32)
    for weight in weights[:count]:
        total += np.float32(weight) * turning.imag
        turning = turning * step
    return total


def _wide(left: Wave, right: Wave) -> Samples:
    stereo: Samples = np.stack([left, right], axis=1)
    return stereo


def _detuned(
    note: int, seconds: float, cents: float, weights: NDArray[np.float64], fading: float, closing: float
) -> Samples:
    """Play a string or an oscillator twice, slightly out of tune, one to each side and both in the middle."""
    low, high = (
        harmonics(hertz(note + sign * cents / 100), seconds, weights, fading, closing) for sign in (-1, 1)
    )
    return _wide(0.65 * low + 0.35 * high, 0.35 * low + 0.65 * high)


def _saw(count: int, tilt: float = 1.0) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = 0.4 / np.arange(1, count + 1, dtype=np.float64) ** tilt
    return weights


def _square(count: int) -> NDArray[np.float64]:
    return _saw(count) * (np.arange(1, count + 1) % 2)


def electric_piano(note: int, seconds: float, loudness: float) -> Samples:
    """A struck tine: one sine bends another, brighter when struck harder (Chowning's FM)."""
    time = _time(seconds + 0.25)
    sides = []
    for cents in (-3, 3):
        frequency = hertz(note + cents / 100)
        phase = (2 * np.pi * (np.arange(len(time)) * (frequency / RATE) % 1.0)).astype(np.float32)
        bend = np.float32(0.5 + 1.3 * loudness) * np.exp(-3.5 * time)
        body = np.sin(phase + bend * np.sin(phase))
        tine = np.sin(14 * phase) * np.exp(-28 * time) if 14 * frequency < HIGHEST_HZ else 0
        sides.append(_gate((0.42 * body + 0.05 * loudness * tine) * np.exp(-1.5 * time), seconds, 0.22))
    sway = 0.12 * np.sin(2 * np.pi * 4.6 * time)
    return _wide(sides[0] * (1 + sway), sides[1] * (1 - sway)) * np.float32(loudness)


def felt(note: int, seconds: float, loudness: float) -> Samples:
    """A soft upright piano with felt between hammer and string."""
    weights = np.exp(-0.55 * np.arange(10)) * 0.45
    sound = _detuned(note, seconds + 0.5, 2.5, weights, 0.9, 0.55)
    return _gate_both(sound, seconds, 0.45, 0.006) * np.float32(loudness)


def guitar(note: int, seconds: float, loudness: float) -> Samples:
    """A nylon string plucked near its middle."""
    order = np.arange(1, 19)
    weights = 0.55 * np.abs(np.sin(order * np.pi * 0.23)) / order**1.1
    sound = _detuned(note, seconds + 0.3, 2.0, weights, 1.6, 0.75 - 0.2 * loudness)
    return _gate_both(sound, seconds, 0.28, 0.002) * np.float32(loudness)


def pluck(note: int, seconds: float, loudness: float) -> Samples:
    """A sawtooth behind a filter that snaps shut."""
    sound = _detuned(note, seconds + 0.2, 7.0, _saw(24, 0.9), 2.2, 1.5 - 0.5 * loudness)
    return _gate_both(sound, seconds, 0.18, 0.002) * np.float32(loudness)


def glass(note: int, seconds: float, loudness: float) -> Samples:
    """A hollow, clear key sound: odd harmonics that die away quickly."""
    sound = _detuned(note, seconds + 0.3, 5.0, _square(13), 1.6, 0.9)
    return _gate_both(sound, seconds, 0.26, 0.004) * np.float32(loudness)


def pizzicato(note: int, seconds: float, loudness: float) -> Samples:
    """A string section plucked short."""
    weights = np.exp(-0.45 * np.arange(12)) * 0.5
    sound = _detuned(note, min(seconds, 0.35) + 0.15, 4.0, weights, 6.0, 2.2)
    return _gate_both(sound, min(seconds, 0.35), 0.12, 0.002) * np.float32(loudness)


def saw_stab(note: int, seconds: float, loudness: float) -> Samples:
    """Two detuned sawtooths, short and bright."""
    sound = _detuned(note, seconds + 0.15, 11.0, _saw(30, 0.95), 1.2, 0.35)
    return _gate_both(sound, seconds, 0.12, 0.004) * np.float32(0.8 * loudness)


def soft_saw(note: int, seconds: float, loudness: float) -> Samples:
    """A singing lead with a rounded edge."""
    sound = _detuned(note, seconds + 0.2, 6.0, _saw(16, 1.35), 0.5, 0.12)
    return _gate_both(sound, seconds, 0.15, 0.012) * np.float32(loudness)


def _struck(partials: tuple[tuple[float, float, float], ...]) -> Voice:
    """Make an instrument of partials (ratio, weight, decay per second)."""

    def voice(note: int, seconds: float, loudness: float) -> Samples:
        length = max(seconds, 0.3) + 1.2
        time = _time(length)
        sides = []
        for cents in (-2.0, 2.0):
            total = np.zeros(len(time), np.float32)
            for ratio, weight, decay in partials:
                frequency = hertz(note + cents / 100) * ratio
                if frequency < HIGHEST_HZ:
                    total += np.float32(weight) * _phasor(frequency, len(time)).imag * np.exp(-decay * time)
            sides.append(_gate(total, length - 0.3, 0.3, 0.002))
        return _wide(sides[0], sides[1]) * np.float32(loudness)

    return voice


bell = _struck(((1, 0.34, 2.6), (2.0, 0.12, 3.5), (3.01, 0.10, 5.0), (4.17, 0.05, 8.0), (6.8, 0.025, 14.0)))
marimba = _struck(((1, 0.5, 7.0), (3.93, 0.16, 16.0), (9.24, 0.05, 34.0)))


def _gate_both(sound: Samples, hold: float, release: float, attack: float) -> Samples:
    return _wide(*(_gate(side, hold, release, attack) for side in sound.T))


def _bass(weights: NDArray[np.float64], fading: float, closing: float, drive: float) -> Voice:
    def voice(note: int, seconds: float, loudness: float) -> Samples:
        wave = harmonics(hertz(note), seconds + 0.1, weights, fading, closing)
        wave = np.tanh(drive * wave) / np.float32(drive)
        wave = _gate(wave, seconds, 0.06, 0.005) * np.float32(loudness)
        return _wide(wave, wave)

    return voice


BASSES: dict[str, Voice] = {
    "round": _bass(np.array([0.5, 0.22, 0.1, 0.05, 0.03, 0.015]), 0.7, 0.8, 1.2),
    "sub": _bass(np.array([0.55, 0.14, 0.05, 0.02]), 0.3, 0.5, 1.6),
    "saw": _bass(_saw(20) * 1.1, 0.4, 0.55, 1.8),
    "pizzicato": _bass(np.array([0.5, 0.3, 0.16, 0.1, 0.06, 0.03]), 4.0, 1.6, 1.0),
}
VOICES: dict[str, Voice] = {
    "electric_piano": electric_piano,
    "felt": felt,
    "guitar": guitar,
    "pluck": pluck,
    "glass": glass,
    "pizzicato": pizzicato,
    "saw_stab": saw_stab,
    "soft_saw": soft_saw,
    "bell": bell,
    "marimba": marimba,
}

PAD_SAMPLES = 2**17


def pad_loop(note: int, colour: float, rng: np.random.Generator) -> Samples:
    """Make 2.7 s of ensemble sound that repeats without a seam (Nasca's PADsynth).

    Each harmonic is a narrow band of noise instead of a line, which sounds like many players.
    ``colour`` 0..1 moves the roll-off from 500 Hz to 4 kHz.
    """
    frequency = hertz(note)
    edge = 500.0 * 8.0**colour
    bins = PAD_SAMPLES // 2 + 1
    spectrum = np.zeros(bins)
    for order in range(1, int(min(9000.0, edge * 4) / frequency) + 1):
        centre = order * frequency
        width = max(0.4, centre * 0.0045 * order**-0.15)
        weight = 1 / order / (1 + (centre / edge) ** 2)
        low = max(1, int((centre - 4 * width) * PAD_SAMPLES / RATE))
        near = np.arange(low, min(bins, int((centre + 4 * width) * PAD_SAMPLES / RATE) + 2))
        spectrum[near] += (
            weight * np.exp(-0.5 * ((near * RATE / PAD_SAMPLES - centre) / width) ** 2) / width**0.5
        )
    sides = []
    for _ in range(2):
        phases = np.exp(2j * np.pi * rng.random(bins))
        wave = fft.irfft(spectrum * phases, PAD_SAMPLES)
        sides.append((0.12 * wave / wave.std()).astype(np.float32))
    return _wide(sides[0], sides[1])


def noise(seconds: float, rng: np.random.Generator, low_hz: float, high_hz: float) -> Samples:
    """Give stereo noise between two frequencies."""
    white = rng.standard_normal((max(64, round(seconds * RATE)), 2)).astype(np.float32)
    band = signal.butter(2, [low_hz, min(high_hz, 0.49 * RATE)], "bandpass", fs=RATE, output="sos")
    coloured: Samples = signal.sosfilt(band, white, axis=0).astype(np.float32)
    return coloured
