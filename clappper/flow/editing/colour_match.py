"""Making shots sit beside another one: grades solved in a worker, taken as one undo step."""

from __future__ import annotations

from collections.abc import Sequence

from clappper.flow.project.session import Session
from clappper.timeline.attributes import set_grade
from clappper.timeline.model import Timeline
from clappper.timeline.queries import clip_of


async def match_colour(session: Session, clip_ids: Sequence[str], reference_id: str) -> tuple[str, ...]:
    """Grade ``clip_ids`` to look like ``reference_id``; give a note for each that stays apart.

    Raises:
        UnusableInputError: one of them shows no footage, or its file cannot be read.
        ClappperError: the project cannot be changed.
    """
    from clappper.render.matching import match_grade

    timeline, root = session.timeline, session.project.path
    aspect = session.brief.project.aspect
    found = {
        clip_id: await session.workers.run(match_grade, timeline, root, clip_id, reference_id, aspect)
        for clip_id in clip_ids
        if clip_id != reference_id
    }

    def change(timeline: Timeline) -> Timeline:
        for clip_id, match in found.items():
            timeline = set_grade(timeline, clip_id, match.grade)
        return timeline

    session.edit("Match colour", change)
    clips = {clip_id: clip_of(timeline, clip_id) for clip_id in found}
    return tuple(f"{clips[one].name or one}: {match.note}" for one, match in found.items() if match.note)
