import numpy as np
import pytest

from clappper.media.conform import yuv_of
from clappper.media.picture import Yuv
from clappper.media.screen import Screen


@pytest.mark.parametrize("width", [2, 64, 66, 114])
def test_every_column_is_converted(width: int) -> None:
    screen = Screen()
    out = np.zeros((20, width, 4), np.uint8)
    for luma, grey in ((235, 255), (16, 0), (126, 128)):
        screen.show(Yuv.blank(width, 20, luma=luma), out)
        assert np.abs(out[..., :3].astype(int) - grey).max() <= 1
        assert (out[..., 3] == 255).all()


def test_colours_come_back() -> None:
    rgb = np.zeros((16, 32, 3), np.uint8)
    rgb[:] = (200, 90, 40)
    assert np.abs(Screen().rgb(yuv_of(rgb)).astype(int) - (200, 90, 40)).max() <= 3
