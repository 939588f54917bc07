"""A project to edit: three shots of real length, a price and music, all of them without files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clappper.base.events import EventHub
from clappper.base.units import FrameRange
from clappper.brief.schema import AdBrief
from clappper.brief.templates import template
from clappper.flow.desk import Desk, empty_timeline, keep_desk
from clappper.flow.project.session import Session, open_session
from clappper.store.project import ProjectFolder
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, MediaKind, Take, Timeline, Title, TitleRole


def footage(name: str, frames: int = 600, kind: MediaKind = MediaKind.VIDEO) -> Footage:
    return Footage((Take(f"{name}-take", f"media/{name}.mp4", kind, FrameRange(0, frames)),))


def three_shots(brief: AdBrief) -> Timeline:
    shots = [
        Clip(name, footage(name), FrameRange(90 * at, 90 * at + 90), 30, scene_id=brief.scenes[at].id)
        for at, name in enumerate("abc")
    ]
    price = Clip("price", Title(TitleRole.PRICE, "$49", "product.price_text"), FrameRange(30, 80))
    song = Clip("song", footage("song", 900, MediaKind.AUDIO), FrameRange(0, 450))
    clips = {"shots": shots, "titles": [price], "music": [song]}
    return with_clips(empty_timeline(brief), clips)


@pytest.fixture
def brief() -> AdBrief:
    return template("product-offer")


@pytest.fixture
def folder(tmp_path: Path, brief: AdBrief) -> Path:
    with ProjectFolder.create(tmp_path / "ad.clappper") as project:
        keep_desk(project, "Make the ad", Desk(brief, three_shots(brief)))
    return tmp_path / "ad.clappper"


@pytest.fixture
def heard() -> list[object]:
    """Everything the hub of ``opened`` has published of what the session publishes."""
    return []


@pytest.fixture
async def session(folder: Path, heard: list[object]) -> AsyncIterator[Session]:
    from clappper.flow.project import session as module

    hub = EventHub()
    for kind in (module.TimelineChanged, module.BriefChanged, module.HistoryChanged):
        hub.subscribe(kind, heard.append)
    opened = await open_session(folder, hub)
    yield opened
    await opened.aclose()
