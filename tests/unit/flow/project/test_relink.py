from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.events import EventHub
from clappper.base.units import FrameRange
from clappper.brief.schema import AdBrief
from clappper.flow.footage import take_of
from clappper.flow.project.relink import changed_media, missing_media, regain, relink
from clappper.flow.project.session import Session, create_session
from clappper.jobs.ingest import import_file
from clappper.media.audio import write_wav
from clappper.providers.contract import FaultKind, GenRequest, Kind, ProviderFault
from clappper.providers.registry import Registry
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage
from clappper.timeline.queries import clip_of
from tests.unit.jobs.conftest import ScriptedProvider


def write_sound(path: Path, level: float, seconds: float = 1.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_wav(path, np.full((int(48_000 * seconds), 2), level, np.float32))
    return path


@pytest.fixture
async def session(tmp_path: Path, brief: AdBrief) -> AsyncIterator[Session]:
    """Open a project with two imported songs on its timeline, from the folder ``mine``."""
    opened = await create_session(tmp_path / "p", brief, EventHub())
    clips = []
    for at, name in enumerate(("one.wav", "two.wav")):
        source = write_sound(tmp_path / "mine" / name, 0.1 + at / 10)
        asset = (await import_file(opened.project, source, opened.workers, opened.hub)).asset
        take = take_of(opened.project, asset, opened.timeline.rate)
        clips.append(Clip(name, Footage((take,)), FrameRange(60 * at, 60 * at + 20), 4))
    opened.edit("Lay", lambda timeline: with_clips(timeline, {"music": clips}))
    yield opened
    await opened.aclose()


async def test_what_is_found_goes_back_to_its_place(session: Session, tmp_path: Path) -> None:
    assert missing_media(session) == ()
    for asset in session.project.assets.list():
        session.project.locate(asset.path).unlink()
    assert [(one.name, one.in_edit) for one in missing_media(session)] == [
        ("one.wav", True),
        ("two.wav", True),
    ]

    (tmp_path / "mine" / "one.wav").rename(tmp_path / "mine" / "renamed.wav")
    write_sound(tmp_path / "mine" / "deep" / "two.wav", 0.7, 2.0)
    (tmp_path / "mine" / "two.wav").unlink()
    before = clip_of(session.timeline, "two.wav")
    steps = session.place
    done = await relink(session, tmp_path / "mine")
    assert (len(done.restored), len(done.replaced), done.missing) == (1, 1, ())
    assert (session.undo_name.startswith("Relink"), session.place) == (True, steps + 1)
    after = clip_of(session.timeline, "two.wav")
    assert isinstance(before.content, Footage)
    assert isinstance(after.content, Footage)
    assert after.content.take.path != before.content.take.path
    assert (after.placed, after.source_start) == (before.placed, before.source_start)
    assert after.content.take.id == before.content.take.id


async def test_other_content_of_the_same_size_is_noticed(session: Session) -> None:
    assert changed_media(session) == ()
    one, two = (session.project.locate(asset.path) for asset in session.project.assets.list())
    soon = datetime.now(UTC).timestamp() + 60
    one.write_bytes(bytes(one.stat().st_size))
    for path in (one, two):
        os.utime(path, (soon, soon))
    assert changed_media(session) == (one.name,)


async def test_what_is_nowhere_stays_missing(session: Session, tmp_path: Path) -> None:
    asset = session.project.assets.list()[0]
    session.project.locate(asset.path).unlink()
    (tmp_path / "empty").mkdir()
    done = await relink(session, tmp_path / "empty")
    assert [one.path for one in done.missing] == [asset.path]
    with pytest.raises(UnusableInputError, match="not a folder"):
        await relink(session, tmp_path / "none")
    with pytest.raises(ClappperError, match="not generated here"):
        await regain(session, asset.path)


def tone_request(provider: str, seed: int) -> GenRequest:
    return GenRequest(
        key="", kind=Kind.MUSIC, provider=provider, model="m1", prompt="calm", seconds=2.0, seed=seed
    )


@pytest.mark.parametrize("name", ["paid", "free"])
async def test_a_generated_file_comes_back_without_paying_twice(
    brief: AdBrief, tmp_path: Path, name: str
) -> None:
    session = await create_session(tmp_path / "p", brief, EventHub())
    provider = ScriptedProvider(name, is_free=name == "free")
    session.registry = session.queue.registry = Registry([provider])
    job = session.queue.enqueue(tone_request(name, 3)).job
    await session.queue.wait_for([job.id])
    asset = session.project.assets.get(session.queue.job(job.id).asset_id)
    file = session.project.locate(asset.path)
    before = file.read_bytes()
    file.unlink()

    making = await regain(session, asset.path)
    assert bool(making) is (name == "free")
    if making:
        await session.queue.wait_for([making])
    assert file.read_bytes() == before
    assert len(provider.asked) == (2 if making else 1)

    if name == "paid":
        file.unlink()
        provider.polls.append(ProviderFault(FaultKind.LOST, "There is no such prediction."))
        with pytest.raises(ClappperError, match="no longer has this file") as caught:
            await regain(session, asset.path)
        assert "$0.50" in caught.value.hint
        assert len(provider.asked) == 1
    await session.aclose()
