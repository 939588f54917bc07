"""A small ad to edit: three shots, a price, a voice linked to the second shot, music."""

from dataclasses import replace

import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.timeline.model import (
    Clip,
    Footage,
    MediaKind,
    Take,
    Timeline,
    Title,
    TitleRole,
    Track,
    TrackKind,
    Transition,
    TransitionKind,
)


def _take(name: str, frames: int, kind: MediaKind = MediaKind.VIDEO) -> Take:
    return Take(f"{name}-take", f"{name}.mp4", kind, FrameRange(0, frames))


def _clip(name: str, start: int, end: int, kind: MediaKind = MediaKind.VIDEO) -> Clip:
    return Clip(name, Footage((_take(name, 300, kind),)), FrameRange(start, end), source_start=20)


@pytest.fixture
def timeline() -> Timeline:
    second = replace(_clip("b", 60, 150), link="b", transition=Transition(TransitionKind.DISSOLVE, 10))
    shots = (_clip("a", 0, 60), second, _clip("c", 150, 240))
    price = Clip("price", Title(TitleRole.PRICE, "$9"), FrameRange(100, 140))
    voice = replace(_clip("voice", 60, 150, MediaKind.AUDIO), link="b")
    tracks = (
        Track("v1", TrackKind.VIDEO, "Shots", shots),
        Track("o1", TrackKind.OVERLAY, "Titles", (price,)),
        Track("vo", TrackKind.VOICE, "Voice", (voice,)),
        Track("music", TrackKind.MUSIC, "Music", (_clip("song", 0, 240, MediaKind.AUDIO),)),
    )
    return Timeline("ad", "Ad", FrameRate(30), 240, tracks)
