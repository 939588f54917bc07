"""Pressing Generate in an open project: what is asked for, and where it will go.

Nothing is waited for: ``arrivals`` puts the clips on the timeline as they are finished.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from clappper.base.errors import ClappperError
from clappper.base.ids import new_id
from clappper.base.units import Money
from clappper.brief.cost import budget
from clappper.brief.plan import plan
from clappper.brief.route import Route, route_storyboard
from clappper.brief.schema import AdBrief, to_dict
from clappper.brief.storyboard import Storyboard
from clappper.flow.assembling.assemble import Ingredients, lay_out
from clappper.flow.brief_files import BriefFiles, copy_look, find, look_preset, prove
from clappper.flow.briefing.gate import BADGE, BlockedError
from clappper.flow.generating.ad_orders import AdBook, AdRecord, Awaited
from clappper.flow.generating.arrivals import Arrivals, shots_of
from clappper.flow.generating.second_try import SecondTry
from clappper.flow.judging import Judge
from clappper.flow.keyframes.filling import Filler, Filling, still_to_pay
from clappper.flow.keyframes.plan import worth_filling
from clappper.flow.project.session import Session
from clappper.flow.shots.generate import Frame, Scenes, input_files, spare
from clappper.flow.shots.transfer import with_controls
from clappper.providers.contract import Capabilities
from clappper.timeline.model import Timeline
from clappper.timeline.ripple import open_time
from clappper.timeline.tracks import set_length

if TYPE_CHECKING:
    from clappper.flow.assembling.sound import Sound

Placing = Literal["overwrite", "insert", "append"]


@dataclass(frozen=True, slots=True)
class AdOrder:
    """How to generate the open brief.

    ``placing`` says how an ad joins an edit that has clips already: at ``frame``, over or before what is
    there, or behind it all. A shot that is on the timeline already gets a take more, whatever ``placing``.
    """

    seed: int = 1
    allow_blocked: bool = False
    placing: Placing = "overwrite"
    frame: int = 0


class AdMaker:
    """Generates the brief of one open project, and takes in what comes of it. Ends with the session."""

    def __init__(self, session: Session, judge: Judge, failed: Callable[[ClappperError], object]) -> None:
        """``failed`` hears of a shot that could not be placed, or whose keyframes do not go on."""
        self._session, self._judge = session, judge
        self.book = AdBook(session.project.documents)
        self._arrivals = Arrivals(session, self.book, failed)
        self.filler = Filler(session, self._arrivals.take_filled, failed)
        self.second_try = SecondTry(session, judge, self.book, self.filler)
        if not session.read_only:
            self._take_up()

    async def generate(self, order: AdOrder) -> int:
        """Ask for all shots, or none; give how many. The clips come by themselves.

        Raises:
            BlockedError: preflight stops the brief, and the order does not allow that.
            BudgetError: it may cost more than is left, or nobody knows its price.
            ClappperError: something else a person can act on. Nothing was sent.
        """
        from clappper.flow.assembling.sound import make_sound

        session, brief = self._session, self._session.brief
        badge = await self._admit(brief, order)
        files = find(brief, session.project.path)
        await asyncio.to_thread(prove, files)
        sound = await make_sound(
            brief, files, session.shop, brief_id=session.brief_id, seed=order.seed, cap=budget(brief)
        )
        scenes, routes = await self._plan(brief, files, sound, order.seed)
        before = session.place
        offset = self._make_room(brief, scenes.storyboard, files, sound, order)
        try:
            self._ask(scenes, routes, await self._judge.models(), badge, offset)
        except ClappperError:
            if session.place != before:
                session.undo()
            raise
        return len(scenes.storyboard.scenes)

    async def _admit(self, brief: AdBrief, order: AdOrder) -> str:
        """Judge the brief as the scorecard does; give the mark of clips that are made all the same."""
        judgement = await self._judge.judge_gate(brief)
        if judgement.card.blocked and not order.allow_blocked:
            raise BlockedError(judgement.card)
        return BADGE if judgement.card.blocked else ""

    async def _plan(
        self, brief: AdBrief, files: BriefFiles, sound: Sound, seed: int
    ) -> tuple[Scenes, Mapping[str, Route]]:
        """Lay the scenes on the sound's beats, and choose who makes each."""
        session, models = self._session, await self._judge.models()
        cut = not any(model.generative for model in models)
        planned = plan(brief, sound.beats_seconds, cut_montages=cut)
        storyboard, routes = route_storyboard(planned, brief, models, self._judge.favour())
        frame = Frame.covering((brief.project.aspect,))
        scenes = Scenes(brief, storyboard, input_files(brief, files), frame, seed)
        return await with_controls(scenes, routes, session.shop, brief_id=session.brief_id, cap=budget(brief))

    def _ask(
        self,
        scenes: Scenes,
        routes: Mapping[str, Route],
        models: Sequence[Capabilities],
        badge: str,
        offset: int,
    ) -> None:
        """Ask for all shots or for none, in one transaction; what is to come is written down in it.

        The parts of shots from keyframes follow one after the other.
        """
        session, brief, queue = self._session, scenes.brief, self._session.queue
        plans, routes = worth_filling(scenes, routes, models, session.registry, queue.estimate)
        whole = [(name, one) for name, one in scenes.requests(routes, session.registry) if name not in plans]
        filling = {
            name: Filling(name, session.brief_id, plan.recipe, plan.fill) for name, plan in plans.items()
        }
        with session.project.db.writing():
            queue.ledger.set_cap(budget(brief), session.brief_id)
            jobs = {
                name: queue.enqueue(one, brief_id=session.brief_id, scene_id=name).job for name, one in whole
            }
            if filling:
                highs = [still_to_pay(queue, filling[name], plan.most) for name, plan in plans.items()]
                queue.ledger.demand(session.brief_id, _together(highs))
            self.book.supersede(routes, queue)
            self.book.keep(
                AdRecord(
                    new_id("generation"),
                    session.brief_id,
                    to_dict(brief),
                    scenes.storyboard,
                    badge,
                    offset,
                    scenes.seed,
                    {name: Awaited(job.id, job.request_hash) for name, job in jobs.items()},
                    filling,
                    {name: one.reason for name, one in routes.items()},
                    {name: found.provider for name, one in routes.items() if (found := spare(one))},
                )
            )
        for one in filling.values():
            self.filler.start(one, repeat=True)
        session.start_jobs()

    def _make_room(
        self, brief: AdBrief, storyboard: Storyboard, files: BriefFiles, sound: Sound, order: AdOrder
    ) -> int:
        """Lay out titles, music and length as one undo step; give the frame at which the ad begins."""
        session = self._session
        bare = lay_out(brief, storyboard, _ingredients(session, brief, files, sound))
        if not any(track.clips for track in session.timeline.tracks):
            session.edit("Lay out the ad", lambda _: bare)
            return 0
        length = storyboard.length_frames
        if shots_of(session.timeline) & {f"shot-{shot.id}" for shot in storyboard.scenes}:
            return 0
        if order.placing == "append":
            offset = session.timeline.length_frames
            session.edit("Make room for the ad", lambda old: set_length(old, offset + length))
        else:
            offset = order.frame
            session.edit("Make room for the ad", lambda old: _roomier(old, offset, length, order.placing))
        return offset

    def _take_up(self) -> None:
        """Go on with what an earlier run has asked for."""
        for record in self.book.records.values():
            for filling in record.filling.values():
                self.filler.start(filling, repeat=False)
        self._arrivals.recall()


def _together(amounts: Sequence[Money | None]) -> Money | None:
    """Add up amounts; None as soon as one is not known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Money()) if len(known) == len(amounts) else None


def _roomier(timeline: Timeline, frame: int, length: int, way: Placing) -> Timeline:
    if way == "insert":
        longer = set_length(timeline, timeline.length_frames + length)
        return open_time(longer, frame, length, {})
    return set_length(timeline, max(timeline.length_frames, frame + length))


def _ingredients(session: Session, brief: AdBrief, files: BriefFiles, sound: Sound) -> Ingredients:
    project, preset = session.project, brief.product.style_pack.grade_lut
    lut = files.get("product.style_pack.grade_lut")
    if lut is None and preset:
        lut = copy_look(look_preset(preset), project)
    logo, font = files.get("product.logo"), files.get("product.style_pack.font_family")
    return Ingredients(
        shots={},
        music=sound.music,
        voice=sound.voice,
        logo=project.relative(logo) if logo else "",
        lut=project.relative(lut) if lut else "",
        font=project.relative(font) if font else "",
    )
