"""Exact product shots from USD scenes: rendered on this machine, or by an RTX renderer that is set up here.

Model ``local`` uses Blender or the built-in renderer, ``rtx`` NVIDIA's. Renders live in the project's
``scenes`` folder, by recipe: the same shot is never rendered twice, and a broken-off one goes on.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from clappper.base.settings import Settings
from clappper.base.units import Money
from clappper.providers.child import Report, Work, tell
from clappper.providers.contract import (
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    Kind,
    Price,
    ProviderError,
    ProviderFault,
    Role,
)
from clappper.providers.local import LocalService
from clappper.providers.workbench import Workbench
from clappper.usd.backends import Renderer, survey

NAME = "usd_scene"
LOCAL, RTX = "local", "rtx"
OF_MODEL = {LOCAL: ("blender", "builtin"), RTX: ("ovrtx", "kit")}
CPU_SECONDS_PER_MEGAPIXEL = 14.0
"""Of one frame at standard quality with LLVM, measured: see benchmarks/RESULTS.md."""

SCENES = "scenes"


def _capabilities(model: str, note: str) -> Capabilities:
    return Capabilities(
        provider=NAME,
        model=model,
        kinds=(Kind.TEXT_TO_VIDEO, Kind.IMAGE_TO_VIDEO, Kind.KEYFRAMES),
        seconds=(0.2, 60.0),
        max_width=4096,
        max_height=4096,
        max_references=8,
        negative=False,
        seed=False,
        progress=True,
        generative=False,
        volatile=True,
        max_concurrency=1,
        extra_fields=(
            "brand_colors",
            "controls",
            "core",
            "focal_length_mm",
            "intent",
            "key_benefit",
            "keyframe_step",
            "lighting",
            "move",
            "product_name",
            "product_usd",
            "quality",
            "scene_revision",
            "scene_type",
            "studio_backdrop",
            "studio_lighting",
            "studio_product",
            "studio_yaw_deg",
            "styles",
            "usd_scene",
        ),
        price=Price("clip", Money(0), as_of="2026-11-30"),
        note=note,
    )


MODELS = {
    RTX: _capabilities(RTX, "Path-traced product shots by NVIDIA RTX on this machine."),
    LOCAL: _capabilities(
        LOCAL, "Path-traced product shots by this machine's processor; exact label and framing."
    ),
}


class UsdScene(LocalService):
    """Renders; ``scenes`` is the folder that keeps renders."""

    def __init__(self, scratch: Path, scenes: Path, settings: Settings) -> None:
        super().__init__(NAME, MODELS.values(), scratch, ".mp4")
        self._scenes, self._settings = scenes, settings

    def models(self) -> tuple[Capabilities, ...]:
        """List what can be used; all that could be, where nothing can."""
        usable = self._usable()
        found = [MODELS[model] for model, names in OF_MODEL.items() if usable & set(names)]
        return tuple(reversed(found)) or tuple(MODELS.values())

    def estimate(self, request: GenRequest) -> Estimate:
        frames = 1 if request.extra.get("move") in {None, "static"} else round(request.seconds * request.fps)
        step = int(request.extra.get("keyframe_step") or 1)
        megapixels = request.width * request.height / 1e6
        share = {"draft": 0.15, "high": 3.5}.get(str(request.extra.get("quality")), 1.0)
        seconds = CPU_SECONDS_PER_MEGAPIXEL * megapixels * share * max(1, frames // step)
        return Estimate(Money(0), Money(0), (4.0 + seconds / 16, 10.0 + seconds), "rendered on this machine")

    async def check(self) -> Health:
        if not self._settings.local_3d:
            return Health(ready=False, detail="3D is switched off.", hint="Set local_3d to true.")
        found = survey(self._settings)
        names = [one.title for one in found if isinstance(one, Renderer)]
        if names:
            return Health(ready=True, detail=f"{names[0]} renders here.")
        missing = found[-1]
        hint = "" if isinstance(missing, Renderer) else f"Install it: {missing.hint}"
        return Health(ready=False, detail="No 3D renderer is installed.", hint=hint)

    async def _work(self, request: GenRequest) -> Work:
        if not self._usable() & set(OF_MODEL[request.model]):
            health = await self.check()
            raise ProviderError(ProviderFault(FaultKind.SETUP, health.detail, health.hint))
        return partial(render, scenes=self._scenes, settings=self._settings)

    def _usable(self) -> set[str]:
        return {one.name for one in survey(self._settings) if isinstance(one, Renderer)}


def create(bench: Workbench) -> UsdScene:
    return UsdScene(bench.scratch, bench.scratch.parent / SCENES, bench.settings)


def render(
    request: GenRequest, destination: Path, report: Report, *, scenes: Path, settings: Settings
) -> None:
    """Render one request into its scene's folder and copy the film; runs in a child process.

    With ``controls`` the films that steer transfer models are left in the folder.
    """
    import shutil

    from clappper.usd import rendering
    from clappper.usd.controls import prepare

    recipe = recipe_of_request(request, settings)
    folder = scenes / recipe.digest()[:16]
    made = rendering.render(recipe, folder, settings, report)
    films = prepare(folder) if request.extra.get("controls") else None
    shutil.copyfile(made.film, destination)
    facts = {
        "scene_folder": f"{scenes.name}/{folder.name}",
        "backend": made.backend,
        "device": made.device,
        "product": recipe.product_usd or recipe.usd or recipe.builtin_product,
        "lighting": recipe.lighting.preset,
        "passed_over": list(made.passed_over),
        "warnings": list(made.warnings),
        "cpu_seconds": round(made.cpu_seconds, 1),
    }
    if films is not None:
        facts["controls"] = {"seg": str(films.seg), "depth": str(films.depth)}
    tell(destination, facts)


def recipe_of_request(request: GenRequest, settings: Settings) -> Any:
    """Direct a request's scene for the renderer that its model stands for.

    Raises:
        UnusableInputError: a value cannot be used.
    """
    from clappper.usd.direction import Wish, recipe_for

    extra = request.extra
    words = " ".join(str(extra.get(name) or "") for name in ("lighting", "intent"))
    core = tuple(float(share) for share in extra.get("core") or (1.0, 1.0))
    recipe = recipe_for(
        Wish(
            scene_id="shot",
            scene_type=str(extra.get("scene_type") or "packshot"),
            words=words.strip() or request.prompt,
            product_name=str(extra.get("product_name") or ""),
            line=str(extra.get("key_benefit") or ""),
            styles=tuple(extra.get("styles") or ()),
            colours=tuple(extra.get("brand_colors") or ()),
            logo=_file(request, Role.LOGO),
            label=_file(request, Role.LABEL),
            product=str(extra.get("studio_product") or ""),
            preset=str(extra.get("studio_lighting") or ""),
            backdrop=extra.get("studio_backdrop"),
            yaw_deg=extra.get("studio_yaw_deg"),
            usd_scene=_file(request, Role.USD_SCENE) or extra.get("usd_scene"),
            product_usd=_file(request, Role.PRODUCT_USD) or extra.get("product_usd"),
            move=str(extra.get("move") or "static"),
            focal_length=float(extra.get("focal_length_mm") or 50.0),
            core=(core[0], core[1]),
            seconds=request.seconds,
            fps=request.fps,
            width=request.width,
            height=request.height,
            quality=str(extra.get("quality") or "standard"),
            keyframe_step=int(extra.get("keyframe_step") or 1),
        )
    )
    backend = next((one.name for one in survey(settings) if _suits(one, request.model)), "auto")
    return recipe.model_copy(update={"render": recipe.render.model_copy(update={"backend": backend})})


def _suits(found: object, model: str) -> bool:
    return isinstance(found, Renderer) and found.name in OF_MODEL[model]


def _file(request: GenRequest, role: Role) -> str | None:
    return next((file.path for file in request.files if file.role is role), None)
