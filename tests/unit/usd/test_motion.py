"""What moves in a person's own USD moves in the packet, frame by frame, from its own first time code on."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pxr", reason="OpenUSD is not installed: uv sync, or pip install clappper[render]")

from clappper.usd import instances
from clappper.usd.building import build_recipe
from clappper.usd.packet import RenderJob, read_geometry, read_job, shape_at
from clappper.usd.recipe import recipe_of

HEAD = """#usda 1.0
(
    defaultPrim = "A"
    metersPerUnit = 0.01
    upAxis = "Y"
    timeCodesPerSecond = 24
    startTimeCode = 101
    endTimeCode = 125
)
"""
CARRIED = """def Xform "A" {
    def Xform "Lid" {
        double3 xformOp:translate.timeSamples = { 101: (0, 0, 0), 113: (12, 0, 0) }
        uniform token[] xformOpOrder = ["xformOp:translate"]
        def Cube "C" { double size = 2 }
    }
    def Cube "Base" { double size = 2 }
}
"""
BENT = """def Xform "A" {
    def Mesh "M" {
        uniform token subdivisionScheme = "none"
        int[] faceVertexCounts = [3]
        int[] faceVertexIndices = [0, 1, 2]
        point3f[] points.timeSamples = { 101: [(0,0,0), (2,0,0), (0,2,0)], 125: [(0,0,0), (2,0,0), (0,6,0)] }
    }
}
"""
OTHER_FACES = """def Xform "A" {
    def Mesh "M" {
        uniform token subdivisionScheme = "none"
        int[] faceVertexCounts.timeSamples = { 101: [3], 110: [4] }
        int[] faceVertexIndices.timeSamples = { 101: [0, 1, 2], 110: [0, 1, 2, 3] }
        point3f[] points.timeSamples = { 101: [(0,0,0), (2,0,0), (0,2,0), (0,0,0)],
            125: [(0,0,0), (2,0,0), (0,6,0), (1,1,1)] }
    }
}
"""


SWARM = """def Xform "A" {
    def Cube "Base" { double size = 2 }
    def PointInstancer "P" {
        int[] protoIndices = [0, 0]
        point3f[] positions.timeSamples = { 101: [(0,0,0), (4,0,0)], 113: [(12,0,0), (4,0,0)] }
        int64[] invisibleIds.timeSamples = { 101: [1], 107: [] }
        rel prototypes = </A/P/Dot>
        def Cube "Dot" { double size = 1 }
    }
}
"""
BLINKING = """def Xform "A" {
    def Cube "Base" { double size = 2 }
    def Cube "Lamp" {
        double size = 1
        token visibility.timeSamples = { 101: "invisible", 107: "inherited" }
    }
}
"""


def _built(body: str, folder: Path, fps: float = 24, frames: int = 13) -> RenderJob:
    file = folder / "asset.usda"
    file.write_text(HEAD + body.replace("{ ", "{\n").replace(" }", "\n}"))
    camera = {"move": "static", "seconds": frames / fps}
    recipe = recipe_of({"product_usd": str(file), "camera": camera, "render": {"fps": fps}})
    return build_recipe(recipe, folder / "job")


def _centres(job: RenderJob, folder: Path, name: str) -> list[float]:
    """Give where a prim's middle is along X in each frame."""
    geometry = read_geometry(folder / "job")
    (surface,) = (one for one in job.surfaces if one.path.endswith(name))
    return [float(shape_at(surface, geometry, i).points[:, 0].mean()) for i in range(len(job.frames))]


@pytest.mark.parametrize(("fps", "frames"), [(24, 13), (48, 25)])
def test_what_is_carried_moves_and_the_rest_stands(fps: float, frames: int, tmp_path: Path) -> None:
    job = _built(CARRIED, tmp_path, fps, frames)
    lid = _centres(job, tmp_path, "Lid/C")
    assert np.allclose(np.diff(lid), 12 / (frames - 1), atol=1e-4)
    assert not next(one for one in job.surfaces if one.path.endswith("Base")).is_moving
    assert read_job(tmp_path / "job").surfaces == job.surfaces
    assert len({job.view_of(camera) for camera in job.frames}) == frames


def test_what_bends_has_a_shape_for_each_frame(tmp_path: Path) -> None:
    job = _built(BENT, tmp_path, frames=25)
    (surface,) = (one for one in job.surfaces if one.label == "product")
    geometry = read_geometry(tmp_path / "job")
    heights = [float(np.ptp(shape_at(surface, geometry, i).points[:, 1])) for i in (0, 12, 24)]
    assert heights == pytest.approx([2, 4, 6], abs=1e-4)


def test_instances_move_and_come_and_go(tmp_path: Path) -> None:
    job = _built(SWARM, tmp_path)
    geometry = read_geometry(tmp_path / "job")
    first, second = (one for one in job.surfaces if one.path.endswith("Dot"))
    across = [float(shape_at(first, geometry, i).points[:, 0].mean()) for i in range(13)]
    assert np.allclose(np.diff(across), 1, atol=1e-4)
    widths = [float(np.ptp(shape_at(second, geometry, i).points[:, 0])) for i in (0, 5, 6, 12)]
    assert widths == pytest.approx([0, 0, 1, 1], abs=1e-4)


def test_what_is_hidden_for_a_while_is_shown_afterwards(tmp_path: Path) -> None:
    job = _built(BLINKING, tmp_path)
    geometry = read_geometry(tmp_path / "job")
    (lamp,) = (one for one in job.surfaces if one.path.endswith("Lamp"))
    widths = [float(np.ptp(shape_at(lamp, geometry, i).points[:, 0])) for i in (0, 5, 6, 12)]
    assert widths == pytest.approx([0, 0, 1, 1], abs=1e-4)
    assert not next(one for one in job.surfaces if one.path.endswith("Base")).is_moving


def test_too_many_moving_instances_stay_and_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "MOST_PLACES", 20)
    job = _built(SWARM, tmp_path)
    assert any("they stay where they begin" in warning for warning in job.warnings)
    assert not job.is_moving


def test_a_product_is_framed_for_all_of_its_way(tmp_path: Path) -> None:
    for name in ("short", "long"):
        (tmp_path / name).mkdir()
    still, moving = _built(CARRIED, tmp_path / "short", frames=3), _built(CARRIED, tmp_path / "long")
    assert moving.frames[0].focus > 1.5 * still.frames[0].focus


def test_faces_that_come_and_go_are_told(tmp_path: Path) -> None:
    job = _built(OTHER_FACES, tmp_path)
    assert any("changes its faces over time" in warning for warning in job.warnings)
    assert not job.is_moving


def test_the_built_in_renderer_moves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mitsuba", reason="Mitsuba is not installed: pip install clappper[render]")
    from PIL import Image

    from clappper.usd.builtin import variant, worker

    monkeypatch.setattr(variant, "choose", lambda: variant.PLAIN)
    file = tmp_path / "asset.usda"
    file.write_text(HEAD + CARRIED.replace("{ ", "{\n").replace(" }", "\n}"))
    body = {
        "product_usd": str(file),
        "camera": {"move": "static", "seconds": 13 / 24},
        "render": {"fps": 24, "width": 64, "height": 36, "samples": 1, "keyframe_step": 8},
        "replicator": {"depth": False},
    }
    build_recipe(recipe_of(body), tmp_path)
    worker.render(tmp_path)
    masks = [np.asarray(Image.open(tmp_path / f"signals/masks/{n:04d}.png"))[..., 0] for n in (0, 12)]
    first, last = (np.flatnonzero((mask > 128).any(axis=0)) for mask in masks)
    assert last.max() > first.max() + 10
    assert abs(int(last.min()) - int(first.min())) <= 1
