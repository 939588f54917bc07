"""Which shots show a scene as it was before the brief was changed."""

from __future__ import annotations

from collections.abc import Mapping

from clappper.base.errors import ClappperError
from clappper.brief.plan import plan
from clappper.flow.keyframes.make import words_of_recipes
from clappper.flow.project.session import Session
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
    words = {job.id: (job.scene_id, job.request.prompt) for job in session.queue.list()}
    words |= words_of_recipes(session.project.documents)
    return frozenset(clip.id for _, clip in all_clips(now) if _is_stale(clip, words, wanted))


def _is_stale(clip: Clip, words: Mapping[str, tuple[str, str]], wanted: Mapping[str, set[str]]) -> bool:
    if not isinstance(clip.content, Footage) or not clip.scene_id:
        return False
    shot_id, prompt = words.get(clip.content.take.id, ("", ""))
    return bool(prompt) and shot_id in wanted and prompt not in wanted[shot_id]
