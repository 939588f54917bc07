"""Workflows for ComfyUI: graphs in API format whose node titles say what goes where.

A node titled ``clappper:prompt`` takes the prompt, ``clappper:seed clappper:width`` takes two things. So any
workflow of a person's own works without code.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.base.paths import resource
from clappper.providers.contract import Capabilities, GenRequest, InputFile, Kind, Role
from clappper.providers.wording import first_frame, has_aspect, last_frame

Graph = dict[str, dict[str, Any]]
MARK = re.compile(r"clappper:([a-z_]+)")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "prompt": ("text", "prompt", "value", "string"),
    "negative": ("text", "prompt", "value", "string"),
    "seed": ("seed", "noise_seed", "value"),
    "first_frame": ("image", "file"),
    "last_frame": ("image", "file"),
    "source_video": ("file", "video"),
    "width": ("width", "value"),
    "height": ("height", "value"),
    "frames": ("video_frames", "length", "num_frames", "frames", "batch_size", "value"),
    "fps": ("fps", "frame_rate", "value"),
    "multiplier": ("multiplier", "value"),
}
"""Which of a node's inputs a mark may mean, the likeliest first."""
OUTPUT = "output"
GRID = 16


@dataclass(frozen=True, slots=True)
class Missing:
    """What a server lacks for a workflow: classes of nodes, and files of models as ``node.input = file``."""

    nodes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.files)

    def __str__(self) -> str:
        nodes = f"the nodes {', '.join(self.nodes)}" if self.nodes else ""
        files = f"the model files {', '.join(self.files)}" if self.files else ""
        return " and ".join(part for part in (nodes, files) if part)


def shipped(name: str) -> Path:
    """Say where a workflow lies that comes with the program."""
    return resource("workflows", "comfyui", f"{name}.json")


def own_workflows(folder: str) -> dict[str, Path]:
    """List a person's own workflows by name; nothing where there is no such folder."""
    found = sorted(Path(folder).expanduser().glob("*.json")) if folder else []
    return {path.stem: path for path in found}


def load(path: Path) -> Graph:
    """Read a workflow.

    Raises:
        UnusableInputError: it cannot be read, or is not in API format.
    """
    try:
        graph = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableInputError(f"The workflow {path.name} cannot be read: {error}") from error
    if isinstance(graph, dict) and "nodes" in graph and "links" in graph:
        raise UnusableInputError(
            f"The workflow {path.name} is in the editor's own format.",
            "Export it in ComfyUI as: Export (API).",
        )
    if not isinstance(graph, dict) or not all(_is_node(node) for node in graph.values()):
        raise UnusableInputError(f"{path.name} is no workflow of ComfyUI.", "Export it there: Export (API).")
    return graph


def marks(graph: Graph) -> dict[str, list[str]]:
    """Say which nodes carry which marks."""
    found: dict[str, list[str]] = {}
    for name, node in graph.items():
        for mark in MARK.findall(str(node.get("_meta", {}).get("title", ""))):
            found.setdefault(mark, []).append(name)
    return found


def capabilities_of(provider: str, name: str, graph: Graph) -> Capabilities:
    """Say what a person's own workflow can do, by its marks."""
    has = marks(graph)
    kind = Kind.TEXT_TO_VIDEO
    if "source_video" in has:
        kind = Kind.VIDEO_TO_VIDEO
    elif "first_frame" in has:
        kind = Kind.KEYFRAMES if "last_frame" in has else Kind.IMAGE_TO_VIDEO
    return Capabilities(
        provider=provider,
        model=name,
        kinds=(kind,),
        seconds=(0.1, 600.0),
        seed="seed" in has,
        negative="negative" in has,
        last_frame="last_frame" in has,
        reads_prompt="prompt" in has,
        needs_picture=kind in {Kind.KEYFRAMES, Kind.IMAGE_TO_VIDEO},
        extra_fields=("multiplier",) if "multiplier" in has else (),
    )


def bound(
    graph: Graph,
    request: GenRequest,
    model: Capabilities,
    names: Mapping[str, str],
    limits: Mapping[str, Any],
) -> Graph:
    """Put a request into a workflow. ``names`` says what each file is called on the server, by its path.

    Raises:
        UnusableInputError: a marked node has no input that can take what its mark says.
    """
    filled = copy.deepcopy(graph)
    values = _values(request, model, names, limits)
    for mark, nodes in marks(graph).items():
        if mark in values and values[mark] is not None:
            for node in nodes:
                _put(filled[node], mark, values[mark])
    return filled


def files_of(graph: Graph, request: GenRequest) -> tuple[InputFile, ...]:
    """List the files that a workflow takes."""
    wanted = _pictures(request)
    return tuple(file for mark, file in wanted.items() if file is not None and mark in marks(graph))


def missing(graph: Graph, known: Mapping[str, Any], taken: frozenset[str] = frozenset()) -> Missing:
    """Compare a workflow with what a server has; ``taken`` are marks whose values are put in later."""
    nodes: dict[str, None] = {}
    files: dict[str, None] = {}
    for node in graph.values():
        described = known.get(node["class_type"])
        if described is None:
            nodes[node["class_type"]] = None
            continue
        if taken & set(MARK.findall(str(node.get("_meta", {}).get("title", "")))):
            continue
        for name, value in node["inputs"].items():
            choices = choices_of(described, name)
            if choices is not None and isinstance(value, str) and value not in choices:
                files[f"{node['class_type']}.{name} = {value}"] = None
    return Missing(tuple(nodes), tuple(files))


def choices_of(described: Mapping[str, Any], name: str) -> tuple[Any, ...] | None:
    """Give the values that a node's input may have, in either of the two ways to tell it; None for any."""
    for group in ("required", "optional"):
        told = described.get("input", {}).get(group, {}).get(name)
        if not told:
            continue
        if isinstance(told[0], list):
            return tuple(told[0])
        if told[0] == "COMBO" and len(told) > 1:
            return tuple(told[1].get("options", ()))
    return None


def _values(
    request: GenRequest, model: Capabilities, names: Mapping[str, str], limits: Mapping[str, Any]
) -> dict[str, Any]:
    width, height = picture_size(request, model)
    rate = model.fps[0] if model.fps else request.fps
    files = {mark: names.get(file.path) if file else None for mark, file in _pictures(request).items()}
    return {
        "prompt": request.prompt,
        "negative": request.negative,
        "seed": request.seed,
        "width": width,
        "height": height,
        "frames": frame_count(request.seconds, rate, limits),
        "fps": rate,
        "multiplier": request.extra.get("multiplier", 2),
        **files,
    }


def picture_size(request: GenRequest, model: Capabilities) -> tuple[int, int]:
    """Choose one of the model's sizes, else the wanted size in whole blocks."""
    for width, height in model.sizes:
        if (width > height) == (request.width > request.height) and _is_near(width, height, request.aspect):
            return width, height
    return tuple(max(side // GRID * GRID, GRID) for side in (request.width, request.height))  # type: ignore[return-value]  # two of them


def _is_near(width: int, height: int, aspect: str) -> bool:
    wide, _, high = aspect.partition(":")
    return has_aspect((width, height), aspect) or abs(width / height / (float(wide) / float(high)) - 1) < 0.05


def frame_count(seconds: float, rate: float, limits: Mapping[str, Any]) -> int:
    """Count a clip's frames: ``frame_step`` n wants n·k+1 of them, ``most_frames`` no more than so many."""
    count = max(round(seconds * rate), 1)
    step = int(limits.get("frame_step", 0))
    if step:
        count = -(-(count - 1) // step) * step + 1
    return min(count, int(limits.get("most_frames", count)))


def _pictures(request: GenRequest) -> dict[str, InputFile | None]:
    clips = (file for file in request.files if file.role is Role.SOURCE_VIDEO)
    return {
        "first_frame": first_frame(request),
        "last_frame": last_frame(request),
        "source_video": next(clips, None),
    }


def _put(node: dict[str, Any], mark: str, value: Any) -> None:
    inputs = node["inputs"]
    for name in FIELDS.get(mark, ()):
        if name in inputs and not isinstance(inputs[name], list):
            inputs[name] = type(inputs[name])(value) if isinstance(inputs[name], (int, float)) else value
            return
    raise UnusableInputError(
        f"The node {node['class_type']} is marked clappper:{mark}, but has no input for it.",
        f"It looks for: {', '.join(FIELDS.get(mark, ('none',)))}.",
    )


def _is_node(node: object) -> bool:
    return (
        isinstance(node, dict)
        and isinstance(node.get("class_type"), str)
        and isinstance(node.get("inputs"), dict)
    )


def output_files(entry: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """Go through the files that a finished job left at the marked node, clips before pictures."""
    prompt = entry.get("prompt") or []
    graph = prompt[2] if len(prompt) > 2 and isinstance(prompt[2], dict) else {}
    marked = set(marks(graph).get(OUTPUT, ()))
    outputs = entry.get("outputs") or {}
    for node in sorted(outputs, key=lambda name: name not in marked):
        if marked and node not in marked:
            return
        for key in ("videos", "video", "gifs", "audio", "images"):
            for file in outputs[node].get(key) or ():
                if isinstance(file, dict) and file.get("type") == "output":
                    yield file
