"""Generates a clip with a diffusers pipeline, in a child process, because it needs much and may be killed."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clappper.base.errors import ClappperError
from clappper.providers.child import Report
from clappper.providers.contract import FaultKind, GenRequest, ProviderError, ProviderFault
from clappper.providers.wording import first_frame
from clappper.usd.film import write_film, yuv_of

LOADED_SHARE, DRAWN_SHARE = 0.1, 0.95
"""How far a clip is when its model is loaded, and when all its steps are done."""
DECODE_CHUNK = 4


@dataclass(frozen=True, slots=True)
class Recipe:
    """A pipeline by its class, the folder of its weights, and how to run it. ``number`` is a torch type."""

    pipeline: str
    folder: Path
    number: str
    frames: int
    steps: int
    width: int
    height: int
    fps: float
    guidance: float | None = None
    device: str = "cuda"


def make(request: GenRequest, destination: Path, report: Report, recipe: Recipe) -> None:
    """Write the clip as an MP4.

    Raises:
        ProviderError: RESOURCE, the graphics card has too little memory; SETUP, a library is missing.
        ClappperError: the weights are damaged, or no files of the safe kind.
    """
    report(0.0, "loading the model")
    try:
        import torch
    except ImportError as error:
        raise ProviderError(
            ProviderFault(FaultKind.SETUP, "torch is missing.", "Install the extra local.")
        ) from error
    pipe = _loaded(recipe)
    report(LOADED_SHARE, "drawing")
    try:
        pictures = _drawn(pipe, request, recipe, report)
    except torch.OutOfMemoryError as error:
        fault = ProviderFault(
            FaultKind.RESOURCE,
            "The graphics card has too little memory.",
            "Close other programs, or use a smaller model.",
        )
        raise ProviderError(fault) from error
    report(DRAWN_SHARE, "encoding")
    height, width, _ = pictures[0].shape
    wanted = max(1, min(round(request.seconds * recipe.fps), len(pictures)))
    even = (picture[: height // 2 * 2, : width // 2 * 2] for picture in pictures[:wanted])
    write_film(destination, map(yuv_of, even), width // 2 * 2, height // 2 * 2, recipe.fps)


def _loaded(recipe: Recipe) -> Any:
    """Load a pipeline from files alone: nothing is fetched, and no file can run code."""
    import diffusers
    import torch

    kind = getattr(diffusers, recipe.pipeline)
    try:
        pipe = kind.from_pretrained(
            recipe.folder,
            dtype=getattr(torch, recipe.number),
            local_files_only=True,
            use_safetensors=True,
        )
    except (OSError, ValueError, KeyError) as error:
        raise ClappperError(
            f"The model in {recipe.folder} cannot be loaded: {error}",
            "Get it again; its folder may be deleted.",
        ) from error
    if recipe.device == "cuda":
        pipe.enable_model_cpu_offload()
    else:
        pipe.to(recipe.device)
    if hasattr(pipe.vae, "use_tiling"):
        pipe.vae.enable_tiling()
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _drawn(pipe: Any, request: GenRequest, recipe: Recipe, report: Report) -> list[NDArray[np.uint8]]:
    import torch

    steps = int(request.extra.get("steps", recipe.steps))
    wishes: dict[str, Any] = {
        "prompt": request.prompt,
        "negative_prompt": request.negative or None,
        "image": _picture(request, recipe),
        "width": recipe.width,
        "height": recipe.height,
        "num_frames": recipe.frames,
        "num_inference_steps": steps,
        "guidance_scale": request.extra.get("guidance", recipe.guidance),
        "generator": torch.Generator("cpu").manual_seed(request.seed),
        "decode_chunk_size": DECODE_CHUNK,
        "callback_on_step_end": _teller(report, steps),
        "output_type": "np",
    }
    known = inspect.signature(pipe.__call__).parameters
    given = {name: value for name, value in wishes.items() if name in known and value is not None}
    film = np.asarray(pipe(**given).frames[0])
    return [np.ascontiguousarray(np.rint(picture * 255).astype(np.uint8)) for picture in np.clip(film, 0, 1)]


def _teller(report: Report, steps: int) -> Callable[..., dict[str, Any]]:
    def tell(_pipe: Any, step: int, _time: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
        report(LOADED_SHARE + (DRAWN_SHARE - LOADED_SHARE) * (step + 1) / steps, "drawing")
        return kwargs

    return tell


def _picture(request: GenRequest, recipe: Recipe) -> Any:
    """Read the picture that a clip begins with, cut to the clip's shape."""
    first = first_frame(request)
    if first is None:
        return None
    from PIL import Image, ImageOps

    with Image.open(first.path) as image:
        return ImageOps.fit(image.convert("RGB"), (recipe.width, recipe.height), Image.Resampling.LANCZOS)
