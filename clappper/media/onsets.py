"""What is heard in music, moment by moment: where something starts, how much of it is low, and how it sounds.

The curve is the rise of a log-mel spectrum (after Böck & Widmer's spectral flux).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage, signal

WORK_RATE = 24_000
HOP = 120
FRAMES_PER_SECOND = WORK_RATE / HOP
WINDOW = 512
BANDS = 32
LOW_BANDS = 2  # up to about 200 Hz
LOWEST_HZ, HIGHEST_HZ = 30.0, 11_000.0
CHUNK_FRAMES = 4096
LAG_FRAMES = 2
# A rise is seen before the middle of the window reaches it; measured on clicks, kicks and snares.
EARLY_SECONDS = 0.007

Curve = NDArray[np.float64]
Wave = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard per 5 ms frame: how much starts (``rise``), how much starts low, and the spectrum."""

    rise: Curve
    low_rise: Curve
    bands: Wave
    level: Curve
    seconds: float


def listen(samples: Wave, rate: int) -> Heard:
    """Listen to sound of shape (n,) or (n, channels) at ``rate`` samples a second."""
    mono = to_mono(samples, rate)
    bands = _spectrum(mono)
    level = np.abs(bands).mean(axis=1).astype(np.float64)
    loud = np.log1p(bands * np.float32(30.0 / max(float(np.percentile(level, 95)), 1e-9)))
    rise = np.zeros_like(loud)
    np.maximum(loud[LAG_FRAMES:] - loud[:-LAG_FRAMES], 0, out=rise[LAG_FRAMES:])
    low_rise = rise[:, :LOW_BANDS].mean(axis=1).astype(np.float64)
    full = rise.mean(axis=1).astype(np.float64) + 0.5 * low_rise
    return Heard(_flattened(full), _flattened(low_rise), loud, level, len(mono) / WORK_RATE)


def to_mono(samples: Wave, rate: int) -> Wave:
    mono: Wave = np.nan_to_num(samples.mean(axis=1) if samples.ndim == 2 else samples)
    if rate != WORK_RATE and len(mono):
        shared = gcd(rate, WORK_RATE)
        mono = signal.resample_poly(mono, WORK_RATE // shared, rate // shared)
    return mono.astype(np.float32)


@cache
def _filterbank() -> Wave:
    """Triangles, equally spaced on the mel scale, each with unit sum; shape (bins, BANDS)."""
    mel = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hertz = np.arange(WINDOW // 2 + 1) * WORK_RATE / WINDOW
    width = np.maximum(np.diff(edges), WORK_RATE / WINDOW)
    up = (hertz[:, None] - edges[None, :-2]) / width[:-1]
    down = (edges[None, 2:] - hertz[:, None]) / width[1:]
    bank = np.clip(np.minimum(up, down), 0, None)
    unit: Wave = (bank / np.maximum(bank.sum(axis=0), 1e-9)).astype(np.float32)
    return unit


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


def _spectrum(mono: Wave) -> Wave:
    """Give mel magnitudes, shape (frames, BANDS); frame i is centred on sample i * HOP."""
    frames = len(mono) // HOP + 1
    padded = np.pad(mono, (WINDOW // 2, WINDOW + HOP))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:frames]
    hann = signal.windows.hann(WINDOW, sym=False).astype(np.float32) * (2 / WINDOW)
    bank = _filterbank()
    parts = [
        np.abs(fft.rfft(windows[at : at + CHUNK_FRAMES] * hann, axis=1)) @ bank
        for at in range(0, frames, CHUNK_FRAMES)
    ]
    return np.concatenate(parts)


def _flattened(curve: Curve) -> Curve:
    """Take away the local mean and scale to unit deviation, so that loud and quiet passages count alike."""
    local = ndimage.uniform_filter1d(curve, round(FRAMES_PER_SECOND), mode="nearest")
    raised = np.maximum(curve - local, 0)
    spread = raised.std()
    flat: Curve = raised / spread if spread > 0 else raised
    return flat


def onsets_in(heard: Heard) -> tuple[float, ...]:
    """Give the moments, in seconds, at which something can be heard to start."""
    smooth = ndimage.gaussian_filter1d(heard.rise, 1.0)
    peaks, _ = signal.find_peaks(smooth, height=0.5, prominence=0.4, distance=round(0.05 * FRAMES_PER_SECOND))
    return tuple(rounded(seconds_of(between(smooth, peaks))))


def seconds_of(frames: Curve) -> Curve:
    """Turn frames of the rise curve into the moment something was heard to start."""
    seconds: Curve = (frames - LAG_FRAMES / 2) / FRAMES_PER_SECOND + EARLY_SECONDS
    return np.maximum(seconds, 0.0)


def frames_of(seconds: Curve) -> Curve:
    """Turn seconds into frames of the rise curve; undoes ``seconds_of``."""
    frames: Curve = (seconds - EARLY_SECONDS) * FRAMES_PER_SECOND + LAG_FRAMES / 2
    return frames


def between(curve: Curve, peaks: NDArray[np.int_]) -> Curve:
    """Place each peak between its frames, at the top of the parabola through it."""
    inner = np.clip(peaks, 1, len(curve) - 2)
    left, top, right = curve[inner - 1], curve[inner], curve[inner + 1]
    bend = left - 2 * top + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, 1), 0)
    between: Curve = inner + np.clip(shift, -0.5, 0.5)
    return between


def rounded(seconds: Curve) -> list[float]:
    """Give seconds to a tenth of a millisecond, as plain numbers."""
    return [round(float(value), 4) for value in seconds]
