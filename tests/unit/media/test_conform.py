from __future__ import annotations

import struct
from fractions import Fraction
from types import SimpleNamespace
from typing import cast

import av
import numpy as np
import pytest
from av.sidedata.sidedata import Type as SideDataType

from clappper.media.conform import Conformer, Turn, turn_of

ONE = 1 << 16


def ramp_picture(transfer: int = 1, primaries: int = 1, matrix: int = 1) -> av.VideoFrame:
    """Make a colourless 10-bit ramp from black to white."""
    picture = av.VideoFrame(64, 36, "yuv420p10le")
    for plane, level in zip(picture.planes, (None, 512, 512), strict=True):
        samples = np.full((plane.height, plane.line_size // 2), level or 64, np.uint16)
        if level is None:
            samples[:, :64] = np.linspace(64, 940, 64).astype(np.uint16)
        plane.update(samples.tobytes())
    picture.pts, picture.time_base = 0, Fraction(1, 30)
    picture.colorspace, picture.color_primaries = matrix, primaries
    picture.color_trc, picture.color_range = transfer, 1
    return picture


def turned(a: int, b: int, c: int, d: int) -> Turn:
    data = {SideDataType.DISPLAYMATRIX: struct.pack("=9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)}
    return turn_of(cast("av.VideoFrame", SimpleNamespace(side_data=data)))


def test_ten_bits_become_eight() -> None:
    converted = Conformer(ramp_picture(), (64, 36)).convert(ramp_picture())
    assert converted.y[18] == pytest.approx(np.linspace(16, 235, 64), abs=1.2)


def test_hdr_is_tone_mapped_and_stays_in_order() -> None:
    picture = ramp_picture(transfer=16, primaries=9, matrix=9)
    converted = Conformer(picture, (64, 36)).convert(picture)
    luma = converted.y[18].astype(int)
    assert (np.diff(luma) >= 0).all()
    assert luma[0] == pytest.approx(16, abs=1)
    # Graphics white, 203 cd/m² (ITU-R BT.2408), is 58 % of a PQ signal: bright, with room above.
    assert 120 < luma[37] < luma[63] <= 236
    assert {int(level) for plane in (converted.u, converted.v) for level in np.unique(plane)} <= {
        127,
        128,
        129,
    }


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ((ONE, 0, 0, ONE), Turn(0)),
        ((0, ONE, -ONE, 0), Turn(1)),
        ((-ONE, 0, 0, -ONE), Turn(2)),
        ((0, -ONE, ONE, 0), Turn(3)),
        ((-ONE, 0, 0, ONE), Turn(0, mirrored=True)),
        ((ONE, 0, 0, -ONE), Turn(2, mirrored=True)),
    ],
)
def test_the_display_matrix_is_understood(matrix: tuple[int, int, int, int], expected: Turn) -> None:
    assert turned(*matrix) == expected
