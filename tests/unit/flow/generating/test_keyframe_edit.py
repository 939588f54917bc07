"""One keyframe of a finished shot changed: it and what lies beside it are made anew, nothing else is paid."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.base.units import Money
from clappper.brief.schema import AdBrief
from clappper.flow.generating.keyframe_edit import bring_picture, change_keyframe, keyframes_of
from clappper.flow.generating.keyframe_takes import in_style, with_other_seeds
from clappper.flow.generating.offers import accept
from clappper.flow.generating.regenerate import vary_seed
from clappper.flow.keyframes.make import FilledShot, make_shot
from clappper.flow.keyframes.records import Record
from clappper.flow.project.session import Session, create_session
from clappper.flow.shots.generate import take_of
from clappper.jobs.model import Job
from clappper.jobs.recipes import Segment, Way
from clappper.providers.adapters.frames import Frames
from clappper.providers.contract import GenRequest, InputFile, Role
from clappper.providers.registry import Registry
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage
from clappper.timeline.queries import clip_of
from tests.unit.flow.keyframes.test_make import IMAGE, Service, fill_model, image_model, recipe


@pytest.fixture
def services(tmp_path: Path) -> tuple[Service, Service]:
    return Service(image_model(), tmp_path), Service(fill_model(), tmp_path)


@pytest.fixture
async def bare(
    tmp_path: Path, brief: AdBrief, services: tuple[Service, Service], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Session]:
    """A project in which nothing is made yet."""
    monkeypatch.setattr("clappper.flow.keyframes.make.MOST_ROUNDS", 1)
    registry = Registry([*services, Frames(tmp_path / "scratch")])
    monkeypatch.setattr("clappper.providers.registry.load", lambda _: registry)
    opened = await create_session(tmp_path / "ad.clappper", brief, EventHub())
    yield opened
    await opened.aclose()


@pytest.fixture
async def session(bare: Session) -> Session:
    """A project whose clip ``a`` is a shot of four keyframes, one world and then another."""
    shot = await first_made(bare)
    take = take_of(shot.job, bare.timeline.rate, bare.shop, label="made")
    clip = Clip("a", Footage((take,)), take.available)
    bare.edit("Take in s1", lambda timeline: with_clips(timeline, {"shots": [clip]}))
    return bare


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


async def test_another_seed_makes_all_keyframes_and_what_was_generated_anew_for_no_more_than_before(
    session: Session, services: tuple[Service, Service]
) -> None:
    painter, mover = services
    before, asked = session.queue.ledger.spent(), (len(painter.asked), len(mover.asked))
    first = keyframes_of(session, clip_of(session.timeline, "a"))
    assert first is not None
    offer = vary_seed(session, "a", 4)
    assert "All keyframes are made anew" in offer.how
    assert offer.cost.low == Money(4 * IMAGE.micros)
    assert offer.cost.high is not None
    await accept(session, offer)
    assert [request.seed for request in painter.asked[asked[0] :]] == [4] * 4
    assert len(mover.asked) > asked[1]
    paid = session.queue.ledger.spent()
    assert paid.micros - before.micros <= offer.cost.high.micros
    assert session.undo_name == "Vary seed"
    clip = clip_of(session.timeline, "a")
    assert isinstance(clip.content, Footage)
    assert len(clip.content.takes) == 2
    again = with_other_seeds(session, "a", first, 3)
    await accept(session, again)
    assert session.queue.ledger.spent() == paid


def test_seeds_are_those_of_what_was_generated_only(bare: Session) -> None:
    made = tuple(
        InputFile(Role.KEYFRAME, str(bare.project.generated / f"{at}.png"), str(at) * 64, "image/png")
        for at in range(3)
    )
    mine = tuple(replace(one, path=str(bare.project.media / "mine.png")) for one in made)
    segments = Segment(Way.I2V, "apart", is_apart=True), Segment(Way.INTERPOLATE, "alike")
    wanted = recipe("0 world 1", "0 world 2", "3 world 2")
    record = Record(wanted, segments, made, (), is_native=False)
    brought = replace(record, pictures=mine)
    offer = with_other_seeds(bare, "a", brought, 5)
    assert offer.how == "The keyframes stay; what was generated between them is made anew."
    assert offer.cost.low == Money()
    assert offer.cost.high is not None
    assert offer.cost.high > Money()
    half = replace(record, pictures=(*made[:1], *mine[1:]))
    assert "1 of 3 keyframes are made anew" in with_other_seeds(bare, "a", half, 5).how
    with pytest.raises(ClappperError, match="Nothing of this shot was generated"):
        with_other_seeds(bare, "a", replace(brought, segments=segments[1:] * 2), 5)
    with pytest.raises(ClappperError, match="they keep their style"):
        in_style(bare, "a", brought, "film noir")
    assert in_style(bare, "a", record, "film noir").cost.low == Money(3 * IMAGE.micros)


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
