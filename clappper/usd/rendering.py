"""From a recipe to a folder of finished files: build the scene, let a renderer work on it, encode the film.

Everything slow happens in worker processes. A folder in which the same work is finished is used again; one in
which it was broken off is gone on with.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.base.errors import ClappperError
from clappper.base.settings import Settings
from clappper.media.picture import Yuv
from clappper.store.files import write_atomically
from clappper.usd import folder as files
from clappper.usd.backends import Renderer, choose, command_for, has_builtin, has_usd, own_command
from clappper.usd.changes import remember
from clappper.usd.film import read_picture, write_film, yuv_of
from clappper.usd.nucleus import bring
from clappper.usd.packet import RenderJob, read_job
from clappper.usd.processes import Event, run_worker
from clappper.usd.recipe import SceneRecipe

if TYPE_CHECKING:
    from clappper.media.interpolate.warp import Interpolator

RECIPE = "recipe.json"
Report = Callable[[float, str], None]


def _quiet(fraction: float, stage: str) -> None:
    del fraction, stage


def _ignore(event: Event) -> None:
    del event


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Rendered:
    """What lies in the folder now.

    ``kept`` counts the frames that an earlier run had finished; ``passed_over`` says why other
    renderers were not used.
    """

    folder: Path
    film: Path
    backend: str
    device: str
    frames: int
    kept: int
    cpu_seconds: float
    passed_over: tuple[str, ...]
    warnings: tuple[str, ...]


def render(
    recipe: SceneRecipe,
    folder: Path,
    settings: Settings,
    report: Report = _quiet,
    is_stopped: Callable[[], bool] = _never,
    interpolator: Interpolator | None = None,
) -> Rendered:
    """Render a recipe into ``folder``; paths in it are absolute.

    ``interpolator`` draws the frames between keyframes; None for optical flow.

    Raises:
        UnusableInputError: the recipe's files cannot be used.
        ClappperError: no renderer can be used, or it failed; finished frames are kept.
    """
    renderer, passed = choose(recipe.render.backend, settings)
    report(0.0, "building the scene")
    folder.mkdir(parents=True, exist_ok=True)
    brought = bring(recipe, folder, settings, is_stopped)
    job = build(brought.recipe, folder, is_stopped)
    kept = sum(files.is_finished(folder, job, camera.frame) for camera in job.frames)
    if not _is_whole(folder, job, recipe):
        _work(renderer, folder, report, is_stopped)
        report(0.98, "encoding")
        filler = interpolator or _optical_flow() if _has_gaps(job) else None
        pictures = film_pictures(folder, job, filler)
        write_film(folder / recipe.render.out, pictures, job.width, job.height, job.fps)
    sidecar = files.read_sidecar(folder)
    if sidecar is None:
        raise ClappperError(f"The renderer left no {files.SIDECAR}.", "See render.log in the folder.")
    if _has_gaps(job) and not sidecar.filled_by:
        sidecar.filled_by = dict((interpolator or _optical_flow()).facts)
    sidecar.recipe_hash, sidecar.tried = recipe.digest(), list(passed)
    sidecar.nucleus = brought.states or sidecar.nucleus
    files.write_sidecar(folder, sidecar)
    remember(folder)
    report(1.0, "done")
    return Rendered(
        folder,
        folder / recipe.render.out,
        sidecar.backend,
        sidecar.device,
        recipe.frames,
        kept,
        sum(sidecar.cpu_seconds.values()),
        passed,
        (*brought.warnings, *sidecar.warnings),
    )


def minutes_to_render(recipe: SceneRecipe, folder: Path, settings: Settings) -> float:
    """Time a draft frame with the built-in renderer and give the minutes that the whole recipe takes here.

    Raises:
        UnusableInputError: the recipe's files cannot be used.
        ClappperError: the built-in renderer is not installed.
    """
    job = build(bring(recipe, folder, settings, _never).recipe, folder)
    told: dict[str, float] = {}

    def hear(event: Event) -> None:
        if event["event"] == "measured":
            told["seconds"] = float(event["seconds_a_frame"])

    run_worker(own_command("measure", str(folder)), folder, hear)
    views = {job.view_of(one) for one in job.frames if one.frame in job.keyframes}
    return told["seconds"] * len(views) / 60


def build(recipe: SceneRecipe, folder: Path, is_stopped: Callable[[], bool] = _never) -> RenderJob:
    """Build the scene and its packet in a process of its own.

    Raises:
        UnusableInputError: the user's USD cannot be used.
        ClappperError: USD is not installed, or the process died.
    """
    if not has_usd():
        raise ClappperError(
            "Building scenes needs OpenUSD.", 'Install it with: pip install "clappper[render]".'
        )
    folder.mkdir(parents=True, exist_ok=True)
    body = recipe.model_dump(mode="json")
    write_atomically(folder / RECIPE, json.dumps(body, indent=1, ensure_ascii=False).encode())
    run_worker(own_command("build", str(folder)), folder, _ignore, is_stopped)
    return read_job(folder)


def _work(renderer: Renderer, folder: Path, report: Report, is_stopped: Callable[[], bool]) -> None:
    def hear(event: Event) -> None:
        if event["event"] == "frame":
            report(0.03 + 0.95 * event["done"] / event["n"], f"frame {event['done']} of {event['n']}")
        elif event["event"] == "ready":
            report(0.03, f"rendering with {renderer.title.lower()}")

    if renderer.name != "builtin":
        _prepare(renderer, folder, is_stopped)
    run_worker(command_for(renderer, folder), folder, hear, is_stopped)


def _prepare(renderer: Renderer, folder: Path, is_stopped: Callable[[], bool]) -> None:
    """Do for a foreign worker what the built-in one does itself: exposure, sidecar, camera, labels."""
    job = read_job(folder)
    if job.ev is None and has_builtin():
        run_worker(own_command("expose", str(folder)), folder, _ignore, is_stopped)
    exposed = read_job(folder)
    facts = files.Sidecar(
        renderer.name, "", "", job.stage_hash, job.seed, job.spp, job.width, job.height, job.ev, exposed.ev,
        warnings=list(job.warnings),
    )  # fmt: skip
    if exposed.ev is None:
        facts.warnings.append("Exposure is not automatic here: it needs the built-in renderer.")
    files.begin(folder, job, facts)
    files.write_camera(folder, job)
    if "masks" in job.passes:
        files.write_labels(folder, job)


def _is_whole(folder: Path, job: RenderJob, recipe: SceneRecipe) -> bool:
    """Tell whether this very work is finished already."""
    sidecar = files.read_sidecar(folder)
    if sidecar is None or not (folder / recipe.render.out).is_file():
        return False
    same = (sidecar.stage_hash, sidecar.recipe_hash) == (job.stage_hash, recipe.digest())
    return same and all(files.is_finished(folder, job, camera.frame) for camera in job.frames)


def _has_gaps(job: RenderJob) -> bool:
    return len(job.keyframes) < len(job.frames)


def _optical_flow() -> Interpolator:
    from clappper.media.interpolate.dis import DisInterpolator

    return DisInterpolator()


def film_pictures(folder: Path, job: RenderJob, interpolator: Interpolator | None) -> Iterator[Yuv]:
    """Give every frame's picture; those between keyframes are interpolated, where anything moves."""
    before: Yuv | None = None
    shown, last = b"", 0
    for frame in job.keyframes:
        file = files.frame_file(folder, job, files.BEAUTY, frame)
        data = file.read_bytes()
        picture = before if before is not None and data == shown else yuv_of(read_picture(file))
        gap = frame - last
        if picture is before:
            yield from itertools.repeat(picture, gap - 1)
        elif before is not None and interpolator is not None:
            yield from (interpolator.mid(before, picture, step / gap) for step in range(1, gap))
        yield picture
        before, shown, last = picture, data, frame


def with_warnings(rendered: Rendered, warnings: tuple[str, ...]) -> Rendered:
    """Add what was to say about the recipe itself."""
    return replace(rendered, warnings=(*warnings, *rendered.warnings))
