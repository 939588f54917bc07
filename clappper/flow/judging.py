"""The open project's preflight: judges its brief as it would be, without holding anything up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from clappper.brief.findings import PreflightContext
from clappper.brief.preflight import Scorecard, preflight
from clappper.brief.route import Route
from clappper.brief.schema import AdBrief
from clappper.flow.brief_files import present
from clappper.flow.preflight import context_of, planned, ready_models
from clappper.flow.session import Session
from clappper.providers.contract import Capabilities


@dataclass(frozen=True, slots=True)
class Judgement:
    """What preflight says of a brief. ``routes`` tell by scene id what will make it."""

    brief: AdBrief
    card: Scorecard
    context: PreflightContext
    routes: Mapping[str, Route]


class Judge:
    """Judges briefs against what is ready here; that is asked once, and again after ``forget``."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._models: tuple[Capabilities, ...] | None = None

    def forget(self) -> None:
        """Ask the providers anew next time, as when a key was set."""
        self._models = None

    async def models(self) -> tuple[Capabilities, ...]:
        """List the models that can be used now."""
        if self._models is None:
            self._models = await ready_models(self._session.registry)
        return self._models

    async def judge(self, brief: AdBrief) -> Judgement:
        """Judge a brief in a thread of its own. Spends nothing."""
        models = await self.models()
        return await asyncio.to_thread(self._judged, brief, models)

    def _judged(self, brief: AdBrief, models: tuple[Capabilities, ...]) -> Judgement:
        registry = self._session.registry
        files = present(brief, self._session.project.path)
        context = context_of(brief, files, (brief.project.aspect,), registry, models)
        storyboard, routes = planned(brief, models)
        shots = storyboard.scenes if storyboard else ()
        by_scene = {shot.scene_id: routes[shot.id] for shot in shots}
        return Judgement(brief, preflight(brief, context), context, by_scene)
