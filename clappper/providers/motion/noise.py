"""Cloud-like randomness that never looks like noise: smooth octaves, seeded."""

from __future__ import annotations

import cv2
import numpy as np

from clappper.providers.motion.arrays import Floats


def clouds(
    height: int,
    width: int,
    rng: np.random.Generator,
    *,
    cells: float = 4.0,
    octaves: int = 5,
    stretch: float = 1.0,
) -> Floats:
    """Sum octaves of smooth random hills, (height, width), spread over 0..1.

    ``cells`` is how many hills fit along the longer side in the first octave; ``stretch`` above 1 draws
    them out sideways.
    """
    total = np.zeros((height, width), np.float32)
    longest = max(height, width)
    for octave in range(octaves):
        density = cells * 2**octave / longest
        rows, columns = max(2, round(height * density * stretch) + 2), max(2, round(width * density) + 2)
        hills = rng.random((rows, columns), np.float32)
        total += cv2.resize(hills, (width, height), interpolation=cv2.INTER_CUBIC) * 0.5**octave
    low, high = np.percentile(total[::4, ::4], (1, 99))
    spread: Floats = np.clip((total - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)
    return spread


def grain(height: int, width: int, rng: np.random.Generator, levels: float) -> Floats:
    """Make film grain with a standard deviation of ``levels`` eight-bit steps; it also dithers."""
    raw = cv2.GaussianBlur(rng.standard_normal((height, width), np.float32), (0, 0), 0.55)
    scaled: Floats = raw * np.float32(levels / max(float(raw.std()), 1e-6))
    return scaled
