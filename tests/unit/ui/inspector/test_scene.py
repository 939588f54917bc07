"""A 3D shot's scene is opened in what is there; what was saved in it is noticed and rendered anew."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.flow.generating.offers import Offer, Placed
from clappper.flow.project.session import Session
from clappper.flow.usd import open_in_composer
from clappper.providers.contract import GenRequest, Kind
from clappper.store import sidecar
from clappper.store.files import sha256_of
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, Grade, MediaKind, Take
from clappper.timeline.queries import clip_of
from clappper.ui import dialogs, offering
from clappper.ui.bench import Bench
from clappper.ui.errors import toasts_of
from clappper.ui.inspector import scene
from clappper.ui.inspector.dock import InspectorDock
from clappper.usd import nucleus
from clappper.usd.changes import revision
from tests.unit.ui.conftest import Stage

REQUEST = GenRequest(
    "", Kind.TEXT_TO_VIDEO, "usd_scene", "local", "a watch", 2.0, width=540, height=960, fps=30.0
)


@pytest.fixture
def scene_folder(tmp_path: Path) -> Path:
    """Lay out a scene as a render leaves it: a stage, and what its files were."""
    stage = tmp_path / "scene" / "stage"
    stage.mkdir(parents=True)
    (stage / "root.usda").write_text("#usda 1.0\n")
    known = {str(stage / "root.usda"): sha256_of(stage / "root.usda")}
    (stage / "assets.json").write_text(json.dumps(known))
    return tmp_path / "scene"


@pytest.fixture
def launched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Collect the programs that would have been started; none is installed."""
    started: list[tuple[str, ...]] = []
    monkeypatch.setenv("PATH", str(tmp_path / "no programs"))
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: started.append(tuple(command)))
    return started


def lay(session: Session, folder: Path) -> None:
    """Lay a rendered shot and a filmed one."""
    session.queue.gates.pause("usd_scene")
    job = session.queue.enqueue(REQUEST).job
    for name, sent in (("rendered", {"scene_folder": str(folder)}), ("filmed", {})):
        film = session.project.media / f"{name}.mp4"
        film.write_bytes(b"film")
        media = sidecar.MediaPage(name=film.name, kind="video", sha256="", size_bytes=4, facts={})
        pack = sidecar.ProviderPack(provider="usd_scene", model="local", remote_id="", sent=sent)
        sidecar.write(film, sidecar.Sidecar(media=media, origin="made", created="", provider_pack=pack))
    takes = {
        name: Take(one, f"media/{name}.mp4", MediaKind.VIDEO, FrameRange(0, 60), 540, 960)
        for name, one in (("rendered", job.id), ("filmed", "filmed"))
    }
    clips = [
        Clip(name, Footage((take,)), FrameRange(60 * at, 60 * at + 60), grade=Grade(0.5))
        for at, (name, take) in enumerate(takes.items())
    ]
    session.edit("Lay", lambda now: with_clips(now, {"shots": clips}))


@pytest.fixture
def dock(
    bench: Bench,
    session: Session,
    stage: Stage,
    scene_folder: Path,
    launched: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[InspectorDock]:
    del launched
    monkeypatch.setattr(scene, "LOOK_MS", 10)
    lay(session, scene_folder)
    bench.edit.select(["rendered"])
    made = InspectorDock(bench)
    made.resize(340, 760)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def seen(dock: InspectorDock, kind: type[QPushButton | QLabel], text: str) -> Callable[[], QWidget | None]:
    return lambda: next(
        (one for one in dock.findChildren(kind) if text in one.text() and one.isVisible()), None
    )


def press(dock: InspectorDock, stage: Stage, text: str) -> None:
    find = seen(dock, QPushButton, text)
    stage.until(find)
    button = find()
    assert isinstance(button, QPushButton)
    button.click()


def test_the_button_names_the_program_and_opens_the_stage(
    dock: InspectorDock,
    bench: Bench,
    stage: Stage,
    asked: list[str],
    scene_folder: Path,
    launched: list[tuple[str, ...]],
) -> None:
    bench.studio.save_settings(blender="/opt/blender")
    press(dock, stage, "Open in Blender")
    assert asked == ["scene_open"]
    stage.live(dock.verbs()["scene_open"]())
    assert launched[0][0] == "/opt/blender"
    assert str(scene_folder / "stage" / "root.usda") in launched[0][-1]
    assert "The scene opens in Blender." in toasts_of(dock).texts
    bench.studio.save_settings(composer_app="/opt/kit/my.kit.sh")
    stage.until(seen(dock, QPushButton, "Open in USD Composer"))


def test_without_a_program_it_says_where_to_set_one(
    dock: InspectorDock, stage: Stage, asked: list[str], launched: list[tuple[str, ...]]
) -> None:
    press(dock, stage, "Open settings")
    assert asked == ["edit_settings"]
    assert seen(dock, QLabel, "composer_app")()
    with pytest.raises(ClappperError, match="No program"):
        stage.live(dock.verbs()["scene_open"]())
    assert not launched


def test_a_filmed_shot_has_no_scene(dock: InspectorDock, bench: Bench, stage: Stage) -> None:
    stage.until(dock.scene.isVisible)
    bench.edit.select(["filmed"])
    stage.rest()
    assert not dock.scene.isVisible()
    with pytest.raises(ClappperError, match="not rendered from a scene"):
        stage.live(dock.verbs()["scene_rerender"]())


def test_a_saved_change_is_rendered_as_a_take_that_keeps_the_edit(
    dock: InspectorDock,
    session: Session,
    stage: Stage,
    scene_folder: Path,
    asked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []

    async def agree(_: QWidget, question: str, detail: str, yes: str) -> bool:
        told.extend((question, detail, yes))
        return True

    async def make(session: Session, offer: Offer, *, accept_unknown_price: bool) -> Placed:
        assert not accept_unknown_price
        assert offer.request is not None
        assert offer.place is not None
        told.append(str(offer.request.extra["scene_revision"]))
        take, place = replace(_take(session), id="new"), offer.place
        session.edit(offer.name, lambda now: place(now, take).timeline)
        return Placed(offer.clip_id)

    monkeypatch.setattr(dialogs, "agreed", agree)
    monkeypatch.setattr(offering, "accept", make)
    stage.until(dock.scene.isVisible)
    assert not seen(dock, QLabel, "The scene was changed")()
    (scene_folder / "stage" / "root.usda").write_text("#usda 1.0\n# brighter\n")
    press(dock, stage, "Re-render")
    assert asked == ["scene_rerender"]
    assert seen(dock, QLabel, "Costs nothing. Takes ")()
    before = session.timeline
    stage.live(dock.verbs()["scene_rerender"]())
    assert told[0] == "Re-render?"
    assert "Costs nothing. Takes " in told[1]
    assert told[3] == revision(scene_folder)
    after = clip_of(session.timeline, "rendered")
    assert (_take(session).id, after.grade, len(after.placed)) == ("new", Grade(0.5), 60)
    session.undo()
    assert session.timeline == before


def _take(session: Session) -> Take:
    content = clip_of(session.timeline, "rendered").content
    assert isinstance(content, Footage)
    return content.take


def test_a_checkpoint_on_nucleus_is_told_with_its_author(
    dock: InspectorDock, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "omniverse://studio/cup.usda"
    known = {
        "saved": "2026-12-01",
        "size": "9",
        "version": "",
        "checkpoint": "&1",
        "comment": "",
        "by": "ben",
    }
    monkeypatch.setattr(open_in_composer, "_known", lambda _: {url: known})
    monkeypatch.setattr(
        nucleus, "look", lambda *_: {url: known | {"checkpoint": "&2", "comment": "label", "by": "anna"}}
    )
    stage.until(seen(dock, QLabel, "cup.usda: checkpoint 2 by anna on Nucleus: label."))
    assert seen(dock, QPushButton, "Re-render")()


def test_a_stage_that_is_gone_is_said(dock: InspectorDock, stage: Stage, scene_folder: Path) -> None:
    stage.until(dock.scene.isVisible)
    (scene_folder / "stage" / "root.usda").unlink()
    stage.until(seen(dock, QLabel, "neither a USD file"))
