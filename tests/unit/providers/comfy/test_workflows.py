from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.paths import resource
from clappper.providers.catalog import Catalog
from clappper.providers.comfy.workflows import (
    bound,
    capabilities_of,
    frame_count,
    load,
    marks,
    missing,
    output_files,
    own_workflows,
    shipped,
)
from clappper.providers.contract import GenRequest, InputFile, Kind, Role
from clappper.providers.workbench import Workbench
from tests.simulators.comfyui import NODES

NAMES = tuple(sorted(path.stem for path in resource("workflows", "comfyui").glob("*.json")))
PICTURE = InputFile(Role.FIRST_FRAME, "/a.png", "a")


def wish(**changes: object) -> GenRequest:
    request = GenRequest("k", Kind.IMAGE_TO_VIDEO, "comfyui", "svd", "a tin", 4.0, seed=5, files=(PICTURE,))
    return dataclasses.replace(request, **changes)  # type: ignore[arg-type]  # fields of the request


@pytest.mark.parametrize("name", NAMES)
def test_each_shipped_workflow_is_whole(name: str) -> None:
    graph = load(shipped(name))
    for node in graph.values():
        for value in node["inputs"].values():
            assert not isinstance(value, list) or value[0] in graph
    assert len(marks(graph)["output"]) == 1
    assert not missing(graph, NODES, frozenset({"first_frame", "source_video"}))


def test_there_is_a_row_for_each_shipped_workflow() -> None:
    rows = Catalog(Workbench(Path("unused")), "comfyui").models
    assert set(rows) == set(NAMES)
    for name, model in rows.items():
        told = capabilities_of("comfyui", name, load(shipped(name)))
        stated = model.capabilities
        assert (told.kinds, told.seed, told.negative) == (stated.kinds, stated.seed, stated.negative)


def test_a_request_goes_where_the_titles_say() -> None:
    model = Catalog(Workbench(Path("unused")), "comfyui").model("svd")
    limits = next(iter(model.ways.values())).fixed
    graph = bound(load(shipped("svd")), wish(), model.capabilities, {"/a.png": "kept.png"}, limits)
    assert graph["1"]["inputs"]["image"] == "kept.png"
    asked = graph["3"]["inputs"]
    assert (asked["width"], asked["height"], asked["video_frames"], asked["fps"]) == (576, 1024, 24, 6)
    assert graph["5"]["inputs"]["seed"] == 5
    assert graph["7"]["inputs"]["fps"] == 6.0
    assert isinstance(graph["7"]["inputs"]["fps"], float)


@pytest.mark.parametrize(
    ("seconds", "rate", "limits", "frames"),
    [
        (5.0, 24, {"frame_step": 4}, 121),
        (0.5, 24, {"frame_step": 4}, 13),
        (9.0, 6, {"most_frames": 25}, 25),
        (2.0, 8, {}, 16),
        (0.01, 8, {}, 1),
    ],
)
def test_frames_are_as_many_as_the_model_can_make(
    seconds: float, rate: float, limits: dict[str, int], frames: int
) -> None:
    assert frame_count(seconds, rate, limits) == frames


def test_what_a_server_lacks_is_named() -> None:
    known = {name: node for name, node in NODES.items() if name != "KSampler"}
    known["ImageOnlyCheckpointLoader"] = {"input": {"required": {"ckpt_name": [["other.safetensors"]]}}}
    lack = missing(load(shipped("svd")), known, frozenset({"first_frame"}))
    assert lack.nodes == ("KSampler",)
    assert lack.files == ("ImageOnlyCheckpointLoader.ckpt_name = svd_xt.safetensors",)
    assert str(lack).startswith("the nodes KSampler and the model files")


def test_a_workflow_of_ones_own_is_known_by_its_titles(tmp_path: Path) -> None:
    node = {"class_type": "X", "inputs": {"value": "a"}, "_meta": {"title": "clappper:prompt"}}
    frame = {"class_type": "LoadImage", "inputs": {"image": "x"}, "_meta": {"title": "clappper:last_frame"}}
    first = {**frame, "_meta": {"title": "clappper:first_frame"}}
    (tmp_path / "mine.json").write_text(json.dumps({"1": node, "2": first, "3": frame}))
    (name,) = own_workflows(str(tmp_path))
    told = capabilities_of("comfyui", name, load(own_workflows(str(tmp_path))[name]))
    assert (told.model, told.kinds, told.seed, told.needs_picture) == ("mine", (Kind.KEYFRAMES,), False, True)
    assert own_workflows("") == {}
    assert own_workflows(str(tmp_path / "nowhere")) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"nodes": [], "links": []}', "editor's own format"),
        ('{"1": {"inputs": {}}}', "no workflow"),
        ("[1]", "no workflow"),
        ("{", "cannot be read"),
    ],
)
def test_what_is_no_workflow_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(UnusableInputError, match=reason):
        load(tmp_path / "bad.json")


def test_a_mark_that_fits_nothing_is_said() -> None:
    graph = {"1": {"class_type": "X", "inputs": {"other": 1}, "_meta": {"title": "clappper:seed"}}}
    told = capabilities_of("comfyui", "x", graph)
    with pytest.raises(UnusableInputError, match="marked clappper:seed"):
        bound(graph, wish(), told, {}, {})


def test_of_many_outputs_the_marked_one_counts() -> None:
    graph = {"9": {"_meta": {"title": "clappper:output"}}, "8": {}}
    file = {"filename": "a.mp4", "subfolder": "", "type": "output"}
    draft = {**file, "filename": "b.png", "type": "temp"}
    outputs = {"8": {"images": [{**file, "filename": "c.png"}]}, "9": {"images": [draft], "gifs": [file]}}
    assert list(output_files({"prompt": [0, "id", graph], "outputs": outputs})) == [file]
