"""The inspector with no clip, one and many; what is dragged is tried, what is let go is one step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from clappper.flow.project.session import Session
from clappper.timeline.attributes import Channel, curve_of
from clappper.timeline.curves import is_moving
from clappper.timeline.model import Timeline
from clappper.timeline.queries import clip_of
from clappper.ui.bench import Bench
from clappper.ui.inspector.curves import with_value
from clappper.ui.inspector.dock import InspectorDock, parts_for
from clappper.ui.inspector.scrub import ScrubField
from tests.unit.ui.conftest import Stage
from tests.unit.ui.timeline.conftest import small_ad


@pytest.fixture
def dock(bench: Bench, stage: Stage) -> Iterator[InspectorDock]:
    bench.session.edit("Make the ad", lambda _: small_ad())
    made = InspectorDock(bench)
    made.resize(320, 600)
    made.show()
    stage.rest()
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def field(dock: InspectorDock, name: str) -> ScrubField:
    """Find a field, opening the part of the inspector that has it."""
    parts = {"Exposure": "Grade", "Saturation": "Grade", "Scale": "Motion", "Volume": "Sound"}
    if name in parts:
        dock.show_section(parts[name])
    return next(one for one in dock.findChildren(ScrubField) if one.accessibleName() == name)


def settle(dock: InspectorDock, name: str, value: float) -> None:
    field(dock, name).settled.emit(value)


def test_without_a_clip_it_says_what_to_do(dock: InspectorDock, bench: Bench) -> None:
    bench.edit.go_to(1000)
    assert dock._empty.isVisible()  # noqa: SLF001 - what is seen


def test_it_shows_the_parts_that_mean_something() -> None:
    now = small_ad()
    assert parts_for(clip_of(now, "price"))[0] == "Title"
    assert parts_for(clip_of(now, "song"))[0] == "Sound"
    assert parts_for(clip_of(now, "a")) == ("Clip", "Motion", "Grade", "About")


def test_what_is_tried_is_shown_and_not_kept(dock: InspectorDock, session: Session, bench: Bench) -> None:
    tried: list[Timeline | None] = []
    bench.edit.tried.connect(lambda timeline, _: tried.append(timeline))
    bench.edit.select(["a"])
    before = session.timeline
    field(dock, "Exposure").tried.emit(0.5)
    assert [clip_of(one, "a").grade.exposure for one in tried if one] == [0.5]
    assert session.timeline is before
    settle(dock, "Exposure", 0.5)
    assert tried[1] is None
    assert clip_of(session.timeline, "a").grade.exposure == 0.5
    assert session.undo_name == "Set exposure"


def test_a_change_goes_to_all_clips_in_hand(dock: InspectorDock, session: Session, bench: Bench) -> None:
    bench.edit.select(["a", "c"])
    settle(dock, "Saturation", -0.5)
    assert [clip_of(session.timeline, one).grade.saturation for one in "abc"] == [-0.5, 0, -0.5]


def test_speed_fades_and_transitions(dock: InspectorDock, session: Session, bench: Bench) -> None:
    bench.edit.select(["c"])
    settle(dock, "Speed", 2.0)
    settle(dock, "Fade in", 12)
    settle(dock, "Fade out", 9999)
    clip = clip_of(session.timeline, "c")
    assert (len(clip.placed), clip.fade_in_frames, clip.fade_out_frames) == (45, 12, 33)
    dock._sections["Clip"]._enter("Wipe")  # type: ignore[attr-defined]  # noqa: SLF001 - what a person chooses
    entered = clip_of(session.timeline, "c").transition
    assert entered is not None
    assert (entered.kind.value, session.undo_name) == ("wipe", "Add wipe")


def test_a_value_is_held_until_it_is_keyframed(dock: InspectorDock, session: Session, bench: Bench) -> None:
    bench.edit.select(["a"])
    bench.edit.go_to(10)
    settle(dock, "Scale", 1.2)
    assert not is_moving(clip_of(session.timeline, "a"), Channel.SCALE)
    motion = dock._sections["Motion"]  # noqa: SLF001 - what a person presses
    diamond = next(one for one in _named(motion, "Set or remove keyframe of scale"))
    QTest.mouseClick(diamond, Qt.MouseButton.LeftButton)
    bench.edit.go_to(40)
    settle(dock, "Scale", 1.5)
    curve = curve_of(clip_of(session.timeline, "a"), Channel.SCALE)
    assert [(key.frame, key.value) for key in curve] == [(10, 1.2), (40, 1.5)]
    QTest.mouseClick(diamond, Qt.MouseButton.LeftButton)
    assert len(curve_of(clip_of(session.timeline, "a"), Channel.SCALE)) == 1


def _named(parent: object, name: str) -> list[QWidget]:
    assert isinstance(parent, QWidget)
    return [one for one in parent.findChildren(QWidget) if one.accessibleName() == name]


def test_gain_is_set_by_one_number() -> None:
    after = with_value(small_ad(), "song", Channel.GAIN, 0, -6.0)
    assert [key.value for key in clip_of(after, "song").gain_db] == [-6.0]


def test_a_free_title_is_rewritten(dock: InspectorDock, session: Session, bench: Bench, stage: Stage) -> None:
    bench.edit.select(["price"])
    words = next(one for one in dock.findChildren(QLineEdit) if one.accessibleName() == "Words of the title")
    words.setText("$7")
    QTest.keyClick(words, Qt.Key.Key_Return)
    stage.rest()
    assert clip_of(session.timeline, "price").content.text == "$7"  # type: ignore[union-attr]
    assert session.undo_name == "Change title"


def test_a_file_without_its_page_says_so(dock: InspectorDock, bench: Bench) -> None:
    bench.edit.select(["a"])
    dock.show_section("About")
    said = [one.text() for one in dock.findChildren(QLabel) if one.isVisible()]
    assert any("a.mp4.json is missing" in text for text in said), said


def test_every_field_has_a_name(dock: InspectorDock) -> None:
    nameless = [one for one in dock.findChildren(QLineEdit) if not one.accessibleName()]
    assert not nameless
