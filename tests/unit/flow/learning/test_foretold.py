"""What the predictor expected is kept when a clip is asked for: once, and not for what is drawn here."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from clappper.flow.learning.foretold import Foretelling, foretold
from clappper.flow.project.session import Session
from clappper.jobs.model import Job, JobChanged, JobState
from clappper.jobs.records import JobRecords
from clappper.providers.contract import GenRequest, Kind
from tests.unit.review.answers import Answering


def asked(session: Session, number: int, kind: Kind = Kind.TEXT_TO_VIDEO) -> Job:
    request = GenRequest(f"k{number}", kind, "fal", "ltx", "a red boat", 4.0)
    job = Job(f"job-{number}", "ad", "s1", request, f"h{number}", JobState.QUEUED, "2026", "2026")
    JobRecords(session.project.db).add(job)
    return job


def run(session: Session, models: Path, *, generative: bool = True, late: Job | None = None) -> None:
    async def work() -> None:
        following = Foretelling(session, models)
        following.start()
        if late is not None:
            session.hub.publish(JobChanged(late.id, late.state))
            session.hub.publish(JobChanged(late.id, JobState.RUNNING))
        if following.task is not None:
            await following.task
        following.stop()

    registry = SimpleNamespace(model=lambda *_: SimpleNamespace(generative=generative))
    with (
        mock.patch.object(session, "predictor", Answering()),
        mock.patch.object(session, "registry", registry),
    ):
        asyncio.run(work())


def test_what_waits_and_what_comes_is_foretold_once(session: Session, tmp_path: Path) -> None:
    asked(session, 1)
    run(session, tmp_path, late=asked(session, 2))
    found = foretold(session.project)
    assert {name: one.chance for name, one in found.items()} == {"job-1": 0.6, "job-2": 0.6}
    run(session, tmp_path)
    assert foretold(session.project) == found


def test_what_is_drawn_here_or_no_clip_is_left_out(session: Session, tmp_path: Path) -> None:
    asked(session, 1, Kind.MUSIC)
    run(session, tmp_path)
    asked(session, 2)
    run(session, tmp_path, generative=False)
    assert foretold(session.project) == {}
