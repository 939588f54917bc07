"""Editing by words: read, shown, ticked, taken as one step; what is not understood says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.timeline.model import Timeline
from clappper.timeline.queries import clip_of
from clappper.ui.bench import Bench
from clappper.ui.chat.dock import ChatDock
from tests.unit.ui.conftest import Stage
from tests.unit.ui.timeline.conftest import small_ad


@pytest.fixture
def dock(bench: Bench, stage: Stage) -> Iterator[ChatDock]:
    bench.session.edit("Make the ad", lambda _: small_ad())
    made = ChatDock(bench)
    made.resize(320, 500)
    made.show()
    stage.rest()
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def say(dock: ChatDock, sentence: str) -> None:
    (field,) = dock.findChildren(QLineEdit)
    field.setText(sentence)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_sentence_is_shown_then_taken_as_one_step(
    dock: ChatDock, session: Session, bench: Bench, stage: Stage
) -> None:
    tried: list[Timeline | None] = []
    bench.edit.tried.connect(lambda timeline, _: tried.append(timeline))
    bench.edit.select(["a"])
    before = session.timeline
    say(dock, "make this brighter")
    assert session.timeline is before
    shown = [one for one in tried if one is not None]
    assert clip_of(shown[-1], "a").grade.exposure > 0
    dock.apply()
    assert clip_of(session.timeline, "a").grade.exposure > 0
    assert tried[-1] is None
    stage.rest()
    session.undo()
    assert session.timeline == before


def test_only_what_is_ticked_is_taken(dock: ChatDock, session: Session, bench: Bench) -> None:
    bench.edit.select(["a"])
    say(dock, "make this brighter and music quieter by 3 dB")
    ticks = dock.findChildren(QCheckBox)
    assert len(ticks) == 2
    ticks[0].setChecked(False)
    dock.apply()
    assert clip_of(session.timeline, "a").grade.exposure == 0
    assert clip_of(session.timeline, "song").gain_db
    with pytest.raises(ClappperError, match="nothing to apply"):
        dock.apply()


def test_what_is_not_understood_teaches_what_is(dock: ChatDock, session: Session) -> None:
    before = session.timeline
    say(dock, "quantum flux the bananas")
    said = " ".join(label.text() for label in dock.findChildren(QLabel))
    assert "not understood" in said
    assert "Try:" in said
    assert session.timeline is before


def test_an_edit_made_meanwhile_lets_go_of_the_offer(dock: ChatDock, session: Session, stage: Stage) -> None:
    say(dock, "warmer palette for the whole ad")
    session.edit("Start over", lambda now: Timeline(now.id, now.name, now.rate, 10, now.tracks))
    stage.rest()
    with pytest.raises(ClappperError, match="nothing to apply"):
        dock.apply()
