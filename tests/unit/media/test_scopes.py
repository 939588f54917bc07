import numpy as np
from numpy.typing import NDArray

from clappper.media.scopes import parade, vectorscope, waveform


def plain(blue: int, green: int, red: int) -> NDArray[np.uint8]:
    picture = np.empty((20, 30, 4), np.uint8)
    picture[:] = (blue, green, red, 255)
    return picture


def test_a_waveform_shows_light_where_it_stands() -> None:
    picture = plain(0, 0, 0)
    picture[:, 15:, :3] = 255
    counted = waveform(picture, columns=10, levels=64)
    assert counted.shape == (64, 10)
    assert (counted[63, :5] == 1).all()
    assert (counted[0, 5:] == 1).all()
    assert counted.sum() == 10


def test_a_parade_shows_red_green_and_blue_side_by_side() -> None:
    shown = parade(plain(0, 128, 255), columns=4, levels=16)
    assert shown.shape == (16, 12, 3)
    assert [int(np.argmax(shown[:, 4 * place, place])) for place in range(3)] == [0, 7, 15]


def test_grey_is_the_middle_of_a_vectorscope_and_red_stands_above() -> None:
    grey = vectorscope(plain(90, 90, 90), size=101)
    assert grey[50, 50] == 1
    red = np.argwhere(vectorscope(plain(0, 0, 255), size=101) > 0)[0]
    assert red[0] < 5
    assert red[1] < 50
