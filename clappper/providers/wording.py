"""From our words to a model's own: which of its fields means what we call a first frame, a length, a shape.

A *term* is what a field stands for; ``TERMS`` says how each is worked out for one request. Most fields are
recognised by their names (``GUESSES``); a model's row says the rest. What has no field is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from clappper.providers.contract import Capabilities, GenRequest, InputFile, Kind, Role
from clappper.providers.fitting import made_seconds
from clappper.providers.inputs import Inputs, Rule, number_in

Place = Callable[[InputFile], Any]
"""Where a file is for the service: its address, or whatever stands for it."""

SIZE = re.compile(r"(\d+)[*:x](\d+)")
GRID = 16
"""Sides of free picture sizes are multiples of it, as video models want them."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a model is asked for some kinds of work: where, with which fields, and what each one means.

    ``fixed`` are values that always go along.
    """

    path: str
    inputs: Inputs
    words: Mapping[str, str]
    fixed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One field to be filled for one request."""

    request: GenRequest
    rule: Rule
    model: Capabilities
    place: Place

    def file(self, *roles: Role) -> Any:
        """Give the place of the first file that has one of these parts, the first named one first."""
        found = (file for role in roles for file in self.request.files if file.role is role)
        return next((self.place(file) for file in found), None)


def keyframes(request: GenRequest) -> tuple[InputFile, ...]:
    """List the pictures that a clip goes through, in the order of their times."""
    places = {Role.FIRST_FRAME: 0.0, Role.LAST_FRAME: request.seconds}
    frames = [file for file in request.files if file.role in {*places, Role.KEYFRAME}]
    return tuple(sorted(frames, key=lambda file: places.get(file.role, file.at_seconds or 0.0)))


def first_frame(request: GenRequest) -> InputFile | None:
    """Give the picture a clip begins with; for image-to-video that is any picture, if none is named first."""
    frames = keyframes(request)
    if frames and frames[0].role is not Role.LAST_FRAME:
        return frames[0]
    if request.kind is not Kind.IMAGE_TO_VIDEO:
        return None
    pictures = (
        file for role in (Role.PRODUCT, Role.REFERENCE) for file in request.files if file.role is role
    )
    return next(pictures, None)


def last_frame(request: GenRequest) -> InputFile | None:
    """Give the picture a clip ends with, if there is one beside the first."""
    frames = keyframes(request)
    is_last = frames and (frames[-1].role is Role.LAST_FRAME or len(frames) > 1)
    return frames[-1] if is_last else None


def references(request: GenRequest) -> tuple[InputFile, ...]:
    """List the pictures that show what something looks like, without that with which the clip begins."""
    used = first_frame(request)
    return tuple(
        file for file in request.files if file.role in {Role.REFERENCE, Role.PRODUCT} and file is not used
    )


def _placed(ask: Ask, file: InputFile | None) -> Any:
    return None if file is None else ask.place(file)


def _all_placed(ask: Ask, files: tuple[InputFile, ...], most: int) -> Any:
    return [ask.place(file) for file in files[: most or None]] or None


def _positions(ask: Ask) -> Any:
    """Give pictures with their places, as a list; the first alone goes without."""
    first, last = first_frame(ask.request), last_frame(ask.request)
    if last is None or "last" not in ask.rule.choices:
        return _placed(ask, first)
    ends = [] if first is None else [{"uri": ask.place(first), "position": "first"}]
    return [*ends, {"uri": ask.place(last), "position": "last"}]


def _frames(ask: Ask) -> Any:
    """Count a clip's frames: those that its seconds have, and one more to end on."""
    rate = ask.model.fps[0] if ask.model.fps else ask.request.fps
    return ask.rule.nearest(round(ask.request.seconds * rate) + 1)


def _aspect(ask: Ask) -> Any:
    return ask.request.aspect if not ask.rule.choices or ask.request.aspect in ask.rule.choices else None


def _orientation(ask: Ask) -> Any:
    return "portrait" if ask.request.height > ask.request.width else "landscape"


def _size(ask: Ask) -> Any:
    """Choose the picture size of the wanted shape: the smallest that is large enough, or the largest."""
    request = ask.request
    sizes = [(size, choice) for choice in ask.rule.choices if (size := size_of(choice))]
    fitting = [one for one in sizes if has_aspect(one[0], request.aspect)]
    if not fitting:
        return None
    area = request.width * request.height
    ordered = sorted(fitting, key=lambda one: one[0][0] * one[0][1])
    return next((choice for (w, h), choice in ordered if w * h >= area), ordered[-1][1])


def _side(ask: Ask, own: int) -> Any:
    """Scale the picture so that its longer side is allowed, and keep to whole blocks."""
    longest = max(ask.request.width, ask.request.height)
    scale = min(1.0, (ask.rule.high or longest) / longest)
    return max(int(own * scale) // GRID * GRID, GRID)


def _resolution(ask: Ask) -> Any:
    lines = [choice for choice in ask.rule.choices if "mp" not in str(choice).lower()]
    if not any(number_in(choice) for choice in lines):
        return None
    return Rule(choices=tuple(lines)).nearest(min(ask.request.width, ask.request.height))


KEYFRAME_RATE = 24
"""Services place the pictures of a clip on a grid of so many frames a second."""


def _frame_numbers(ask: Ask) -> Any:
    """Say at which frame each picture of a clip stands; those without a time stand evenly."""
    frames = keyframes(ask.request)
    seconds = made_seconds(ask.request.seconds, ask.model)
    return [round(at * KEYFRAME_RATE) for at in _times(frames, seconds)] or None


def _transitions(ask: Ask) -> Any:
    """Say how long it takes from each picture of a clip to the next one."""
    times = _times(keyframes(ask.request), ask.request.seconds)
    return [{"duration": max(round(b - a), 1)} for a, b in pairwise(times)] or None


def _times(frames: tuple[InputFile, ...], seconds: float) -> list[float]:
    gaps = max(len(frames) - 1, 1)
    times = []
    for number, frame in enumerate(frames):
        even = seconds * number / gaps
        stated = {Role.FIRST_FRAME: 0.0, Role.LAST_FRAME: seconds}.get(frame.role, frame.at_seconds)
        times.append(min(even if stated is None else stated, seconds))
    return times


def _pictures(ask: Ask) -> Any:
    first = first_frame(ask.request)
    return _all_placed(ask, ((first,) if first else ()) + references(ask.request), ask.model.max_references)


def _reference_objects(ask: Ask) -> Any:
    placed = _all_placed(ask, references(ask.request), ask.model.max_references)
    return [{"uri": one} for one in placed] if placed else None


def _preset_voice(ask: Ask) -> Any:
    return {"type": "runway-preset", "presetId": str(ask.request.extra.get("voice", "Maya"))}


TERMS: Mapping[str, Callable[[Ask], Any]] = {
    "prompt": lambda ask: ask.request.prompt or None,
    "negative": lambda ask: ask.request.negative or None,
    "seed": lambda ask: ask.request.seed,
    "seconds": lambda ask: ask.rule.nearest(ask.request.seconds),
    "frames": _frames,
    "fps": lambda ask: ask.rule.nearest(ask.model.fps[0] if ask.model.fps else ask.request.fps),
    "aspect": _aspect,
    "orientation": _orientation,
    "size": _size,
    "width": lambda ask: _side(ask, ask.request.width),
    "height": lambda ask: _side(ask, ask.request.height),
    "resolution": _resolution,
    "audio": lambda ask: ask.request.audio,
    "loop": lambda ask: ask.request.loop or None,
    "voice": lambda ask: ask.request.extra.get("voice"),
    "first_frame": lambda ask: _placed(ask, first_frame(ask.request)),
    "last_frame": lambda ask: _placed(ask, last_frame(ask.request)),
    "frame_positions": _positions,
    "keyframes": lambda ask: _all_placed(ask, keyframes(ask.request), ask.model.max_keyframes),
    "keyframe_indexes": _frame_numbers,
    "transitions": _transitions,
    "all_pictures": _pictures,
    "reference_objects": _reference_objects,
    "preset_voice": _preset_voice,
    "references": lambda ask: _all_placed(ask, references(ask.request), ask.model.max_references),
    "source_video": lambda ask: ask.file(Role.SOURCE_VIDEO),
    "source_picture": lambda ask: ask.file(Role.FIRST_FRAME, Role.PRODUCT, Role.REFERENCE),
    "sound": lambda ask: ask.file(Role.AUDIO),
    "mask": lambda ask: ask.file(Role.MASK),
    "lora": lambda ask: ask.file(Role.LORA),
    "dataset": lambda ask: ask.file(Role.DATASET),
}

GUESSES: Mapping[str, str] = {
    "prompt": "prompt",
    "promptText": "prompt",
    "text": "prompt",
    "negative_prompt": "negative",
    "negativePrompt": "negative",
    "seed": "seed",
    "duration": "seconds",
    "seconds": "seconds",
    "num_frames": "frames",
    "frame_num": "frames",
    "length": "frames",
    "video_length": "frames",
    "frames_per_second": "fps",
    "fps": "fps",
    "target_fps": "fps",
    "aspect_ratio": "aspect",
    "size": "size",
    "ratio": "size",
    "width": "width",
    "height": "height",
    "resolution": "resolution",
    "target_resolution": "resolution",
    "quality": "resolution",
    "generate_audio": "audio",
    "generate_audio_switch": "audio",
    "loop": "loop",
    "image": "first_frame",
    "start_image": "first_frame",
    "first_frame_image": "first_frame",
    "input_image": "first_frame",
    "image_url": "first_frame",
    "start_image_url": "first_frame",
    "end_image": "last_frame",
    "last_frame_image": "last_frame",
    "last_frame": "last_frame",
    "last_image": "last_frame",
    "end_image_url": "last_frame",
    "tail_image_url": "last_frame",
    "promptImage": "frame_positions",
    "image_urls": "keyframes",
    "input_images": "references",
    "image_input": "references",
    "reference_images": "references",
    "referenceImages": "references",
    "video": "source_video",
    "input_video": "source_video",
    "video_url": "source_video",
    "videoUri": "source_video",
    "imageUri": "source_picture",
    "mask": "mask",
    "voice": "voice",
    "voice_id": "voice",
}
"""What fields of these names mean, where a model's row does not say otherwise."""


def meanings(inputs: Inputs, stated: Mapping[str, str]) -> dict[str, str]:
    """Say what each field means: by its row, else by its name. ``-`` in a row: it is none of our words."""
    words = {name: stated.get(name, GUESSES.get(name, "")) for name in (*inputs.rules, *stated)}
    if inputs.rules.get("audio", Rule()).kind == "boolean" and "audio" not in stated:
        words["audio"] = "audio"
    return {name: term for name, term in words.items() if term in TERMS and name in inputs.rules}


def arguments(way: Way, request: GenRequest, model: Capabilities, place: Place) -> dict[str, Any]:
    """Work out all that is sent for a request: only fields that the model has.

    What can have one value only and is required has that value.
    """
    rules = way.inputs.rules
    found = {name: rules[name].choices[0] for name in way.inputs.required if len(rules[name].choices) == 1}
    found |= {name: value for name, value in way.fixed.items() if name in rules}
    for name, term in way.words.items():
        value = TERMS[term](Ask(request, rules[name], model, place))
        if value is not None:
            found[name] = value
    own = set(rules) - set(way.words)
    return found | {name: value for name, value in request.extra.items() if name in own}


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Put ``video.duration`` into an object ``video``."""
    whole: dict[str, Any] = {}
    for name, value in flat.items():
        *outer, last = name.split(".")
        inner = whole
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return whole


def size_of(choice: object) -> tuple[int, int] | None:
    """Read ``1280:720`` or ``1280*720`` as pixels; an aspect such as ``16:9`` is none."""
    found = SIZE.fullmatch(str(choice))
    if not found or int(found[1]) < 100:
        return None
    return int(found[1]), int(found[2])


def has_aspect(size: tuple[int, int], aspect: str) -> bool:
    """Tell whether a picture size has the shape ``w:h``, to within two per cent."""
    width, _, height = aspect.partition(":")
    wanted = float(width) / float(height)
    return abs(size[0] / size[1] / wanted - 1) < 0.02
