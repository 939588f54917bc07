"""The whole journey: from a brief's file to finished, checked video files. Reads as the product does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.brief.cost import budget
from clappper.brief.plan import plan
from clappper.brief.preflight import Scorecard
from clappper.brief.route import Route, route_storyboard
from clappper.brief.schema import AdBrief
from clappper.brief.storyboard import Storyboard
from clappper.flow.assembling.assemble import Ingredients, assemble
from clappper.flow.assembling.backdrops import measure_backdrops
from clappper.flow.assembling.sound import Sound, make_sound
from clappper.flow.brief_files import BriefFiles, bring_in, copy_look, look_preset, renamed
from clappper.flow.briefing.gate import BADGE, BlockedError
from clappper.flow.briefing.preflight import PRICED, Means, preflight_brief, read_with_files, ready_models
from clappper.flow.briefs import slug
from clappper.flow.delivering.export import Exported, export_ad
from clappper.flow.desk import Desk, empty_timeline, keep_desk, newest_desk
from clappper.flow.keyframes.plan import worth_filling
from clappper.flow.keyframes.shots import make_keyframe_shots, takes_of, with_seam_markers
from clappper.flow.open_project import Workshop, open_project, open_providers
from clappper.flow.progress import Report, shown
from clappper.flow.shots.generate import Frame, Scenes, generate, input_files, is_locked_off
from clappper.flow.shots.transfer import with_controls
from clappper.jobs.model import JobState
from clappper.providers.workbench import EMBEDDED, Workbench
from clappper.render.canvas import ASPECTS
from clappper.store.project import ProjectFolder
from clappper.timeline.model import Take

Tell = Callable[[Scorecard], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to make. No ``aspects``: the brief's own; no ``project``: a folder in ``out``."""

    brief_path: Path
    out: Path
    project: Path | None = None
    aspects: tuple[str, ...] = ()
    seed: int = 1
    allow_blocked: bool = False
    means: Means = PRICED


@dataclass(frozen=True, slots=True)
class Reused:
    """How many clips and sounds an earlier run had made already, and what making them again would cost."""

    count: int
    saved: Money


@dataclass(frozen=True, slots=True)
class Made:
    """What came of an order."""

    brief: AdBrief
    project: Path
    scorecard: Scorecard
    storyboard: Storyboard
    routes: dict[str, Route]
    sound: str
    exports: tuple[Exported, ...]
    spent: Money
    reused: Reused

    @property
    def passed(self) -> bool:
        return all(export.checks.passed for export in self.exports)


async def make(
    order: Order, hub: EventHub, report: Report, bench: Workbench = EMBEDDED, tell: Tell = lambda _: None
) -> Made:
    """Make the ad. A second call on the same project goes on where a killed one stopped.

    ``tell`` hears what preflight says, with the plan and its price, before anything is spent.

    Raises:
        BlockedError: preflight stopped it.
        InDoubtError: a paid job's fate is not known.
        ClappperError: something else a person can act on.
    """
    brief, found = read_with_files(order.brief_path)
    aspects = _aspects(order, brief)
    async with open_providers(bench) as registry:
        scorecard = await preflight_brief(brief, found, aspects, registry, means=order.means)
    tell(scorecard)
    if scorecard.blocked and not order.allow_blocked:
        raise BlockedError(scorecard)
    folder = order.project or order.out / f"{slug(brief.project.name)}.clappper"
    async with open_project(folder, hub, bench) as shop:
        with shown(shop, report):
            return await _make(order, brief, found, aspects, scorecard, shop, report)


async def _make(
    order: Order,
    brief: AdBrief,
    found: BriefFiles,
    aspects: tuple[str, ...],
    scorecard: Scorecard,
    shop: Workshop,
    report: Report,
) -> Made:
    brief_id, cap = slug(brief.project.name), budget(brief)
    known = {job.id for job in shop.queue.list(brief_id=brief_id, states=[JobState.DONE])}
    keep_desk(shop.project, "Take the brief", _desk(shop.project, brief))
    files = await bring_in(found, shop.project, shop.workers, shop.hub)
    brief = renamed(brief, files, shop.project)
    sound = await make_sound(brief, files, shop, brief_id=brief_id, seed=order.seed, cap=cap)
    models = await ready_models(shop.registry, order.means)
    storyboard = plan(brief, sound.beats_seconds, cut_montages=not any(model.generative for model in models))
    storyboard, routes = route_storyboard(storyboard, brief, models)
    scenes = Scenes(brief, storyboard, input_files(brief, files), Frame.covering(aspects), order.seed)
    plans, routes = worth_filling(scenes, routes, models, shop.registry, shop.queue.estimate)
    filled = await make_keyframe_shots(plans, shop, brief_id=brief_id, cap=cap)
    rest = tuple(shot for shot in storyboard.scenes if shot.id not in filled)
    scenes = replace(scenes, storyboard=replace(storyboard, scenes=rest))
    scenes, routes = await with_controls(scenes, routes, shop, brief_id=brief_id, cap=cap)
    shots = await generate(
        scenes,
        routes,
        shop,
        brief_id=brief_id,
        cap=cap,
        badge=BADGE if scorecard.blocked else "",
        unknown_price=order.means.unknown_price,
    )
    takes = shots.takes | takes_of(filled, routes, storyboard, shop, BADGE if scorecard.blocked else "")
    ingredients = _ingredients(brief, files, sound, shop, takes)
    seams = {shot_id: shot.seams for shot_id, shot in filled.items()}
    timeline = with_seam_markers(assemble(brief, storyboard, ingredients), seams)
    root, proxies = shop.project.path, _proxies(shop)
    seen = {a: await asyncio.to_thread(measure_backdrops, timeline, root, (a,), proxies) for a in aspects}
    keep_desk(shop.project, "Make the ad", Desk(brief, seen[aspects[0]]))
    exports = [
        await export_ad(shown, brief, root, _target(order, brief, aspect), aspect, report)
        for aspect, shown in seen.items()
    ]
    return Made(
        brief=brief,
        project=root,
        scorecard=scorecard,
        storyboard=storyboard,
        routes=shots.routes,
        sound=sound.note,
        exports=tuple(exports),
        spent=shop.queue.ledger.spent(brief_id),
        reused=_reused(shop, known, [take.id for take in takes.values()]),
    )


def _reused(shop: Workshop, known: set[str], used: Sequence[str]) -> Reused:
    again = [job_id for job_id in used if job_id in known]
    attempts = [attempt for job_id in again for attempt in shop.queue.ledger.attempts(job_id)]
    return Reused(len(again), sum((attempt.actual or Money() for attempt in attempts), Money()))


def _desk(project: ProjectFolder, brief: AdBrief) -> Desk:
    """Put the brief beside the edit that is there, until the new one is made."""
    desk = newest_desk(project)
    return Desk(brief, desk.timeline if desk else empty_timeline(brief))


def _aspects(order: Order, brief: AdBrief) -> tuple[str, ...]:
    for aspect in order.aspects:
        if aspect not in ASPECTS:
            raise UnusableInputError(f"There is no aspect {aspect}.", f"Choose from: {', '.join(ASPECTS)}.")
    return tuple(dict.fromkeys(order.aspects)) or (brief.project.aspect,)


def _ingredients(
    brief: AdBrief, files: BriefFiles, sound: Sound, shop: Workshop, shots: dict[str, Take]
) -> Ingredients:
    lut = files.get("product.style_pack.grade_lut")
    preset = brief.product.style_pack.grade_lut
    if lut is None and preset:
        lut = copy_look(look_preset(preset), shop.project)
    return Ingredients(
        shots=shots,
        music=sound.music,
        voice=sound.voice,
        logo=_inside(files.get("product.logo"), shop),
        lut=_inside(lut, shop),
        font=_inside(files.get("product.style_pack.font_family"), shop),
        locked_off=frozenset(name for name, take in shots.items() if is_locked_off(shop.queue.job(take.id))),
    )


def _inside(path: Path | None, shop: Workshop) -> str:
    """Give a file's name within the project, empty for none."""
    return shop.project.relative(path) if path else ""


def _proxies(shop: Workshop) -> dict[str, str]:
    """Give the small copy of every clip that has one, by the clip's path."""
    found = {asset.path: asset.derived.get("proxy", "") for asset in shop.project.assets.list("video")}
    return {path: proxy for path, proxy in found.items() if (shop.project.path / proxy).is_file()}


def _target(order: Order, brief: AdBrief, aspect: str) -> Path:
    order.out.mkdir(parents=True, exist_ok=True)
    return order.out / f"{slug(brief.project.name)}_{aspect.replace(':', 'x')}.mp4"
