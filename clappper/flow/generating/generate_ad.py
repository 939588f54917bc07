"""Pressing Generate in an open project: its clips come to the timeline one by one, each as one undo step.

What was asked for is written down first, so that clips which finish after a restart find their places, too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from clappper.base.errors import ClappperError
from clappper.base.ids import new_id
from clappper.base.units import Money
from clappper.brief.cost import budget
from clappper.brief.plan import plan
from clappper.brief.route import Route, route_storyboard
from clappper.brief.schema import AdBrief, to_dict
from clappper.brief.storyboard import Storyboard
from clappper.flow.assembling.assemble import Ingredients, lay_out, shot_clip
from clappper.flow.brief_files import BriefFiles, copy_look, find, look_preset, prove
from clappper.flow.briefing.gate import BADGE, BlockedError
from clappper.flow.generating.ad_orders import AdBook, AdRecord, Awaited
from clappper.flow.generating.second_try import SecondTry
from clappper.flow.judging import Judge
from clappper.flow.keyframes.filling import Filler, Filling, still_to_pay
from clappper.flow.keyframes.make import FilledShot
from clappper.flow.keyframes.plan import worth_filling
from clappper.flow.keyframes.shots import keyframe_take, with_seam_markers
from clappper.flow.project.session import Session
from clappper.flow.shots.generate import Frame, Scenes, input_files, is_locked_off, shot_take, spare
from clappper.flow.shots.transfer import with_controls
from clappper.jobs.model import Job, JobChanged, JobState
from clappper.providers.contract import Capabilities
from clappper.timeline import placing
from clappper.timeline.model import Clip, Footage, Take, Timeline, Track
from clappper.timeline.ripple import open_time
from clappper.timeline.takes import add_take, set_take
from clappper.timeline.tracks import set_length

if TYPE_CHECKING:
    from clappper.flow.assembling.sound import Sound

log = logging.getLogger(__name__)

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
        self._session, self._judge, self._failed = session, judge, failed
        self._landed: asyncio.Queue[str] = asyncio.Queue()
        self.book = AdBook(session.project.documents)
        self.filler = Filler(session, self._take_filled, failed)
        self.second_try = SecondTry(session, judge, self.book, self.filler)
        leave = session.hub.subscribe(JobChanged, self._note)
        session.closing.callback(leave)
        self._task = asyncio.create_task(self._land(), name="landing")
        session.closing.callback(self._task.cancel)
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
        judgement = await self._judge.judge_gate(brief)
        if judgement.card.blocked and not order.allow_blocked:
            raise BlockedError(judgement.card)
        files = find(brief, session.project.path)
        await asyncio.to_thread(prove, files)
        sound = await make_sound(
            brief, files, session.shop, brief_id=session.brief_id, seed=order.seed, cap=budget(brief)
        )
        models = await self._judge.models()
        cut = not any(model.generative for model in models)
        storyboard, routes = route_storyboard(
            plan(brief, sound.beats_seconds, cut_montages=cut), brief, models, self._judge.favour()
        )
        frame = Frame.covering((brief.project.aspect,))
        scenes = Scenes(brief, storyboard, input_files(brief, files), frame, order.seed)
        badge = BADGE if judgement.card.blocked else ""
        scenes, routes = await with_controls(
            scenes, routes, session.shop, brief_id=session.brief_id, cap=budget(brief)
        )
        before = session.place
        offset = self._make_room(brief, storyboard, files, sound, order)
        try:
            self._ask(scenes, routes, models, badge, offset)
        except ClappperError:
            if session.place != before:
                session.undo()
            raise
        return len(storyboard.scenes)

    def _ask(
        self,
        scenes: Scenes,
        routes: Mapping[str, Route],
        models: Sequence[Capabilities],
        badge: str,
        offset: int,
    ) -> None:
        """Ask for all shots or for none. The parts of those from keyframes follow one after the other."""
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
        if _shots_of(session.timeline) & {f"shot-{shot.id}" for shot in storyboard.scenes}:
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
        if any(record.waiting for record in self.book.records.values()):
            for job in self._session.queue.list(states=[JobState.DONE], with_removed=True):
                self._landed.put_nowait(job.id)

    def _note(self, event: JobChanged) -> None:
        if event.state is JobState.DONE and self.book.records:
            self._landed.put_nowait(event.job_id)

    async def _land(self) -> None:
        """Take in the shots that come as one clip each."""
        while True:
            job = self._session.queue.job(await self._landed.get())
            for record in tuple(self.book.records.values()):
                awaited = record.waiting.get(job.scene_id)
                if awaited is not None and awaited.is_met_by(job):
                    shot, reason = record.shot(job.scene_id), record.reasons.get(job.scene_id, "")
                    take = shot_take(
                        record.storyboard.rate, shot, job, self._session.shop, record.badge, reason
                    )
                    await self._place(record, job, take, ())

    async def _take_filled(self, filled: FilledShot) -> None:
        """Take in a shot that was made from keyframes, with marks where a stitch still shows."""
        name = filled.recipe.shot_id
        for record in tuple(self.book.records.values()):
            if name in record.filling:
                shot, reason = record.shot(name), record.reasons.get(name, "")
                take = keyframe_take(
                    filled, shot, record.storyboard, self._session.shop, record.badge, reason
                )
                await self._place(record, filled.job, take, filled.seams)

    async def _place(self, record: AdRecord, job: Job, take: Take, seams: Sequence[int]) -> None:
        session, brief, shot = self._session, record.read_brief(), record.shot(job.scene_id)

        def change(timeline: Timeline) -> Timeline:
            clip = shot_clip(shot, take, brief, is_locked_off=is_locked_off(job))
            placed = clip.placed.shifted(record.offset)
            return with_seam_markers(_with_shot(timeline, replace(clip, placed=placed)), {shot.id: seams})

        try:
            session.edit(f"Take in {shot.id}", change)
        except ClappperError as error:
            log.warning("the clip of %s was not placed: %s", shot.id, error)
            self._failed(error)
            return
        record = self.book.records[record.id].without(shot.id)
        self.book.keep(record)
        if record.is_over:
            await self._measure(brief)

    async def _measure(self, brief: AdBrief) -> None:
        """Let the titles know what is behind them now; an edit made meanwhile is not overwritten."""
        from clappper.flow.assembling.backdrops import measure_backdrops

        session, before = self._session, self._session.timeline
        assets = session.project.assets.list("video")
        proxies = {asset.path: asset.derived.get("proxy", "") for asset in assets}
        known = {path: proxy for path, proxy in proxies.items() if (session.project.path / proxy).is_file()}
        measured = await asyncio.to_thread(
            measure_backdrops, before, session.project.path, (brief.project.aspect,), known
        )
        if session.timeline is before:
            session.edit("Fit the titles to their backdrops", lambda _: measured)


def _together(amounts: Sequence[Money | None]) -> Money | None:
    """Add up amounts; None as soon as one is not known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Money()) if len(known) == len(amounts) else None


def _shots_of(timeline: Timeline) -> set[str]:
    return {clip.id for track in timeline.tracks for clip in track.clips}


def _with_shot(timeline: Timeline, clip: Clip) -> Timeline:
    """Put a shot's clip in its place; where the shot is already, only its take is another one."""
    assert isinstance(clip.content, Footage)
    take = clip.content.take
    if clip.id not in _shots_of(timeline):
        return placing.overwrite(timeline, _picture_track(timeline).id, clip, clip.placed.start)
    old = next(one for track in timeline.tracks for one in track.clips if one.id == clip.id)
    known = isinstance(old.content, Footage) and any(one.id == take.id for one in old.content.takes)
    wider = timeline if known else add_take(timeline, clip.id, take)
    return set_take(wider, clip.id, take.id).timeline


def _picture_track(timeline: Timeline) -> Track:
    return next(track for track in timeline.tracks if track.kind == "video")


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
