"""The parts of a shot from keyframes in an open project: what filling costs, and asking for all or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clappper.base.units import Money
from clappper.flow.keyframes.records import Record
from clappper.flow.open_project import demand_done
from clappper.flow.project.session import Session
from clappper.jobs.model import Job
from clappper.jobs.recipes import Segment, Way, native_request, segment_request
from clappper.providers.contract import GenRequest


def filling_costs(session: Session, record: Record, segments: Iterable[int]) -> list[Money]:
    """Say what generating each of some segments costs at most; nothing of what has no price.

    A shot that one call made costs that call.
    """
    recipe = record.recipe
    if recipe.fill is None:
        return []
    model = session.registry.model(*recipe.fill)
    if record.is_native:
        whole = native_request(recipe, record.pictures, model)
        requests = [whole] if whole else []
    else:
        requests = [
            segment_request(
                recipe, at, Segment(Way.I2V, ""), (record.pictures[at], record.pictures[at + 1]), model
            )
            for at in segments
        ]
    highs = [session.queue.estimate(request).high for request in requests]
    return [high for high in highs if high is not None]


async def made(session: Session, requests: Sequence[GenRequest], scene_id: str) -> Sequence[Job]:
    """Ask for parts, all or none, and wait for them.

    Raises:
        InDoubtError: a paid job's fate is not known.
        ClappperError: one failed, or the budget does not allow them.
    """
    with session.project.db.writing():
        asked = [
            session.queue.enqueue(request, brief_id=session.brief_id, scene_id=scene_id)
            for request in requests
        ]
    session.start_jobs()
    jobs = await session.queue.wait_for([one.job.id for one in asked])
    for job in jobs:
        demand_done(job)
    return jobs
