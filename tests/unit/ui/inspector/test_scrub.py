"""A number that is dragged, typed, nudged or taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from clappper.ui.inspector.scrub import Measure, ScrubField
from clappper.ui.tokens import DARK
from tests.unit.ui.conftest import Stage

PERCENT = Measure(0, 2, 0.01, 0, " %", 100, neutral=1)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def told() -> list[tuple[str, float]]:
    return []


@pytest.fixture
def field(stage: Stage, told: list[tuple[str, float]]) -> Iterator[ScrubField]:
    made = ScrubField("Scale", PERCENT, DARK)
    made.tried.connect(lambda value: told.append(("tried", value)))
    made.settled.connect(lambda value: told.append(("settled", value)))
    made.given_up.connect(lambda: told.append(("given up", 0)))
    made.show()
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def pull(field: ScrubField, by: int, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.mousePress(field, LEFT, keys, QPoint(20, 10))
    QTest.mouseMove(field, QPoint(20 + by, 10))


@pytest.mark.parametrize(("value", "text"), [(1.5, "150 %"), (0, "0 %"), (-0.25, "−25 %")])
def test_a_number_is_written_and_read_as_a_person_would(value: float, text: str) -> None:
    measure = Measure(-1, 2, 0.01, 0, " %", 100)
    assert measure.shown(value) == text
    assert measure.read(text) == value
    assert Measure(-1, 1, 0.1).read("0,5") == 0.5


def test_a_drag_is_tried_and_then_settled(field: ScrubField, told: list[tuple[str, float]]) -> None:
    pull(field, 30)
    assert told[0][0] == "tried"
    assert told[0][1] == pytest.approx(1.3)
    QTest.mouseRelease(field, LEFT, NONE, QPoint(50, 10))
    assert told[-1][0] == "settled"
    assert field.value == pytest.approx(1.3)
    assert field.text() == "130 %"


def test_a_drag_stops_at_the_limits_and_escape_takes_it_back(
    field: ScrubField, told: list[tuple[str, float]]
) -> None:
    pull(field, 900)
    assert field.value == 2
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.value, told[-1][0]) == (1, "given up")


def test_a_click_lets_a_number_be_typed_and_nonsense_changes_nothing(
    field: ScrubField, told: list[tuple[str, float]]
) -> None:
    QTest.mouseClick(field, LEFT, NONE, QPoint(20, 10))
    QTest.keyClicks(field, "80")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert told == [("settled", 0.8)]
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "much")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.value, field.text(), len(told)) == (0.8, "80 %", 1)


def test_arrows_nudge_and_a_double_click_goes_back_to_neutral(
    field: ScrubField, told: list[tuple[str, float]]
) -> None:
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert told[-1][0] == "settled"
    assert field.value == pytest.approx(1.05)
    QTest.mouseDClick(field, LEFT, NONE, QPoint(20, 10))
    assert told[-1] == ("settled", 1)
