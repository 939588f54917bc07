"""Renders tiny pictures for real, by the variant that needs no compiler."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("pxr", reason="OpenUSD is not installed: pip install clappper[render]")
pytest.importorskip("mitsuba", reason="Mitsuba is not installed: pip install clappper[render]")

from clappper.usd.building import build_recipe
from clappper.usd.builtin import variant, worker
from clappper.usd.folder import read_sidecar
from clappper.usd.recipe import recipe_of

TINY = {
    "camera": {"seconds": 0.1},
    "brand": {"product": "Chrono"},
    "render": {"width": 54, "height": 96, "samples": 2, "fps": 30},
    "replicator": {"shadow": True, "normals": True},
}


@pytest.fixture(autouse=True)
def _without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variant, "choose", lambda: variant.PLAIN)


@pytest.fixture(scope="module")
def job_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("job")
    build_recipe(recipe_of(TINY), folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(variant, "choose", lambda: variant.PLAIN)
        worker.render(folder)
    return folder


def _hashes(folder: Path) -> dict[str, str]:
    files = [*folder.glob("frames/*"), *folder.glob("signals/*/*")]
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(files)}


def test_all_passes_of_all_frames_are_there(job_folder: Path) -> None:
    names = {"frames": "png", "signals/masks": "png", "signals/depth": "exr", "signals/shadow": "png",
             "signals/normal": "exr"}  # fmt: skip
    for name, suffix in names.items():
        assert [f.name for f in sorted((job_folder / name).glob(f"*.{suffix}"))] == [
            f"000{i}.{suffix}" for i in range(3)
        ]
    camera = json.loads((job_folder / "signals/camera.json").read_text())
    assert [frame["frame"] for frame in camera["frames"]] == [0, 1, 2]


def test_a_machine_without_llvm_is_told_what_it_costs(job_folder: Path) -> None:
    sidecar = read_sidecar(job_folder)
    assert sidecar is not None
    assert any("No usable LLVM library" in warning for warning in sidecar.warnings)


def test_masks_cover_the_picture_and_show_the_product(job_folder: Path) -> None:
    masks = np.asarray(Image.open(job_folder / "signals/masks/0000.png")).astype(int)
    total = masks.sum(axis=-1)
    assert (total >= 235).all()
    assert (total <= 260).all()
    assert (masks[..., 0] > 128).mean() > 0.05
    assert (masks[..., 1] > 128).mean() > 0.01


def test_a_second_run_gives_the_same_bytes(job_folder: Path, tmp_path: Path) -> None:
    build_recipe(recipe_of(TINY), tmp_path)
    worker.render(tmp_path)
    assert _hashes(tmp_path) == _hashes(job_folder)


def test_a_broken_off_render_goes_on_with_the_same_bytes(job_folder: Path) -> None:
    before = _hashes(job_folder)
    kept = (job_folder / "frames/0000.png").stat().st_mtime_ns
    (job_folder / "frames/0001.png").unlink()
    worker.render(job_folder)
    assert _hashes(job_folder) == before
    assert (job_folder / "frames/0000.png").stat().st_mtime_ns == kept
    sidecar = read_sidecar(job_folder)
    assert sidecar is not None
    assert sidecar.ev is not None


def test_controls_have_the_films_frames_and_size(job_folder: Path) -> None:
    from clappper.media.probe import probe
    from clappper.usd.controls import prepare

    made = prepare(job_folder)
    assert made.warnings == ()
    assert made.near_m < made.far_m
    for film in (made.seg, made.depth):
        assert film is not None
        facts = probe(film)
        assert (facts.width, facts.height, round(facts.duration_seconds * 30)) == (54, 96, 3)


def test_a_shift_moves_the_product_right_and_up(tmp_path: Path) -> None:
    """The principal point of ``camera.json`` says the same."""
    shifted = TINY | {
        "camera": {"seconds": 0.1, "move": "static", "fill": 0.3, "shift": [0.15, 0.2]},
        "replicator": {"depth": False},
    }
    build_recipe(recipe_of(shifted), tmp_path)
    worker.render(tmp_path)
    cover = np.asarray(Image.open(tmp_path / "signals/masks/0000.png"))[..., :2].max(axis=-1) > 128
    rows, columns = np.nonzero(cover)
    middle = columns.mean() + 0.5, (rows.min() + rows.max() + 1) / 2
    camera = json.loads((tmp_path / "signals/camera.json").read_text())["frames"][0]["K"]
    assert middle == pytest.approx((camera[0][2], camera[1][2]), abs=1.5)
    assert middle == pytest.approx((54 * 0.65, 96 * 0.3), abs=1.5)


def test_a_packed_texture_becomes_a_material(tmp_path: Path) -> None:
    import mitsuba

    from clappper.usd.builtin.scene import lit_scene
    from clappper.usd.packet import Channel, Material, read_geometry

    Image.new("RGB", (4, 4), (10, 200, 90)).save(tmp_path / "arm.png")
    job = build_recipe(recipe_of(TINY), tmp_path)
    packed = Channel(str(tmp_path / "arm.png"), srgb=False, component="g")
    job.materials[0] = Material("packed", textures={"roughness": packed})
    mitsuba.set_variant(variant.PLAIN)
    assert lit_scene(mitsuba, job, read_geometry(tmp_path)) is not None
