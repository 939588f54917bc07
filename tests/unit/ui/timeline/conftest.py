"""A small ad to edit by hand: three shots with a dissolve, a price, a voice linked to a shot, music."""

from dataclasses import replace

import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.timeline.model import (
    Clip,
    Footage,
    Marker,
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


def shot(name: str, start: int, end: int, kind: MediaKind = MediaKind.VIDEO) -> Clip:
    take = Take(f"{name}-take", f"media/{name}.mp4", kind, FrameRange(0, 300))
    return Clip(name, Footage((take,)), FrameRange(start, end), source_start=20)


@pytest.fixture
def timeline() -> Timeline:
    return small_ad()


def small_ad() -> Timeline:
    second = replace(shot("b", 60, 150), link="b", transition=Transition(TransitionKind.DISSOLVE, 20))
    price = Clip("price", Title(TitleRole.PRICE, "$9"), FrameRange(100, 140))
    voice = replace(shot("voice", 60, 150, MediaKind.AUDIO), link="b")
    tracks = (
        Track("v1", TrackKind.VIDEO, "Shots", (shot("a", 0, 60), second, shot("c", 150, 240))),
        Track("o1", TrackKind.OVERLAY, "Titles", (price,)),
        Track("vo", TrackKind.VOICE, "Voice", (voice,)),
        Track("music", TrackKind.MUSIC, "Music", (shot("song", 0, 240, MediaKind.AUDIO),)),
    )
    return Timeline("ad", "Ad", FrameRate(30), 240, tracks, beats=(0, 45, 90), markers=(Marker(30, "hook"),))
