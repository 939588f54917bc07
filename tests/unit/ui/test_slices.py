"""Work in slices: between any two the loop goes on, and who cannot wait gets the rest at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from clappper.ui import slices
from clappper.ui.slices import Slices
from tests.unit.ui.conftest import Stage


@pytest.fixture
def owner(app: QApplication) -> QWidget:  # noqa: ARG001 - a widget needs one
    return QWidget()


@pytest.fixture(autouse=True)
def one_step_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice is over after its first step, however fast that was."""
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0.0)


def steps(done: list[str], count: int = 3) -> Iterator[None]:
    for number in range(count):
        done.append(str(number))
        yield


def test_the_loop_goes_on_between_two_slices(owner: QWidget, stage: Stage) -> None:
    done: list[str] = []
    ticks = QTimer(owner, interval=0)
    ticks.timeout.connect(lambda: done.append("loop"))
    ticks.start()
    made = Slices(owner, steps(done))
    stage.live(made.ended())
    assert made.is_done
    assert [one for one in done if one != "loop"] == ["0", "1", "2"]
    first, last = done.index("0"), done.index("2")
    assert "loop" in done[first:last]


def test_who_cannot_wait_gets_the_rest_at_once(owner: QWidget, stage: Stage) -> None:
    done: list[str] = []
    told: list[bool] = []
    made = Slices(owner, steps(done))
    made.finished.connect(lambda: told.append(True))
    made.finish()
    made.finish()
    assert (made.is_done, done, told) == (True, ["0", "1", "2"], [True])
    stage.live(made.ended())
    assert told == [True]


def test_nothing_is_done_for_an_owner_that_is_gone(owner: QWidget, stage: Stage) -> None:
    done: list[str] = []
    made = Slices(owner, steps(done))
    owner.deleteLater()
    stage.live(made.ended())
    assert len(done) < 3
