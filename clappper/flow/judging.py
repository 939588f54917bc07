"""The open project's preflight: judges its brief as it would be, without holding anything up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clappper.brief.findings import Finding, PreflightContext
from clappper.brief.preflight import Scorecard, preflight
from clappper.brief.route import Favour, Route
from clappper.brief.schema import AdBrief
from clappper.flow.brief_files import present
from clappper.flow.briefing.forecast import Forecast, forecast, questions
from clappper.flow.briefing.preflight import context_of, planned, ready_models
from clappper.flow.briefing.unlikely import gate_findings
from clappper.flow.keyframes.plan import KeyframePlan, price_keyframes
from clappper.flow.predictor import library, standing_of
from clappper.flow.predictor_process import Inquiry
from clappper.flow.project.session import Session
from clappper.flow.reviewing.review_desk import outcomes_of, sent_back
from clappper.flow.shots.generate import Frame, Scenes, input_files
from clappper.providers.contract import Capabilities
from clappper.review.posterior import Posterior, favour_of, posteriors
from clappper.review.prediction import Asked
from clappper.review.remedies import findings_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """What preflight says of a brief. ``routes`` tell by scene id what will make it.

    ``forecast`` is what people are likely to think of each shot; None where nothing can be planned.
    ``keyframes`` are the shots that the brief wants made from keyframes, where that is possible. ``liked`` is
    what ratings say of providers, by type of scene.
    """

    brief: AdBrief
    card: Scorecard
    context: PreflightContext
    routes: Mapping[str, Route]
    forecast: Forecast | None = None
    keyframes: tuple[KeyframePlan, ...] = ()
    liked: tuple[Posterior, ...] = ()

    def route_reasons(self) -> dict[str, str]:
        """Say by scene id why it is made as it is, and what ratings say of each provider's scenes alike."""
        types = {scene.id: scene.type for scene in self.brief.scenes}
        return {name: why_routed(route, types[name], self.liked) for name, route in self.routes.items()}


def why_routed(route: Route, scene_type: str, liked: Sequence[Posterior]) -> str:
    """Say why a shot goes where it goes, with the ratings that break ties."""
    known = [one for one in liked if one.scene_type == scene_type]
    if not known:
        return route.reason
    rates = "; ".join(
        f"{one.provider} {one.rate:.0%} ({one.low:.0%} to {one.high:.0%}, {one.count} judged)"
        for one in known
    )
    return f"{route.reason}\nPassed so far as {scene_type}: {rates}. That breaks ties only."


class Judge:
    """Judges briefs against what is ready here; that is asked once, and again after ``forget``.

    ``networks`` is the folder of fetched models, beside which the user's own predictor lies; without it
    nothing is foretold. What reviewers sent back is part of every judgement.
    """

    def __init__(self, session: Session, networks: Path | None = None) -> None:
        self._session = session
        self._networks = networks
        self._models: tuple[Capabilities, ...] | None = None

    def forget(self) -> None:
        """Ask the providers anew next time, as when a key was set."""
        self._models = None

    async def models(self) -> tuple[Capabilities, ...]:
        """List the models that can be used now."""
        if self._models is None:
            self._models = await ready_models(self._session.registry)
        return self._models

    def favour(self) -> Favour:
        """Give what this project's ratings say of providers: it breaks ties between routes."""
        return favour_of(self._liked())

    def _liked(self) -> tuple[Posterior, ...]:
        return posteriors(outcomes_of(self._session))

    async def judge(self, brief: AdBrief, *, foretell: bool = True) -> Judgement:
        """Judge a brief in a thread of its own, and foretell it in another process. Spends nothing.

        Foretelling what people will think takes seconds for words that are new; without it, a tenth.
        """
        models = await self.models()
        inquiry = None
        if foretell and self._networks is not None:
            inquiry = Inquiry(self._session.predictor, self._networks)
            if asked := await asyncio.to_thread(self._questions, brief, models):
                await inquiry.prepare(asked)
        return await asyncio.to_thread(self._judged, brief, models, inquiry)

    async def judge_gate(self, brief: AdBrief) -> Judgement:
        """Judge as far as it decides whether a brief may be made: what people will think of it only counts
        once the user's own ratings have earned that.
        """
        return await self.judge(brief, foretell=await asyncio.to_thread(self._has_gate))

    def _has_gate(self) -> bool:
        return self._networks is not None and standing_of(library(self._networks)).gate

    def _questions(self, brief: AdBrief, models: tuple[Capabilities, ...]) -> tuple[Asked, ...]:
        storyboard, routes = planned(brief, models, self.favour())
        return questions(storyboard, routes, self._session.registry) if storyboard else ()

    def _judged(self, brief: AdBrief, models: tuple[Capabilities, ...], inquiry: Inquiry | None) -> Judgement:
        registry = self._session.registry
        files = present(brief, self._session.project.path)
        foretell = inquiry.foretell if inquiry else None
        price = self._session.queue.estimate
        context = context_of(brief, files, (brief.project.aspect,), registry, models, foretell, price)
        liked = self._liked()
        storyboard, routes = planned(brief, models, favour_of(liked))
        shots = storyboard.scenes if storyboard else ()
        by_scene = {shot.scene_id: routes[shot.id] for shot in shots}
        foretold = (
            forecast(brief, storyboard, routes, registry, foretell) if storyboard and foretell else None
        )
        marks, stopped = sent_back(self._session), self._stopped(brief, foretold)
        context = replace(context, reviewed=lambda judged: (*stopped, *findings_of(judged, marks)))
        keyframes: tuple[KeyframePlan, ...] = ()
        if storyboard is not None and brief.compute.ip_frame_mode == "keyframes_plus_fill":
            frame = Frame.covering((brief.project.aspect,))
            scenes = Scenes(brief, storyboard, input_files(brief, files), frame, seed=0)
            keyframes = price_keyframes(scenes, routes, models, registry, price)
        return Judgement(brief, preflight(brief, context), context, by_scene, foretold, keyframes, liked)

    def _stopped(self, brief: AdBrief, foretold: Forecast | None) -> tuple[Finding, ...]:
        """Give the shots that the gate stops, where it has been earned."""
        if self._networks is None or foretold is None:
            return ()
        return gate_findings(brief, foretold, standing_of(library(self._networks)))
