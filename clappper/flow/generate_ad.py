"""Pressing Generate in an open project: its clips come to the timeline one by one, each as one undo step.

What was asked for is written down first, so that clips which finish after a restart find their places, too.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from clappper.base.errors import ClappperError
from clappper.base.ids import new_id
from clappper.base.units import FrameRange, Money
from clappper.brief.cost import budget
from clappper.brief.plan import plan
from clappper.brief.route import Route, route_storyboard
from clappper.brief.schema import AdBrief, load_brief, to_dict
from clappper.brief.storyboard import Storyboard
from clappper.flow.assemble import Ingredients, lay_out, shot_clip
from clappper.flow.brief_files import BriefFiles, copy_look, find, look_preset, prove
from clappper.flow.gate import BADGE, BlockedError
from clappper.flow.generate import Frame, Scenes, input_files, is_locked_off, shot_take
from clappper.flow.judging import Judge
from clappper.flow.session import Session
from clappper.jobs.model import Job, JobChanged, JobState
from clappper.timeline import placing
from clappper.timeline.model import Clip, Footage, Timeline, Track
from clappper.timeline.ripple import open_time
from clappper.timeline.takes import add_take, set_take
from clappper.timeline.tracks import set_length

if TYPE_CHECKING:
    from clappper.flow.sound import Sound

log = logging.getLogger(__name__)

KIND = "generation"
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


@dataclass(frozen=True, slots=True)
class _Record:
    """What must be known after a restart. ``waiting`` are the ids of shots that are still to come."""

    id: str
    brief: dict[str, Any]
    beats: tuple[float, ...]
    cut_montages: bool
    badge: str
    offset: int
    waiting: tuple[str, ...]


class AdMaker:
    """Generates the brief of one open project, and takes in what comes of it. Ends with the session."""

    def __init__(self, session: Session, judge: Judge, failed: Callable[[ClappperError], object]) -> None:
        """``failed`` hears of a shot that could not be placed."""
        self._session, self._judge, self._failed = session, judge, failed
        self._landed: asyncio.Queue[str] = asyncio.Queue()
        self._records: dict[str, _Record] = {}
        leave = session.hub.subscribe(JobChanged, self._note)
        session.closing.callback(leave)
        self._task = asyncio.create_task(self._land(), name="landing")
        session.closing.callback(self._task.cancel)
        self._take_up()

    async def generate(self, order: AdOrder) -> int:
        """Ask for all shots, or none; give how many. The clips come by themselves.

        Raises:
            BlockedError: preflight stops the brief, and the order does not allow that.
            BudgetError: it may cost more than is left, or nobody knows its price.
            ClappperError: something else a person can act on. Nothing was sent.
        """
        from clappper.flow.sound import make_sound

        session, brief = self._session, self._session.brief
        judgement = await self._judge.judge(brief)
        if judgement.card.blocked and not order.allow_blocked:
            raise BlockedError(judgement.card)
        files = find(brief, session.project.path)
        await asyncio.to_thread(prove, files)
        cap = budget(brief)
        sound = await make_sound(
            brief, files, session.shop, brief_id=session.brief_id, seed=order.seed, cap=cap
        )
        models = await self._judge.models()
        cut = not any(model.generative for model in models)
        storyboard, routes = route_storyboard(
            plan(brief, sound.beats_seconds, cut_montages=cut), brief, models, self._judge.favour()
        )
        offset = self._make_room(brief, storyboard, files, sound, order)
        record = _Record(
            new_id("generation"),
            to_dict(brief),
            sound.beats_seconds,
            cut,
            BADGE if judgement.card.blocked else "",
            offset,
            tuple(shot.id for shot in storyboard.scenes),
        )
        self._ask(brief, storyboard, routes, files, order.seed, cap, record)
        return len(storyboard.scenes)

    def _ask(
        self,
        brief: AdBrief,
        storyboard: Storyboard,
        routes: Mapping[str, Route],
        files: BriefFiles,
        seed: int,
        cap: Money,
        record: _Record,
    ) -> None:
        session = self._session
        frame = Frame.covering((brief.project.aspect,))
        scenes = Scenes(brief, storyboard, input_files(brief, files), frame, seed)
        requests = scenes.requests(routes, session.registry)
        with session.project.db.writing():
            self._keep(record)
            for shot_id, request in requests:
                session.queue.enqueue(request, brief_id=session.brief_id, scene_id=shot_id, cap=cap)

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
        documents = self._session.project.documents
        for name in documents.ids(KIND):
            document = documents.load(KIND, name)
            if document is None:
                continue
            raw = json.loads(document.text)
            record = _Record(**{**raw, "beats": tuple(raw["beats"]), "waiting": tuple(raw["waiting"])})
            if record.waiting:
                self._records[record.id] = record
        if self._records:
            for job in self._session.queue.list(states=[JobState.DONE], with_removed=True):
                self._landed.put_nowait(job.id)

    def _keep(self, record: _Record) -> None:
        self._records[record.id] = record
        self._session.project.documents.save(KIND, record.id, json.dumps(asdict(record), ensure_ascii=False))
        if not record.waiting:
            del self._records[record.id]

    def _note(self, event: JobChanged) -> None:
        if event.state is JobState.DONE and self._records:
            self._landed.put_nowait(event.job_id)

    async def _land(self) -> None:
        while True:
            job = self._session.queue.job(await self._landed.get())
            for record in tuple(self._records.values()):
                if job.scene_id in record.waiting:
                    try:
                        await self._place(job, record)
                    except ClappperError as error:
                        log.warning("the clip of %s was not placed: %s", job.scene_id, error)
                        self._failed(error)

    async def _place(self, job: Job, record: _Record) -> None:
        session, brief = self._session, load_brief(record.brief)
        storyboard = plan(brief, record.beats, cut_montages=record.cut_montages)
        shot = next(one for one in storyboard.scenes if one.id == job.scene_id)
        take = shot_take(storyboard.rate, shot, job, session.shop, record.badge)
        clip = shot_clip(shot, take, brief, is_locked_off=is_locked_off(job))
        placed = FrameRange(clip.placed.start + record.offset, clip.placed.end + record.offset)
        session.edit(f"Take in {shot.id}", lambda old: _with_shot(old, replace(clip, placed=placed)))
        record = replace(record, waiting=tuple(one for one in record.waiting if one != shot.id))
        self._keep(record)
        if not record.waiting:
            await self._measure(brief)

    async def _measure(self, brief: AdBrief) -> None:
        """Let the titles know what is behind them now; an edit made meanwhile is not overwritten."""
        from clappper.flow.backdrops import measure_backdrops

        session, before = self._session, self._session.timeline
        assets = session.project.assets.list("video")
        proxies = {asset.path: asset.derived.get("proxy", "") for asset in assets}
        known = {path: proxy for path, proxy in proxies.items() if (session.project.path / proxy).is_file()}
        measured = await asyncio.to_thread(
            measure_backdrops, before, session.project.path, (brief.project.aspect,), known
        )
        if session.timeline is before:
            session.edit("Fit the titles to their backdrops", lambda _: measured)


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
