"""One keyframe of a finished shot changed: it and what lies beside it are made anew, nothing else is paid."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.brief.schema import AdBrief
from clappper.flow.generating.keyframe_edit import bring_picture, change_keyframe, keyframes_of
from clappper.flow.generating.offers import accept
from clappper.flow.generating.regenerate import vary_seed
from clappper.flow.keyframes.make import FilledShot, make_shot
from clappper.flow.project.session import Session, create_session
from clappper.flow.shots.generate import take_of
from clappper.jobs.model import Job
from clappper.providers.adapters.frames import Frames
from clappper.providers.contract import GenRequest
from clappper.providers.registry import Registry
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage
from clappper.timeline.queries import clip_of
from tests.unit.flow.keyframes.test_make import IMAGE, Service, fill_model, image_model, recipe


@pytest.fixture
def services(tmp_path: Path) -> tuple[Service, Service]:
    return Service(image_model(), tmp_path), Service(fill_model(), tmp_path)


@pytest.fixture
async def session(
    tmp_path: Path, brief: AdBrief, services: tuple[Service, Service], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Session]:
    """A project whose clip ``a`` is a shot of four keyframes, one world and then another."""
    monkeypatch.setattr("clappper.flow.keyframes.make.MOST_ROUNDS", 1)
    registry = Registry([*services, Frames(tmp_path / "scratch")])
    monkeypatch.setattr("clappper.providers.registry.load", lambda _: registry)
    opened = await create_session(tmp_path / "ad.clappper", brief, EventHub())
    shot = await first_made(opened)
    take = take_of(shot.job, opened.timeline.rate, opened.shop, label="made")
    clip = Clip("a", Footage((take,)), take.available)
    opened.edit("Take in s1", lambda timeline: with_clips(timeline, {"shots": [clip]}))
    yield opened
    await opened.aclose()


async def first_made(session: Session) -> FilledShot:
    async def run(requests: list[GenRequest]) -> list[Job]:
        asked = [session.queue.enqueue(request, brief_id=session.brief_id) for request in requests]
        session.start_jobs()
        return list(await session.queue.wait_for([one.job.id for one in asked]))

    wanted = recipe("0 world 1", "3 world 1", "0 world 2", "2 world 2")
    return await make_shot(wanted, session.shop, run, Money.dollars(1))  # type: ignore[arg-type]


async def test_one_keyframe_changed_touches_its_two_segments_only(
    session: Session, services: tuple[Service, Service]
) -> None:
    painter, mover = services
    before, asked = session.queue.ledger.spent(), (len(painter.asked), len(mover.asked))
    offer = change_keyframe(session, "a", 2, "shift 1 world 2")
    assert "two segments" in offer.how
    with pytest.raises(UnusableInputError, match="no such one"):
        change_keyframe(session, "a", 9)
    with pytest.raises(ClappperError, match="is made from keyframes"):
        vary_seed(session, "a")
    assert offer.cost.low == IMAGE
    assert offer.cost.high is not None
    await accept(session, offer)
    assert [request.prompt for request in painter.asked[asked[0] :]] == ["shift 1 world 2"]
    assert len(mover.asked) == asked[1] + 2
    assert session.queue.ledger.spent().micros - before.micros <= offer.cost.high.micros
    assert session.undo_name == "Change keyframe 3"
    clip = clip_of(session.timeline, "a")
    record = keyframes_of(session, clip)
    assert record is not None
    assert record.recipe.moments[2].prompt == "shift 1 world 2"
    assert isinstance(clip.content, Footage)
    assert len(clip.content.takes) == 2


async def test_another_picture_may_be_a_keyframe(
    session: Session, services: tuple[Service, Service], tmp_path: Path
) -> None:
    painter, asked = services[0], len(services[0].asked)
    record = keyframes_of(session, clip_of(session.timeline, "a"))
    assert record is not None
    picture = cv2.imread(record.pictures[1].path)
    assert picture is not None
    cv2.imwrite(str(tmp_path / "mine.png"), np.asarray(picture) // 2 + 60)
    still = await bring_picture(session, tmp_path / "mine.png")
    offer = change_keyframe(session, "a", 0, still=still)
    assert offer.cost.low == Money()
    assert "the segment beside it" in offer.how
    await accept(session, offer)
    assert len(painter.asked) == asked
    record = keyframes_of(session, clip_of(session.timeline, "a"))
    assert record is not None
    assert record.pictures[0].sha256 == still.sha256
