from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.providers.catalog import Catalog
from clappper.providers.contract import GenRequest, InputFile, Kind, Role
from clappper.providers.nim.bodies import Dialect, body_of, frames_of, resolution_of
from clappper.providers.workbench import Workbench

ROWS = Catalog(Workbench(Path("unused")), "cosmos").models
BASE = InputFile(Role.SOURCE_VIDEO, "base", "b")
EDGE = InputFile(Role.CONTROL_EDGE, "edge", "e", weight=0.5)
BLUR = InputFile(Role.CONTROL_BLUR, "blur", "x")


def wish(model: str, kind: Kind, *files: InputFile, seconds: float = 5.0) -> GenRequest:
    return GenRequest(
        "k", kind, "cosmos", model, "a street", seconds, width=720, height=1280, seed=3, files=files
    )


def body(dialect: Dialect, request: GenRequest) -> dict[str, object]:
    return body_of(dialect, request, ROWS[request.model].capabilities, lambda file: f"data:{file.path}")


def test_each_generation_has_words_of_its_own() -> None:
    new = body(Dialect.GENERATOR, wish("cosmos-generator", Kind.TRANSFER, BASE, EDGE, BLUR))
    assert new["model_mode"] == "video2video"
    assert new["transfer"] == {
        "edge": {"video": "data:edge", "weight": 0.5},
        "blur": {"video": "data:blur", "weight": 1.0},
    }
    assert (new["num_frames"], new["fps"], new["resolution"]) == (121, 24, "720_9_16")
    old = body(Dialect.TRANSFER, wish("cosmos-transfer", Kind.TRANSFER, BASE, EDGE, BLUR))
    assert old == {
        "video": "data:base",
        "prompt": "a street",
        "seed": 3,
        "edge": {"control": "data:edge", "control_weight": 0.5},
        "vis": {"control": "data:blur", "control_weight": 1.0},
    }
    spoken = body(Dialect.PREDICT, wish("cosmos-predict", Kind.TEXT_TO_VIDEO))
    assert set(spoken) == {"prompt", "seed", "resolution", "num_output_frames", "fps"}
    still = body(Dialect.GENERATOR, wish("cosmos-generator", Kind.TEXT_TO_IMAGE))
    assert set(still) == {"model_mode", "prompt", "seed", "resolution"}


@pytest.mark.parametrize("files", [(BASE,), (EDGE,)])
def test_a_transfer_needs_a_clip_and_a_control(files: tuple[InputFile, ...]) -> None:
    with pytest.raises(UnusableInputError, match="transfer needs"):
        body(Dialect.TRANSFER, wish("cosmos-transfer", Kind.TRANSFER, *files))


@pytest.mark.parametrize(("seconds", "frames"), [(0.1, 25), (5.0, 121), (5.1, 125), (60.0, 197)])
def test_frames_come_in_steps_of_four(seconds: float, frames: int) -> None:
    model = ROWS["cosmos-generator"].capabilities
    assert frames_of(wish(model.model, Kind.TEXT_TO_VIDEO, seconds=seconds), model) == frames


def test_the_smallest_tier_that_is_enough_is_taken() -> None:
    model = ROWS["cosmos-generator"].capabilities
    small = dataclasses.replace(wish(model.model, Kind.TEXT_TO_VIDEO), width=300, height=300, aspect="1:1")
    assert resolution_of(small, model) == "480_1_1"
