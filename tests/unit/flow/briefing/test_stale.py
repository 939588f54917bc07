from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.events import EventHub
from clappper.base.units import FrameRange
from clappper.brief.plan import plan
from clappper.brief.schema import AdBrief
from clappper.brief.templates import template
from clappper.flow.assembling.sound import music_request
from clappper.flow.briefing.stale import stale_clips
from clappper.flow.project.session import Session, create_session
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, MediaKind, Take


def retold(brief: AdBrief, intent: str) -> AdBrief:
    first = brief.scenes[0].model_copy(update={"intent": intent})
    return brief.model_copy(update={"scenes": (first, *brief.scenes[1:])})


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    opened = await create_session(tmp_path / "ad", template("product-offer"), EventHub())
    opened.queue.gates.pause("music")
    yield opened
    await opened.aclose()


def show_first_scene(session: Session, shot_id: str, prompt: str, scene_of_job: str) -> None:
    """Put a clip on the timeline whose take a job was asked for in these words."""
    request = replace(music_request(session.brief, seed=len(prompt)), prompt=prompt)
    job = session.queue.enqueue(request, brief_id=session.brief_id, scene_id=scene_of_job).job
    take = Take(job.id, "generated/x.mp4", MediaKind.VIDEO, FrameRange(0, 60))
    clip = Clip(f"shot-{shot_id}", Footage((take,)), FrameRange(0, 60), scene_id=session.brief.scenes[0].id)
    session.edit("Place", lambda now: with_clips(now, {"shots": [clip]}))


async def test_a_shot_is_stale_once_its_scene_is_told_in_other_words(session: Session) -> None:
    shot = plan(session.brief, cut_montages=True).scenes[0]
    show_first_scene(session, shot.id, shot.prompt, shot.id)
    assert stale_clips(session) == frozenset()
    session.edit_brief("Retell", retold(session.brief, "The product on a beach under stars"))
    assert stale_clips(session) == {f"shot-{shot.id}"}
    session.undo()
    assert stale_clips(session) == frozenset()


async def test_a_take_in_a_persons_own_words_is_never_stale(session: Session) -> None:
    shot = plan(session.brief, cut_montages=True).scenes[0]
    show_first_scene(session, shot.id, "something else entirely", f"shot-{shot.id}")
    assert stale_clips(session) == frozenset()
