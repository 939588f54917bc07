"""The form of a scene in 3D: seen only for one, each change a step, its picture rendered on demand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.flow.usd import scenes
from clappper.flow.usd.scenes import ScenePreview, preview_recipe
from clappper.ui.bench import Bench
from clappper.ui.brief.scenes_panel import ScenesPanel
from clappper.ui.brief.studio import StudioPanel
from tests.patience import wait_until
from tests.unit.ui.conftest import Stage


@pytest.fixture
def panel(bench: Bench, stage: Stage) -> StudioPanel:
    made = ScenesPanel(bench)
    made.resize(1100, 800)
    made.show()
    bench.draft.write("scenes[0].studio.product", "jar")
    bench.draft.commit("Change studio model")
    stage.rest()
    return made.studio


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Let previews be drawn at once; the scenes that were asked for."""
    asked: list[str] = []

    def preview(session: Session, scene_id: str, *_: object) -> ScenePreview:
        asked.append(scene_id)
        picture = tmp_path / "preview.png"
        Image.new("RGB", (54, 96), "#3377AA").save(picture)
        return ScenePreview(picture, preview_recipe(session, scene_id), 4.2, "builtin", ("A label is long.",))

    monkeypatch.setattr(scenes, "preview_scene", preview)
    return asked


def _said(panel: StudioPanel) -> str:
    return panel.note.text()


def test_a_scene_that_is_not_in_3d_has_no_such_form(bench: Bench, stage: Stage) -> None:
    made = ScenesPanel(bench)
    made.show()
    stage.rest()
    assert not made.studio.isVisible()
    made.fields.editors["studio.product"].edited.emit("mug")
    made.fields.editors["studio.product"].finished.emit()
    stage.rest()
    assert made.studio.isVisible()
    assert bench.session.brief.scenes[0].studio.product == "mug"
    assert bench.session.undo_name == "Change studio model"


@pytest.mark.parametrize(
    ("field", "value", "step"),
    [
        ("studio.lighting", "neon", "Change light"),
        ("studio.backdrop", "#112233", "Change backdrop"),
        ("studio.backdrop", None, "Change backdrop"),
        ("studio.yaw_deg", 35, "Change turn"),
        ("studio.quality", "high", "Change quality"),
        ("studio.label", "label.png", "Change label"),
    ],
)
def test_each_change_is_one_step(
    panel: StudioPanel, bench: Bench, stage: Stage, field: str, value: object, step: str
) -> None:
    if value is None:
        bench.draft.write(f"scenes[0].{field}", "#445566")
        bench.draft.commit("Before")
    panel.fields.editors[field].edited.emit(value)
    panel.fields.editors[field].finished.emit()
    stage.rest()
    assert bench.session.undo_name == step
    assert bench.draft.value(f"scenes[0].{field}") == value
    bench.session.undo()
    stage.rest()
    assert bench.draft.value(f"scenes[0].{field}") != value


def test_a_preview_is_shown_and_known_to_be_old_once_the_scene_changes(
    panel: StudioPanel, bench: Bench, stage: Stage, rendered: list[str]
) -> None:
    assert "15 s" in _said(panel)
    panel.preview()
    stage.until(lambda: "4 s" in _said(panel))
    assert rendered == [bench.draft.brief.scenes[0].id]
    assert _said(panel) == "A draft in 4 s. A label is long."
    assert not panel.picture.pixmap().isNull()
    bench.draft.write("scenes[0].studio.lighting", "neon")
    bench.draft.commit("Change light")
    stage.rest()
    assert _said(panel) == "The scene was changed since."


def test_a_preview_can_be_stopped_and_what_goes_wrong_is_said(
    panel: StudioPanel, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def preview(_: object, __: str, ___: object, is_stopped: Callable[[], bool]) -> ScenePreview:
        wait_until(is_stopped)
        raise ClappperError("The render was stopped.", "Finished frames are kept.")

    monkeypatch.setattr(scenes, "preview_scene", preview)
    panel.preview()
    assert panel.button.text() == "Stop"
    panel.preview()
    stage.until(lambda: panel.button.text() == "Preview")
    assert _said(panel) == "The render was stopped. Finished frames are kept."
