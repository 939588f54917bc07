from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from clappper.base.units import FrameRate
from clappper.media.meters import measure_meters
from clappper.ui.tokens import DARK
from clappper.ui.viewer.meters import LevelMeters, PeakHold, share

RATE = FrameRate(30)


@pytest.fixture
def bars(app: QApplication) -> Iterator[LevelMeters]:
    assert app is not None
    made = LevelMeters(DARK)
    made.resize(624, made.height())
    yield made
    made.deleteLater()


def colours(bars: LevelMeters, row: int, *decibels: float) -> list[str]:
    """Read a bar's colours just below some levels."""
    image: QImage = bars.grab().toImage()
    y = 4 if row == 0 else 10
    return [image.pixelColor(12 + round(600 * share(level)) - 4, y).name() for level in decibels]


def test_sixty_decibels_fill_the_bar() -> None:
    assert [share(level) for level in (-120.0, -60.0, -30.0, 0.0, 6.0)] == [0, 0, 0.5, 1, 1]


def test_bars_reach_their_level_and_say_when_it_is_hot(bars: LevelMeters) -> None:
    assert bars.accessibleName() == "Audio levels"
    bars.show_levels(0, -20.0, 0.0, -18.2, RATE)
    ok, warn, error, well = (QColor(one).name() for one in (DARK.ok, DARK.warn, DARK.error, DARK.well))
    assert colours(bars, 0, -40, -21, -10) == [ok, ok, well]
    assert colours(bars, 1, -40, -6, 0) == [ok, warn, error]
    assert bars.accessibleDescription() == "Left -20.0, right 0.0 dBFS; -18.2 LUFS momentary"


def test_a_peak_is_held_and_then_let_go() -> None:
    hold = PeakHold()
    hold.feed(0, -6.0, RATE)
    for frame in range(1, 46):
        hold.feed(frame, -30.0, RATE)
    assert hold.level_db == -6.0
    hold.feed(46, -30.0, RATE)
    assert hold.level_db == -30.0


def test_a_jump_forgets_the_peak() -> None:
    hold = PeakHold()
    hold.feed(10, -6.0, RATE)
    hold.feed(5, -40.0, RATE)
    assert hold.level_db == -40.0


def test_it_shows_what_was_measured(bars: LevelMeters) -> None:
    samples = np.zeros((48_000, 2), np.float32)
    samples[:, 0] = 0.5
    bars.show_levels(3, *measure_meters(samples, RATE).at(3), RATE)
    assert bars.toolTip().startswith("Left -6.0, right below -60 dBFS")
