"""Preflight with all that is known here: which models are ready, what they ask, and whether titles fit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.brief.cost import cost_of, total
from clappper.brief.findings import Finding, PreflightContext, Severity
from clappper.brief.plan import plan
from clappper.brief.preflight import Scorecard, apply_all_fixes, preflight
from clappper.brief.route import Favour, Route, no_favour, route_storyboard
from clappper.brief.schema import AdBrief
from clappper.brief.storyboard import Storyboard
from clappper.flow.assembling.assemble import branding_of
from clappper.flow.assembling.sound import music_request
from clappper.flow.assembling.titles import title_tracks
from clappper.flow.brief_files import BriefFiles, find, prove
from clappper.flow.briefing.forecast import forecast
from clappper.flow.briefs import read_brief
from clappper.flow.keyframes.plan import Pricing, worth_filling
from clappper.flow.open_project import open_providers
from clappper.flow.providers import health_of
from clappper.flow.shots.generate import Frame, Scenes, input_files, spare
from clappper.flow.shots.transfer import control_requests
from clappper.providers.contract import Capabilities, Estimate, GenRequest
from clappper.providers.registry import Registry
from clappper.providers.workbench import EMBEDDED, Workbench
from clappper.review.prediction import Foretell
from clappper.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Means:
    """What may be spent: nothing at all with ``free``, at prices that nobody knows with ``unknown_price``."""

    free: bool = False
    unknown_price: bool = False

    def allow(self, model: Capabilities) -> bool:
        prices = [price for price in (model.price, *model.prices) if price is not None]
        if self.free:
            return bool(prices) and all(price.amount == Money() for price in prices)
        return bool(prices) or self.unknown_price


PRICED = Means()


async def ready_models(registry: Registry, means: Means = PRICED) -> tuple[Capabilities, ...]:
    """List the models of the providers that can be used right now and that ``means`` allow."""
    providers = registry.all()
    healths = await asyncio.gather(*(health_of(provider) for provider in providers))
    ready = [provider for provider, health in zip(providers, healths, strict=True) if health.ready]
    return tuple(model for provider in ready for model in provider.models() if means.allow(model))


async def preflight_file(
    path: Path,
    bench: Workbench = EMBEDDED,
    foretell: Foretell | None = None,
    means: Means = PRICED,
) -> tuple[AdBrief, Scorecard]:
    """Judge a brief's file as it would be made here and now.

    Raises:
        UnusableInputError: the brief, or a file that it names, cannot be used.
    """
    brief, files = read_with_files(path)
    async with open_providers(bench) as registry:
        aspects = (brief.project.aspect,)
        return brief, await preflight_brief(brief, files, aspects, registry, foretell, means)


async def fix_file(path: Path, bench: Workbench = EMBEDDED) -> tuple[AdBrief, tuple[Finding, ...]]:
    """Apply every one-click fix that helps; give the better brief and what was settled.

    Raises:
        UnusableInputError: the brief, or a file that it names, cannot be used.
    """
    brief, files = read_with_files(path)
    async with open_providers(bench) as registry:
        models = await ready_models(registry)
        context = context_of(brief, files, (brief.project.aspect,), registry, models)
        return apply_all_fixes(brief, context)


def read_with_files(path: Path) -> tuple[AdBrief, BriefFiles]:
    """Read a brief, and find and open every file it names.

    Raises:
        UnusableInputError: the brief, or one of the files, cannot be used.
    """
    brief = read_brief(path)
    files = find(brief, path.parent)
    prove(files)
    return brief, files


async def preflight_brief(
    brief: AdBrief,
    files: BriefFiles,
    aspects: Sequence[str],
    registry: Registry,
    foretell: Foretell | None = None,
    means: Means = PRICED,
) -> Scorecard:
    """Judge a brief as it would be made here and now. Spends nothing."""
    models = await ready_models(registry, means)
    return preflight(brief, context_of(brief, files, aspects, registry, models, foretell))


def context_of(
    brief: AdBrief,
    files: BriefFiles,
    aspects: Sequence[str],
    registry: Registry,
    models: tuple[Capabilities, ...],
    foretell: Foretell | None = None,
    price: Pricing | None = None,
) -> PreflightContext:
    """Gather what is known here beside the brief; ``models`` are those that can be used now.

    ``price`` knows prices better than the providers' own word, as an open project's queue does.
    """
    storyboard, routes = planned(brief, models)
    return PreflightContext(
        capabilities=_by_scene(storyboard, routes, registry),
        estimate=lambda judged: estimate(judged, files, aspects, registry, models, price),
        predict=(lambda judged: _chance(judged, models, registry, foretell)) if foretell else None,
        titles_fit=lambda judged: title_findings(judged, files, aspects),
        file_exists=lambda name: (files.folder / Path(name).expanduser()).is_file(),
    )


def _chance(
    brief: AdBrief, models: tuple[Capabilities, ...], registry: Registry, foretell: Foretell
) -> float | None:
    storyboard, routes = planned(brief, models)
    return forecast(brief, storyboard, routes, registry, foretell).chance if storyboard else None


def planned(
    brief: AdBrief, models: tuple[Capabilities, ...], favour: Favour = no_favour
) -> tuple[Storyboard | None, Mapping[str, Route]]:
    """Plan and route as far as the brief allows; what cannot be planned has must-fixes that say so."""
    try:
        return route_storyboard(plan(brief), brief, models, favour)
    except ClappperError:
        return None, {}


def _by_scene(
    storyboard: Storyboard | None, routes: Mapping[str, Route], registry: Registry
) -> dict[str, Capabilities]:
    shots = storyboard.scenes if storyboard else ()
    chosen = {shot.scene_id: routes[shot.id] for shot in shots}
    return {scene_id: registry.model(route.provider, route.model) for scene_id, route in chosen.items()}


def estimate(
    brief: AdBrief,
    files: BriefFiles,
    aspects: Sequence[str],
    registry: Registry,
    models: tuple[Capabilities, ...],
    price: Pricing | None = None,
) -> Estimate:
    """Add up what every shot and the music are likely to cost and to take, as they will be made."""
    storyboard, routes = planned(brief, models)
    if storyboard is None:
        return Estimate(None, None, None, "The scenes cannot be planned yet.")
    price = price or (lambda request: registry.get(request.provider).estimate(request))
    scenes = Scenes(brief, storyboard, input_files(brief, files), Frame.covering(aspects), seed=0)
    filled, routes = worth_filling(scenes, routes, models, registry, price)
    requests = {name: one for name, one in scenes.requests(routes, registry) if name not in filled}
    plan_lines = [plan_line(request, routes[shot_id], registry) for shot_id, request in requests.items()]
    plan_lines += [f"{name}: {plan}" for name, plan in filled.items()]
    controls = control_requests(scenes, routes, registry)
    requests |= {f"{name} controls": request for name, request in controls.items()}
    if brief.audio.mode != "voiceover" and not brief.audio.file:
        requests["music"] = music_request(brief, seed=0)
    parts = {name: price(request) for name, request in requests.items()}
    costs = {name: plan.cost for name, plan in filled.items()}
    parts |= {name: Estimate(one.low, one.high, one.seconds, "") for name, one in costs.items()}
    cost = total(parts)
    return Estimate(cost.low, cost.high, cost.seconds, "\n".join(plan_lines))


def plan_line(request: GenRequest, route: Route, registry: Registry) -> str:
    """Say of one shot who makes it, at what price, what the model leaves out, and what stands in for it."""
    provider = registry.get(route.provider)
    price = cost_of("it", provider.estimate(request))
    left_out = [issue.message for issue in provider.validate(request) if not issue.blocking]
    instead = spare(route)
    otherwise = f"If it fails: {instead.provider}, free." if instead and instead != route.choice else ""
    steps = route.controls
    first = f"{steps.provider} {steps.model} renders its controls, free; then " if steps else ""
    maker = f"{first}{route.provider} {route.model}, {price}."
    words = (f"{route.shot_id}: {maker}", *left_out, otherwise)
    return " ".join(filter(None, words))


def title_findings(brief: AdBrief, files: BriefFiles, aspects: Sequence[str]) -> tuple[Finding, ...]:
    """Name the titles that cannot be set legibly in one of the wanted aspects."""
    from clappper.render.canvas import Canvas
    from clappper.render.overlays import unfit_titles

    timeline = _titles_only(brief, files)
    if timeline is None:
        return ()
    unfit = [found for aspect in aspects for found in unfit_titles(timeline, Canvas.of(aspect), Path())]
    findings: dict[tuple[str, str], Finding] = {}
    for found in unfit:
        remedy = f' At most "{found.longest}" fits.' if found.longest else ""
        findings.setdefault(
            (found.field, found.text),
            Finding("title_does_not_fit", Severity.MUST_FIX, found.reason + remedy, found.field),
        )
    return tuple(findings.values())


def _titles_only(brief: AdBrief, files: BriefFiles) -> Timeline | None:
    """Lay out an ad that has titles but no footage yet."""
    try:
        storyboard = plan(brief)
    except ClappperError:
        return None
    font = files.get("product.style_pack.font_family")
    logo = files.get("product.logo")
    return Timeline(
        id="titles",
        name=brief.project.name,
        rate=storyboard.rate,
        length_frames=storyboard.length_frames,
        tracks=title_tracks(brief, storyboard, str(logo) if logo else ""),
        branding=branding_of(brief, str(font) if font else ""),
    )
