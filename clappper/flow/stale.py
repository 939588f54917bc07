"""Which shots show a scene as it was before the brief was changed."""

from __future__ import annotations

from collections.abc import Mapping

from clappper.base.errors import ClappperError
from clappper.brief.plan import plan
from clappper.flow.session import Session
from clappper.jobs.model import Job
from clappper.timeline.model import Clip, Footage
from clappper.timeline.queries import all_clips


def stale_clips(session: Session) -> frozenset[str]:
    """Give the ids of clips whose active take was planned in other words than the brief's plan has now.

    A take that a person asked for in words of their own, or brought along, is never stale.
    """
    now = session.timeline
    beats = tuple(float(frame / now.rate.fps) for frame in now.beats)
    wanted: dict[str, set[str]] = {}
    try:
        for cut in (True, False):
            for shot in plan(session.brief, beats, cut_montages=cut).scenes:
                wanted.setdefault(shot.id, set()).add(shot.prompt)
    except ClappperError:
        return frozenset()
    jobs = {job.id: job for job in session.queue.list()}
    return frozenset(clip.id for _, clip in all_clips(now) if _is_stale(clip, jobs, wanted))


def _is_stale(clip: Clip, jobs: Mapping[str, Job], wanted: Mapping[str, set[str]]) -> bool:
    if not isinstance(clip.content, Footage) or not clip.scene_id:
        return False
    job = jobs.get(clip.content.take.id)
    return job is not None and job.scene_id in wanted and job.request.prompt not in wanted[job.scene_id]
