"""Drums and effects, synthesised: each gives stereo float32 (n, 2) with a peak near 0.8."""

from __future__ import annotations

import numpy as np
from scipy import signal

from clappper.media.audio import RATE, Samples
from clappper.providers.composer.voices import Wave, noise

Generator = np.random.Generator


def _time(seconds: float) -> Wave:
    return np.arange(round(seconds * RATE), dtype=np.float32) / np.float32(RATE)


def _centred(wave: Wave) -> Samples:
    stereo: Samples = np.stack([wave, wave], axis=1)
    return stereo


def _closed(sound: Samples, seconds: float = 0.01) -> Samples:
    """Let a one-shot end at zero."""
    fade = min(len(sound), round(seconds * RATE))
    sound[len(sound) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    return sound


def kick(kind: str, rng: Generator) -> Samples:
    """A sine that falls in pitch; soft, tight or punchy by how far and fast it falls."""
    top, floor, fall, decay, click = {
        "soft": (95.0, 47.0, 26.0, 8.5, 0.05),
        "tight": (170.0, 52.0, 38.0, 11.0, 0.16),
        "punchy": (230.0, 49.0, 34.0, 8.0, 0.24),
    }[kind]
    time = _time(0.5)
    turns = floor * time + (top - floor) / fall * (1 - np.exp(-fall * time))
    body = np.sin(2 * np.pi * turns) * np.exp(-decay * time)
    snap = noise(0.5, rng, 1500, 7000)[:, 0] * np.exp(-time * 320) * click
    wave = np.tanh(1.6 * (body + snap)) * 0.85
    return _closed(_centred(wave.astype(np.float32) * np.minimum(time / 0.0006, 1)))


def snare(rng: Generator) -> Samples:
    """Strike a snare: float32, shape (n, 2), 0.3 s."""
    time = _time(0.3)
    drop = 185 * time + 2.2 * (1 - np.exp(-40 * time))
    body: Wave = np.float32(0.5) * np.sin(np.float32(2 * np.pi) * drop) * np.exp(-24 * time)
    wires = noise(0.3, rng, 900, 9500) * (0.42 * np.exp(-19 * time))[:, None]
    return _closed((np.tanh(1.3 * (_centred(body) + wires)) * 0.8).astype(np.float32))


def clap(rng: Generator) -> Samples:
    """Four hands, a few milliseconds apart, and the room behind them."""
    time = _time(0.32)
    bursts = sum(np.where(time >= at, np.exp(-(time - at) * 190), 0) for at in (0.0, 0.0085, 0.0175, 0.0265))
    tail = np.where(time >= 0.0265, np.exp(-(time - 0.0265) * 17), 0) * 0.5
    sound = noise(0.32, rng, 850, 5200) * (bursts + tail)[:, None]
    return _closed((0.62 * np.tanh(1.2 * sound)).astype(np.float32))


def snap(rng: Generator) -> Samples:
    """Fingers."""
    time = _time(0.18)
    tone = np.sin(2 * np.pi * 1750 * time) * np.exp(-75 * time) * 0.4
    air = noise(0.18, rng, 1400, 6500) * (np.exp(-60 * time) * 0.5)[:, None]
    return _closed((_centred(tone) + air).astype(np.float32))


def rim(rng: Generator) -> Samples:
    """Strike the rim of a drum: 0.09 s."""
    time = _time(0.09)
    tone = (np.sin(2 * np.pi * 470 * time) + 0.7 * np.sin(2 * np.pi * 1720 * time)) * np.exp(-70 * time)
    return _closed(_centred(0.4 * tone) + 0.1 * noise(0.09, rng, 2000, 8000) * np.exp(-150 * time)[:, None])


def hat(rng: Generator, *, opened: bool = False) -> Samples:
    """Six square oscillators that fit no scale, through a high-pass, as in the classic drum machines."""
    seconds, decay = (0.36, 11.0) if opened else (0.09, 62.0)
    time = _time(seconds)
    metal = sum(signal.square(2 * np.pi * f * time) for f in (205.3, 304.4, 369.6, 522.7, 800.0, 1053.0))
    high = signal.butter(3, 7200, "highpass", fs=RATE, output="sos")
    ring = signal.sosfilt(high, np.asarray(metal)) * 0.10
    sound = (_centred(ring.astype(np.float32)) + 0.35 * noise(seconds, rng, 6500, 15000)) * np.exp(
        -decay * time
    )[:, None]
    return _closed(sound.astype(np.float32))


def shaker(rng: Generator) -> Samples:
    """Shake once: 0.11 s, swelling for a fifth of that."""
    time = _time(0.11)
    envelope = np.minimum(time / 0.022, 1) * np.exp(-np.maximum(time - 0.022, 0) * 55)
    return _closed((noise(0.11, rng, 4500, 11000) * (0.5 * envelope)[:, None]).astype(np.float32))


def crash(rng: Generator, seconds: float = 2.6) -> Samples:
    """Strike a cymbal that rings for ``seconds``."""
    time = _time(seconds)
    bright = noise(seconds, rng, 5000, 15000) * np.exp(-2.6 * time)[:, None]
    body = noise(seconds, rng, 1800, 6000) * np.exp(-4.2 * time)[:, None]
    return _closed((0.3 * (bright + 0.7 * body)).astype(np.float32), 0.3)


def riser(seconds: float, rng: Generator) -> Samples:
    """Noise that opens from dark to bright and stops dead where the next section starts."""
    time = _time(seconds) / np.float32(max(seconds, 1e-3))
    bands = ((300, 900), (900, 2500), (2500, 6000), (6000, 12000))
    total = np.zeros((len(time), 2), np.float32)
    for place, (low, high) in enumerate(bands):
        swell = np.clip(time * 1.5 - 0.22 * place, 0, 1) ** 2
        total += (noise(seconds, rng, low, high)[: len(time)] * swell[:, None]).astype(np.float32)
    return _closed(0.2 * total, 0.02)


def boom(rng: Generator) -> Samples:
    """A low hit under the first beat of a section."""
    time = _time(1.6)
    turns = 36 * time + 3.0 * (1 - np.exp(-9 * time))
    low = np.sin(2 * np.pi * turns) * np.exp(-2.6 * time)
    thud = noise(1.6, rng, 60, 400) * (0.5 * np.exp(-7 * time))[:, None]
    opened = np.minimum(time / 0.004, 1)[:, None]
    return _closed((0.7 * (_centred(low) + thud) * opened).astype(np.float32), 0.2)
