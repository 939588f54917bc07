"""Open models on this machine's own graphics card by diffusers: CogVideoX, Stable Video Diffusion."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import subprocess
from dataclasses import replace
from functools import partial
from typing import Any

from clappper.base.paths import AppPaths
from clappper.base.units import Money
from clappper.providers.catalog import Catalog
from clappper.providers.child import Work
from clappper.providers.contract import (
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    Issue,
    Price,
    ProviderError,
    ProviderFault,
)
from clappper.providers.local import LocalService
from clappper.providers.wording import has_aspect
from clappper.providers.workbench import Workbench

NAME = "diffusers"
FREE = Price("clip", Money(), "2026-11-30")
LIBRARIES = ("torch", "diffusers", "transformers", "accelerate")
CARD_SECONDS = 10.0


class Diffusers(LocalService):
    """Generates with open weights, which lie in ``models/diffusers/<model>`` of the user's data."""

    def __init__(self, bench: Workbench) -> None:
        self._catalog = Catalog(bench, NAME)
        super().__init__(NAME, self._catalog.capabilities(), bench.scratch, ".mp4")
        self._folder = (bench.own or AppPaths.of_user()).models / NAME

    def models(self) -> tuple[Capabilities, ...]:
        """List the models whose weights are here; all that could be, where none is."""
        known = self._catalog.capabilities()
        here = tuple(one for one in known if self._has(one.model))
        return tuple(replace(one, price=FREE, prices=(FREE,)) for one in here or known)

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        return self._catalog.validate(request)

    def estimate(self, request: GenRequest) -> Estimate:
        del request
        return Estimate(Money(), Money(), None, "made on this machine")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        recipe = self._recipe(request)
        return {
            "pipeline": recipe["pipeline"],
            "repository": recipe["repository"],
            "frames": recipe["frames"],
            "steps": request.extra.get("steps", recipe["steps"]),
            "guidance": request.extra.get("guidance", recipe.get("guidance")),
            "seed": request.seed,
            "prompt": request.prompt,
        }

    async def check(self) -> Health:
        """See whether libraries, a graphics card and any model are here; loads none of them."""
        lacking = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
        if lacking:
            detail = f"Not installed: {', '.join(lacking)}."
            return Health(
                ready=False, detail=detail, hint='Install the extra: pip install "clappper[local]".'
            )
        card = await asyncio.to_thread(graphics_card)
        if not card:
            hint = "It needs an NVIDIA graphics card and its driver."
            return Health(ready=False, detail="There is no graphics card for it.", hint=hint)
        here = [model for model in self._catalog.models if self._has(model)]
        hint = " ".join(self._how_to_get(model) for model in self._catalog.models if model not in here)
        if not here:
            return Health(ready=False, detail="No model is here.", hint=hint)
        return Health(ready=True, detail=f"{card}: {', '.join(here)}.", hint=hint)

    async def _work(self, request: GenRequest) -> Work:
        if not self._has(request.model):
            fault = ProviderFault(
                FaultKind.SETUP, f"{request.model} is not here.", self._how_to_get(request.model)
            )
            raise ProviderError(fault)
        from clappper.providers.diffusion.film import Recipe, make

        stated = self._recipe(request)
        width, height = self._size(request)
        recipe = Recipe(
            pipeline=stated["pipeline"],
            folder=self._folder / request.model,
            number=stated["number"],
            frames=stated["frames"],
            steps=stated["steps"],
            width=width,
            height=height,
            fps=self._catalog.model(request.model).capabilities.fps[0],
            guidance=stated.get("guidance"),
        )
        return partial(make, recipe=recipe)

    def _has(self, model: str) -> bool:
        return (self._folder / model / "model_index.json").is_file()

    def _how_to_get(self, model: str) -> str:
        repository = next(iter(self._catalog.model(model).ways.values())).fixed["repository"]
        return f"Get {model} with: huggingface-cli download {repository} --local-dir {self._folder / model}."

    def _recipe(self, request: GenRequest) -> dict[str, Any]:
        return dict(self._catalog.way(request).fixed)

    def _size(self, request: GenRequest) -> tuple[int, int]:
        sizes = self._catalog.model(request.model).capabilities.sizes
        return next((size for size in sizes if has_aspect(size, request.aspect)), sizes[0])


def create(bench: Workbench) -> Diffusers:
    return Diffusers(bench)


def graphics_card() -> str:
    """Name the first NVIDIA graphics card and its memory; nothing where there is none."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ""
    command = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=CARD_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return ""
    return said.stdout.strip().partition("\n")[0]
