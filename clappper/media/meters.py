"""What the meters show while a programme plays: peaks of each channel and its loudness, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.base.units import FrameRate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SILENCE_DB = -120.0


@dataclass(frozen=True, slots=True)
class Meters:
    """``peaks_db``: dBFS of the highest sample in each frame, float32, shape (frames, channels).

    ``momentary_lufs``: loudness of the 400 ms up to each frame, float32, shape (frames,), -70 for silence.
    """

    peaks_db: NDArray[np.float32]
    momentary_lufs: NDArray[np.float32]

    def at(self, frame: int) -> tuple[float, float, float]:
        """Give left and right peak and the loudness at a frame; silence outside the programme."""
        if not 0 <= frame < len(self.momentary_lufs):
            return SILENCE_DB, SILENCE_DB, -70.0
        left, right = self.peaks_db[frame]
        return float(left), float(right), float(self.momentary_lufs[frame])


def measure_meters(samples: NDArray[np.float32], rate: FrameRate) -> Meters:
    """Measure a programme, float32 (n, 2) at 48 kHz, for every frame at ``rate``."""
    import numpy as np

    from clappper.media.audio import RATE
    from clappper.media.loudness import HOP, SILENCE_LUFS, momentary_lufs

    frames = max(1, round(len(samples) / RATE * rate.fps))
    starts = np.array([round(frame / rate.fps * RATE) for frame in range(frames)])
    starts = np.minimum(starts, max(0, len(samples) - 1))
    levels = np.abs(samples) if len(samples) else np.zeros((1, 2), np.float32)
    peaks = np.maximum.reduceat(levels, starts, axis=0)
    loud = momentary_lufs(samples) if len(samples) else np.array([SILENCE_LUFS])
    ends = np.minimum((starts + RATE / float(rate.fps)) // HOP, len(loud) - 1).astype(int)
    decibels = np.maximum(20 * np.log10(np.maximum(peaks, 1e-9)), SILENCE_DB)
    return Meters(decibels.astype(np.float32), loud[ends].astype(np.float32))
