"""Requests for Cosmos containers, in the words of each generation; an unknown word is refused by all of them.

``generator`` is the one container of generation 4, ``predict`` and ``transfer`` are two of generation 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.providers.contract import Capabilities, GenRequest, InputFile, Kind, Role
from clappper.providers.wording import first_frame

Place = Callable[[InputFile], str]


class Dialect(StrEnum):
    """Which of the Cosmos containers is spoken to: their requests differ."""

    GENERATOR = "generator"
    PREDICT = "predict"
    TRANSFER = "transfer"


MODES = {
    Kind.TEXT_TO_IMAGE: "text2image",
    Kind.TEXT_TO_VIDEO: "text2video",
    Kind.IMAGE_TO_VIDEO: "image2video",
    Kind.VIDEO_TO_VIDEO: "video2video",
    Kind.TRANSFER: "video2video",
}
CONTROLS = {
    Role.CONTROL_EDGE: ("edge", "edge"),
    Role.CONTROL_DEPTH: ("depth", "depth"),
    Role.CONTROL_SEG: ("seg", "seg"),
    Role.CONTROL_BLUR: ("blur", "vis"),
}
"""Each control's name in generation 4 and in generation 3."""
FEWEST_FRAMES, MOST_FRAMES, STEP = 25, 397, 4
MOST_FRAMES_AT_720 = 197
PREDICT_FRAMES = 93


def body_of(dialect: Dialect, request: GenRequest, model: Capabilities, place: Place) -> dict[str, Any]:
    """Say a request in a dialect; ``place`` gives each file as a ``data:`` address.

    Raises:
        UnusableInputError: a transfer has no control that can be used.
    """
    makers = {Dialect.GENERATOR: _generator, Dialect.PREDICT: _predict, Dialect.TRANSFER: _transfer}
    body = makers[dialect](request, model, place)
    return {name: value for name, value in body.items() if value not in (None, "")} | request.extra


def controls_of(request: GenRequest) -> tuple[InputFile, ...]:
    """Give the films that steer a transfer: edges, depth, parts or blur."""
    return tuple(file for file in request.files if file.role in CONTROLS)


def source_of(request: GenRequest) -> InputFile | None:
    """Give the clip or the picture that the work starts from."""
    clips = (file for file in request.files if file.role is Role.SOURCE_VIDEO)
    return next(clips, None) or first_frame(request)


def resolution_of(request: GenRequest, model: Capabilities) -> str:
    """Name the smallest tier that is large enough, with its shape: ``720_9_16``."""
    wanted = min(request.width, request.height)
    tiers = sorted(int(tier) for tier in model.resolutions)
    tier = next((one for one in tiers if one >= wanted), tiers[-1])
    return f"{tier}_{request.aspect.replace(':', '_')}"


def frames_of(request: GenRequest, model: Capabilities) -> int:
    """Count the frames of a clip in steps of four and one more, as many as its tier allows."""
    most = MOST_FRAMES_AT_720 if resolution_of(request, model).startswith("720") else MOST_FRAMES
    wanted = round(request.seconds * rate_of(model))
    return min(max(-(-(wanted - 1) // STEP) * STEP + 1, FEWEST_FRAMES), most)


def _generator(request: GenRequest, model: Capabilities, place: Place) -> dict[str, Any]:
    source = source_of(request)
    kind = Kind.TEXT_TO_VIDEO if request.kind is Kind.TRANSFER and source is None else request.kind
    body: dict[str, Any] = {
        "model_mode": MODES[kind],
        "prompt": request.prompt,
        "negative_prompt": request.negative,
        "input_reference": place(source) if source else None,
        "seed": request.seed,
        "resolution": resolution_of(request, model),
    }
    if request.kind is Kind.TEXT_TO_IMAGE:
        return body
    body |= {"num_frames": frames_of(request, model), "fps": round(rate_of(model))}
    if request.kind is Kind.TRANSFER:
        body["transfer"] = {
            CONTROLS[file.role][0]: {"video": place(file), "weight": file.weight}
            for file in _demanded(request)
        }
    return body


def _predict(request: GenRequest, model: Capabilities, place: Place) -> dict[str, Any]:
    source = source_of(request)
    name = "video" if request.kind is Kind.VIDEO_TO_VIDEO else "image"
    return {
        "prompt": request.prompt,
        "negative_prompt": request.negative,
        name: place(source) if source else None,
        "seed": request.seed,
        "resolution": resolution_of(request, model),
        "num_output_frames": PREDICT_FRAMES,
        "fps": round(rate_of(model)),
    }


def _transfer(request: GenRequest, model: Capabilities, place: Place) -> dict[str, Any]:
    """A control without a file is left out altogether: ``null`` would be refused."""
    del model
    source = source_of(request)
    if source is None:
        raise UnusableInputError("A transfer needs a clip to start from.")
    controls: Mapping[str, Any] = {
        CONTROLS[file.role][1]: {"control": place(file), "control_weight": file.weight}
        for file in _demanded(request)
    }
    return {"video": place(source), "prompt": request.prompt, "seed": request.seed, **controls}


def _demanded(request: GenRequest) -> tuple[InputFile, ...]:
    controls = controls_of(request)
    if not controls:
        raise UnusableInputError("A transfer needs at least one control: edges, depth, parts or blur.")
    return controls


def rate_of(model: Capabilities) -> float:
    """Give the frames a second that a model makes."""
    return model.fps[0] if model.fps else 24.0
