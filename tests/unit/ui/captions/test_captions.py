"""Captions with none, one and many: added at the playhead, typed in the list, drafted from the script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLineEdit

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.flow.project.session import Session
from clappper.timeline.captions import Caption, captions_of, with_captions
from clappper.timeline.model import CaptionFace, CaptionLook, Highlight, Timeline
from clappper.ui.bench import Bench
from clappper.ui.captions.dock import CaptionsDock
from clappper.ui.captions.look import SELECTED
from tests.doubles import InlineWorkers
from tests.unit.ui.conftest import Stage
from tests.unit.ui.timeline.conftest import small_ad


@pytest.fixture
def dock(bench: Bench, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[CaptionsDock]:
    bench.session.edit("Make the ad", lambda _: small_ad())
    monkeypatch.setattr(bench.session, "workers", InlineWorkers())
    made = CaptionsDock(bench)
    made.resize(360, 400)
    made.show()
    stage.rest()
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def said(session: Session) -> list[tuple[int, int, str]]:
    return [(one.frames.start, one.frames.end, one.text) for one in captions_of(session.timeline)]


def test_one_is_added_where_there_is_room(
    dock: CaptionsDock, session: Session, bench: Bench, stage: Stage
) -> None:
    bench.edit.go_to(100)
    dock.add()
    stage.rest()
    bench.edit.go_to(80)
    dock.add()
    assert said(session) == [(80, 100, "New caption"), (100, 160, "New caption")]
    assert session.undo_name == "Add caption"
    with pytest.raises(ClappperError, match="already"):
        dock.add()
    assert dock.table.findChildren(QLineEdit)


def test_times_and_words_are_typed(dock: CaptionsDock, session: Session, bench: Bench, stage: Stage) -> None:
    many = (Caption(FrameRange(0, 30), "one"), Caption(FrameRange(60, 90), "two"))
    session.edit("Captions", lambda now: with_captions(now, many))
    stage.rest()
    model = dock.model
    assert model.setData(model.index(0, 2), "first")
    stage.rest()
    assert model.setData(model.index(0, 1), "1:15")
    stage.rest()
    assert said(session) == [(0, 45, "first"), (60, 90, "two")]
    assert not model.setData(model.index(1, 1), "0:10")
    assert not model.setData(model.index(1, 0), "soon")
    assert not model.setData(model.index(0, 1), "2:15")
    assert said(session) == [(0, 45, "first"), (60, 90, "two")]
    bench.edit.go_to(70)
    assert dock.table.currentIndex().row() == 1
    dock.remove()
    assert said(session) == [(0, 45, "first")]


def test_a_draft_needs_a_script(dock: CaptionsDock, session: Session, stage: Stage) -> None:
    audio = session.brief.audio.model_copy(update={"script": None})
    session.edit_brief("No script", session.brief.model_copy(update={"audio": audio}))
    with pytest.raises(ClappperError, match="no script"):
        stage.live(dock.draft())
    audio = session.brief.audio.model_copy(update={"script": "One two. Three four."})
    session.edit_brief("Write a script", session.brief.model_copy(update={"audio": audio}))
    stage.live(dock.draft())
    stage.rest()
    assert said(session) == [(60, 97, "One two."), (97, 150, "Three four.")]


def test_a_draft_shows_words_one_at_a_time(dock: CaptionsDock, session: Session, stage: Stage) -> None:
    audio = session.brief.audio.model_copy(update={"script": "One two. Three four."})
    session.edit_brief("Write a script", session.brief.model_copy(update={"audio": audio}))
    dock.style_box.setCurrentText("Words")
    stage.live(dock.draft())
    stage.rest()
    assert [text for _, _, text in said(session)] == ["One", "two.", "Three", "four."]
    assert session.undo_name == "Draft captions"


def test_a_look_is_tried_on_the_picture_and_kept_as_one_step(
    dock: CaptionsDock, session: Session, bench: Bench, stage: Stage
) -> None:
    session.edit("Captions", lambda now: with_captions(now, (Caption(FrameRange(0, 30), "one two"),)))
    stage.rest()
    shown: list[Timeline | None] = []
    bench.edit.tried.connect(lambda timeline, _: shown.append(timeline))
    box = dock.look.face
    bold = box.findText("Bold capitals")
    box.highlighted.emit(bold)
    box.hidePopup()
    assert [tried and tried.captions.face for tried in shown] == [CaptionFace.BOLD, None]
    assert session.timeline.captions == CaptionLook()
    box.activated.emit(bold)
    stage.rest()
    assert (session.timeline.captions.face, session.undo_name) == (CaptionFace.BOLD, "Caption look")
    assert not dock.look.colour.isEnabled()
    dock.look.highlight.activated.emit(1)
    dock.look.amount.settled.emit(9.0)
    stage.rest()
    assert session.timeline.captions == CaptionLook(CaptionFace.BOLD, Highlight.COLOUR, size=1.8)
    assert dock.look.colour.isEnabled()


def test_one_caption_looks_unlike_the_others_and_like_them_again(
    dock: CaptionsDock, session: Session, stage: Stage
) -> None:
    two = (Caption(FrameRange(0, 30), "one"), Caption(FrameRange(40, 70), "two"))
    session.edit("Captions", lambda now: with_captions(now, two))
    stage.rest()
    dock.table.selectRow(1)
    dock.look.scope.setCurrentText(SELECTED)
    dock.look.face.activated.emit(dock.look.face.findText("Outlined"))
    stage.rest()
    own = CaptionLook(CaptionFace.OUTLINED)
    assert [one.look for one in captions_of(session.timeline)] == [None, own]
    assert session.timeline.captions == CaptionLook()
    assert dock.look.face.currentText() == "Outlined"
    dock.table.selectRow(0)
    assert dock.look.face.currentText() == "Boxed"
    dock.table.selectRow(1)
    dock.look.alike.click()
    stage.rest()
    assert captions_of(session.timeline) == two
