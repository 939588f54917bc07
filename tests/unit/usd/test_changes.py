import json
import os
from pathlib import Path

import pytest

from clappper.store.files import sha256_of
from clappper.usd.changes import SceneWatch, remember, revision, scene_changes, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stage = tmp_path / "stage"
    stage.mkdir()
    for name in ("root.usda", "generated.usda", "label.png"):
        (stage / name).write_text(name)
    known = {str(file): sha256_of(file) for file in stage.iterdir()}
    (stage / "assets.json").write_text(json.dumps(known))
    return tmp_path


def test_nothing_changed(folder: Path) -> None:
    assert not scene_changes(folder)


def test_a_touch_is_no_change_but_content_is(folder: Path) -> None:
    watch = SceneWatch(folder)
    root = folder / "stage" / "root.usda"
    os.utime(root, (1, 1))
    assert not watch.look()
    root.write_text("over")
    assert watch.look().changed == (str(root),)


def test_a_scene_that_was_moved_is_not_changed(folder: Path, tmp_path: Path) -> None:
    stage, there = folder / "stage", tmp_path / "there"
    known = {str(file): sha256_of(file) for file in stage.iterdir() if file.suffix != ".json"}
    (stage / "assets.json").write_bytes(written(known | {"/elsewhere/own.usd": "0"}, folder))
    named = revision(folder)
    there.mkdir()
    stage.rename(there / "stage")
    assert scene_changes(there).missing == ("/elsewhere/own.usd",)
    assert not scene_changes(there).changed
    assert revision(there) == named


def test_a_render_that_was_broken_off_leaves_the_scene_changed(folder: Path) -> None:
    remember(folder)
    watch, root = SceneWatch(folder), folder / "stage" / "root.usda"
    root.write_text("over")
    rebuilt = {str(root): sha256_of(root)}
    (folder / "stage" / "assets.json").write_text(json.dumps(rebuilt))
    assert watch.look().changed == (str(root),)
    remember(folder)
    assert not watch.look()


def test_a_painted_texture_counts_and_names_another_revision(folder: Path) -> None:
    before = revision(folder)
    (folder / "stage" / "label.png").write_text("new")
    assert [Path(path).name for path in scene_changes(folder).changed] == ["label.png"]
    assert revision(folder) != before


def test_a_removed_layer_is_missing(folder: Path) -> None:
    (folder / "stage" / "generated.usda").unlink()
    assert len(scene_changes(folder).missing) == 1


def test_a_folder_that_is_no_scene_has_no_changes(tmp_path: Path) -> None:
    assert not scene_changes(tmp_path)
