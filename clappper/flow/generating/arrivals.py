"""What was asked for comes: each clip takes its place on the timeline, as one undo step.

A clip that is finished after a restart finds its place, too: what is awaited is written in the ``AdBook``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.brief.schema import AdBrief
from clappper.flow.assembling.assemble import shot_clip
from clappper.flow.generating.ad_orders import AdBook, AdRecord
from clappper.flow.keyframes.make import FilledShot
from clappper.flow.keyframes.shots import keyframe_take, with_seam_markers
from clappper.flow.project.session import Session
from clappper.flow.shots.generate import is_locked_off, shot_take
from clappper.jobs.model import Job, JobChanged, JobState
from clappper.timeline import placing
from clappper.timeline.model import Clip, Footage, Take, Timeline, Track
from clappper.timeline.takes import add_take, set_take

log = logging.getLogger(__name__)


class Arrivals:
    """Places the shots of one open project as they are finished. Ends with the session."""

    def __init__(self, session: Session, book: AdBook, failed: Callable[[ClappperError], object]) -> None:
        """``failed`` hears of a shot that could not be placed."""
        self._session, self._book, self._failed = session, book, failed
        self._landed: asyncio.Queue[str] = asyncio.Queue()
        leave = session.hub.subscribe(JobChanged, self._note)
        session.closing.callback(leave)
        self._task = asyncio.create_task(self._land(), name="landing")
        session.closing.callback(self._task.cancel)

    def recall(self) -> None:
        """Take in what has been finished while nobody looked."""
        if any(record.waiting for record in self._book.records.values()):
            for job in self._session.queue.list(states=[JobState.DONE], with_removed=True):
                self._landed.put_nowait(job.id)

    def _note(self, event: JobChanged) -> None:
        if event.state is JobState.DONE and self._book.records:
            self._landed.put_nowait(event.job_id)

    async def _land(self) -> None:
        """Take in the shots that come as one clip each."""
        while True:
            job = self._session.queue.job(await self._landed.get())
            for record in tuple(self._book.records.values()):
                awaited = record.waiting.get(job.scene_id)
                if awaited is not None and awaited.is_met_by(job):
                    shot, reason = record.shot(job.scene_id), record.reasons.get(job.scene_id, "")
                    take = shot_take(
                        record.storyboard.rate, shot, job, self._session.shop, record.badge, reason
                    )
                    await self._place(record, job, take, ())

    async def take_filled(self, filled: FilledShot) -> None:
        """Take in a shot that was made from keyframes, with marks where a stitch still shows."""
        name = filled.recipe.shot_id
        for record in tuple(self._book.records.values()):
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
        record = self._book.records[record.id].without(shot.id)
        self._book.keep(record)
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


def shots_of(timeline: Timeline) -> set[str]:
    return {clip.id for track in timeline.tracks for clip in track.clips}


def _with_shot(timeline: Timeline, clip: Clip) -> Timeline:
    """Put a shot's clip in its place; where the shot is already, only its take is another one."""
    assert isinstance(clip.content, Footage)
    take = clip.content.take
    if clip.id not in shots_of(timeline):
        return placing.overwrite(timeline, _picture_track(timeline).id, clip, clip.placed.start)
    old = next(one for track in timeline.tracks for one in track.clips if one.id == clip.id)
    known = isinstance(old.content, Footage) and any(one.id == take.id for one in old.content.takes)
    wider = timeline if known else add_take(timeline, clip.id, take)
    return set_take(wider, clip.id, take.id).timeline


def _picture_track(timeline: Timeline) -> Track:
    return next(track for track in timeline.tracks if track.kind == "video")
