"""The light behind the code values of whole pictures; what ``base.colours`` is for one colour."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clappper.base.colours import LUMA

Real = TypeVar("Real", np.float32, np.float64)


def light_of(codes: NDArray[Real]) -> NDArray[Real]:
    """Decode sRGB code values 0..1 into linear light (IEC 61966-2-1); shape and type stay."""
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)


def codes_of(light: NDArray[Real]) -> NDArray[Real]:
    """Encode linear light as sRGB code values (IEC 61966-2-1); shape and type stay."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.abs(light) ** (1 / 2.4) - 0.055)


def weighed(rgb: NDArray[Real]) -> NDArray[Real]:
    """Add up red, green and blue, shape (..., 3), as the eye does (BT.709): shape (...)."""
    return rgb @ np.array(LUMA, rgb.dtype)


def luminance(codes: NDArray[Real]) -> NDArray[Real]:
    """Give WCAG 2.2's relative luminance of sRGB code values 0..1, shape (..., 3)."""
    return weighed(light_of(codes))
