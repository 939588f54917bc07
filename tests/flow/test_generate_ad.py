"""Generating in an open project: clips land one by one, each a step, also after a restart."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError
from clappper.base.events import EventHub
from clappper.brief.schema import AdBrief
from clappper.flow.brief_files import bring_one
from clappper.flow.briefing.gate import BADGE, BlockedError
from clappper.flow.briefs import read_brief
from clappper.flow.generating.generate_ad import AdMaker, AdOrder
from clappper.flow.judging import Judge
from clappper.flow.project.session import Session, create_session, open_session
from clappper.render.canvas import ASPECTS
from clappper.timeline.model import Timeline
from tests.patience import PATIENCE_SECONDS

Ad = Callable[..., Path]
SMALL = (270, 480)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ASPECTS, "9:16", SMALL)


async def opened(path: Path, folder: Path) -> Session:
    """Make a project whose brief names the project's own copies of its files."""
    brief = read_brief(path)
    session = await create_session(folder, brief, EventHub())
    logo = await bring_one(session.shop, path.parent / "logo.svg")
    photo = await bring_one(session.shop, path.parent / "product.png")
    product = brief.product.model_copy(update={"logo": logo})
    assets = brief.assets.model_copy(update={"product_images": (photo,)})
    session.edit_brief("Add files", brief.model_copy(update={"product": product, "assets": assets}))
    return session


def maker_of(session: Session) -> AdMaker:
    def refuse(error: ClappperError) -> None:
        raise error

    return AdMaker(session, Judge(session), refuse)


def shots(timeline: Timeline) -> list[str]:
    return [clip.id for track in timeline.tracks for clip in track.clips if clip.id.startswith("shot-")]


async def until(session: Session, count: int, name: str = "") -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(shots(session.timeline)) < count or (name and name not in session.history_names):  # noqa: ASYNC110 - no single event tells
            await asyncio.sleep(0.05)


async def test_clips_land_as_steps_also_after_a_restart_and_are_marked_when_blocked(
    ad: Ad, tmp_path: Path
) -> None:
    session = await opened(ad(), tmp_path / "ad")
    session.edit_brief("Spoil it", spoilt(session.brief))
    assert await maker_of(session).generate(AdOrder(allow_blocked=True)) == 2
    assert session.history_names[3:] == ("Lay out the ad",)
    assert {track.id for track in session.timeline.tracks} >= {"shots", "music"}
    await session.aclose()

    again = await open_session(tmp_path / "ad", EventHub())
    try:
        maker_of(again)
        await until(again, 2, "Fit the titles to their backdrops")
        assert set(again.history_names[4:6]) == {"Take in s1", "Take in s2"}
        clips = [clip for track in again.timeline.tracks for clip in track.clips if clip.scene_id]
        assert {clip.badge for clip in clips if clip.id.startswith("shot-")} == {BADGE}
        again.undo()
        again.undo()
        assert len(shots(again.timeline)) == 1
        again.redo()
        assert len(shots(again.timeline)) == 2
    finally:
        await again.aclose()


async def test_a_blocked_brief_is_refused_and_nothing_is_asked_for(ad: Ad, tmp_path: Path) -> None:
    session = await opened(ad(), tmp_path / "ad")
    try:
        session.edit_brief("Spoil it", spoilt(session.brief))
        with pytest.raises(BlockedError):
            await maker_of(session).generate(AdOrder())
        assert session.queue.list() == ()
    finally:
        await session.aclose()


def spoilt(brief: AdBrief) -> AdBrief:
    """Ask for a logo that is not there."""
    product = brief.product.model_copy(update={"logo": None})
    return brief.model_copy(update={"product": product})
