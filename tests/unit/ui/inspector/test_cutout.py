"""Cutting a subject out by hand: one named step each, tried before it is kept, and nothing for a sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from clappper.app import Studio
from clappper.flow.project.session import Session
from clappper.timeline.model import CutoutKind, Timeline
from clappper.timeline.queries import clip_of
from clappper.ui import dialogs
from clappper.ui.bench import Bench
from clappper.ui.inspector.dock import InspectorDock
from clappper.ui.inspector.scrub import ScrubField
from tests.unit.ui.conftest import Stage
from tests.unit.ui.timeline.conftest import small_ad

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def dock(bench: Bench, stage: Stage) -> Iterator[InspectorDock]:
    bench.session.edit("Make the ad", lambda _: small_ad())
    bench.edit.select(["a"])
    made = InspectorDock(bench)
    made.resize(320, 700)
    made.show()
    stage.rest()
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def part(dock: InspectorDock, kind: type[W], name: str) -> W:
    return next(one for one in dock.findChildren(kind) if one.accessibleName() == name)


def choose(dock: InspectorDock, stage: Stage, words: str) -> None:
    box = part(dock, QComboBox, "What is cut out")
    box.setCurrentText(words)
    box.textActivated.emit(words)
    stage.rest()


def test_each_way_shows_its_own_rows_and_is_one_step(
    dock: InspectorDock, session: Session, stage: Stage
) -> None:
    assert not any("of the cut-out" in field.accessibleName() for field in dock.findChildren(ScrubField))
    choose(dock, stage, "Screen colour")
    despill = part(dock, ScrubField, "Despill of the cut-out")
    cutout = clip_of(session.timeline, "a").cutout
    assert cutout is not None
    assert (cutout.kind, cutout.screen, session.undo_name) == (CutoutKind.KEY, "", "Key screen colour")
    assert despill.isVisible()
    choose(dock, stage, "Person")
    assert session.undo_name == "Cut out person"
    assert not despill.isVisible()
    choose(dock, stage, "Nothing")
    assert (clip_of(session.timeline, "a").cutout, session.undo_name) == (None, "Remove cut-out")


def test_a_shadow_is_tried_and_then_stays_in_another_way_of_cutting(
    dock: InspectorDock, session: Session, bench: Bench, stage: Stage
) -> None:
    choose(dock, stage, "Person")
    tried: list[Timeline | None] = []
    bench.edit.tried.connect(lambda timeline, _: tried.append(timeline))
    shadow = part(dock, ScrubField, "Shadow of the cut-out")
    shadow.tried.emit(0.3)
    seen = [clip_of(one, "a").cutout for one in tried if one]
    assert [one.shadow for one in seen if one] == [0.3]
    shadow.settled.emit(0.4)
    assert session.undo_name == "Set shadow of cut-out"
    choose(dock, stage, "Screen colour")
    cutout = clip_of(session.timeline, "a").cutout
    assert cutout is not None
    assert cutout.shadow == 0.4


def test_a_depth_map_comes_into_the_project_and_has_a_level(
    dock: InspectorDock, session: Session, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    depth = tmp_path / "depth.png"
    Image.fromarray(np.tile(np.arange(64, dtype=np.uint8) * 4, (64, 1))).save(depth)

    async def chosen(*_: object) -> Path:
        return depth

    monkeypatch.setattr(dialogs, "chosen_file", chosen)
    choose(dock, stage, "Matte or depth file…")
    stage.until(lambda: clip_of(session.timeline, "a").cutout)
    cutout = clip_of(session.timeline, "a").cutout
    assert cutout is not None
    assert session.project.locate(cutout.matte).is_file()
    stage.rest()
    assert part(dock, ScrubField, "Level of the cut-out").isVisible()


@pytest.mark.parametrize("agrees", [False, True])
def test_another_network_is_fetched_only_once_its_licence_is_agreed_to(
    dock: InspectorDock, session: Session, stage: Stage, monkeypatch: pytest.MonkeyPatch, agrees: bool
) -> None:
    asked: list[tuple[object, ...]] = []
    fetched: list[tuple[str, str]] = []

    async def agreed(_: object, question: str, detail: str, yes: str) -> bool:
        asked.append((question, detail, yes))
        return agrees and question.startswith("Fetch")

    async def get_model(_: Studio, model: str, licence: str, __: object) -> None:
        fetched.append((model, licence))

    monkeypatch.setattr(dialogs, "agreed", agreed)
    monkeypatch.setattr(Studio, "get_model", get_model)
    choose(dock, stage, "Person")
    network = part(dock, QComboBox, "What tells people apart")
    assert network.isVisible()
    network.setCurrentText("MODNet: soft hair")
    network.textActivated.emit("MODNet: soft hair")
    stage.until(lambda: network.currentText() == "Built in, at once")
    assert asked[0][0] == "Fetch MODNet portrait matting?"
    assert "26 MB. It comes under Apache-2.0: https://github.com/ZHKKKe/MODNet" in str(asked[0][1])
    assert fetched == ([("modnet", "Apache-2.0")] if agrees else [])
    assert [question[0] for question in asked[1:]] == (["Cut out person?"] if agrees else [])
    cutout = clip_of(session.timeline, "a").cutout
    assert cutout is not None
    assert cutout.kind is CutoutKind.PERSON


def test_no_file_chosen_leaves_all_as_it_was(
    dock: InspectorDock, session: Session, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def chosen(*_: object) -> None:
        return None

    monkeypatch.setattr(dialogs, "chosen_file", chosen)
    choose(dock, stage, "Matte or depth file…")
    stage.rest()
    assert part(dock, QComboBox, "What is cut out").currentText() == "Nothing"
    assert clip_of(session.timeline, "a").cutout is None


def test_smooth_goes_to_all_shots_in_hand(dock: InspectorDock, session: Session, bench: Bench) -> None:
    bench.edit.select(["a", "c"])
    part(dock, QCheckBox, "Smooth slow motion").click()
    assert [clip_of(session.timeline, one).smooth for one in "abc"] == [True, False, True]
    assert session.undo_name == "Smooth slow motion"


def test_a_sound_is_not_cut_out(dock: InspectorDock, bench: Bench) -> None:
    bench.edit.select(["song"])
    dock.show_section("Clip")
    assert not part(dock, QComboBox, "What is cut out").isVisible()
    assert not part(dock, QCheckBox, "Smooth slow motion").isEnabled()
