"""How the clips drawn from pictures are written."""

from __future__ import annotations

from fractions import Fraction

from clappper.base.units import FrameRate
from clappper.media.encoding import Encoding
from clappper.providers.contract import GenRequest

OPTIONS = {"preset": "veryfast", "crf": "14"}


def encoding_of(request: GenRequest) -> Encoding:
    """Write at the size and rate asked for; an odd side loses its last pixel."""
    rate = Fraction(request.fps).limit_denominator(1001)
    return Encoding(
        max(2, request.width // 2 * 2),
        max(2, request.height // 2 * 2),
        FrameRate(rate.numerator, rate.denominator),
        options=OPTIONS,
    )


def length_of(request: GenRequest) -> int:
    """Give the number of frames asked for."""
    return max(1, round(request.seconds * request.fps))
