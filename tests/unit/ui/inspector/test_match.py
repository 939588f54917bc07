"""Shots in hand are graded to sit beside their neighbour, in one step that can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.flow.project.session import Session
from clappper.media.colour import GradeValues
from clappper.media.conform import yuv_of
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, MediaKind, Take
from clappper.timeline.queries import clip_of
from clappper.ui.bench import Bench
from clappper.ui.errors import toasts_of
from clappper.ui.inspector.dock import InspectorDock
from clappper.ui.inspector.match import beside, shots
from tests.unit.ui.conftest import Stage
from tests.unit.ui.timeline.conftest import small_ad


def write(path: Path, session: Session, exposure: float) -> None:
    ramp = np.linspace(0.1, 0.8, 64, dtype=np.float32)[None, :, None] * np.ones((36, 1, 3), np.float32)
    rgb = np.round(np.clip(GradeValues(exposure).apply(ramp), 0, 1) * 255).astype(np.uint8)
    with FrameWriter(path, Encoding(64, 36, session.timeline.rate, options={"crf": "4"})) as writer:
        for _ in range(4):
            writer.write(yuv_of(rgb))


@pytest.fixture
def dock(bench: Bench, session: Session, stage: Stage) -> Iterator[InspectorDock]:
    clips = []
    for at, (name, exposure) in enumerate({"one": 0.0, "two": 0.4}.items()):
        write(session.project.media / f"{name}.mp4", session, exposure)
        take = Take(name, f"media/{name}.mp4", MediaKind.VIDEO, FrameRange(0, 4), 64, 36)
        clips.append(Clip(name, Footage((take,)), FrameRange(4 * at, 4 * at + 4), name=name.title()))
    session.edit("Lay", lambda now: with_clips(now, {"shots": clips}))
    bench.edit.select(["one"])
    made = InspectorDock(bench)
    made.resize(320, 640)
    made.show_section("Grade")
    made.show()
    stage.rest()
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def button(dock: InspectorDock, side: str) -> QPushButton:
    name = f"Match colour to {side} shot"
    return next(one for one in dock.findChildren(QPushButton) if one.accessibleName() == name)


def test_one_press_matches_and_one_step_takes_it_back(
    dock: InspectorDock, session: Session, stage: Stage
) -> None:
    assert (button(dock, "previous").isEnabled(), button(dock, "next").isEnabled()) == (False, True)
    button(dock, "next").click()
    stage.until(lambda: session.undo_name == "Match colour")
    assert clip_of(session.timeline, "one").grade.exposure == pytest.approx(0.4, abs=0.12)
    stage.until(lambda: "Matched to Two." in toasts_of(dock).texts)
    session.undo()
    assert clip_of(session.timeline, "one").grade.exposure == 0


def test_a_side_without_a_shot_is_refused(dock: InspectorDock, stage: Stage) -> None:
    with pytest.raises(ClappperError, match="no previous shot"):
        stage.live(dock.verbs()["match_previous"]())


def test_neighbours_are_shots_on_the_same_track() -> None:
    now = small_ad()
    b, c = clip_of(now, "b"), clip_of(now, "c")
    names = [found.id if (found := beside(now, (b, c), side)) else "" for side in (-1, 1)]
    assert names == ["a", ""]
    assert shots((clip_of(now, "price"), clip_of(now, "voice"), b)) == (b,)
    assert beside(now, (), 1) is None
