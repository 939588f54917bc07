"""What is behind a title is measured where it stands, while it is seen, without the titles themselves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clappper.base.colours import luminance
from clappper.base.units import FrameRange, FrameRate
from clappper.flow.assembling.backdrops import measure_backdrops, relative_luminance
from clappper.media.picture import Yuv
from clappper.timeline.model import Clip, Solid, Timeline, Title, TitleRole, Track, TrackKind


def solid(start: int, end: int, colour: str) -> Clip:
    return Clip(f"v{start}", Solid(colour), FrameRange(start, end))


def timeline(*footage: Clip) -> Timeline:
    headline = Clip("h", Title(TitleRole.HEADLINE, "Own Your Time", group="s1"), FrameRange(0, 10))
    price = Clip("p", Title(TitleRole.PRICE, "$299", group="s1"), FrameRange(15, 20))
    tracks = (
        Track("v", TrackKind.VIDEO, "v", footage),
        Track("h", TrackKind.OVERLAY, "h", (headline,)),
        Track("p", TrackKind.OVERLAY, "p", (price,)),
    )
    return Timeline("t", "t", FrameRate(30), 20, tracks)


def backdrops(measured: Timeline) -> list[tuple[float, float] | None]:
    titles = (clip.content for track in measured.tracks for clip in track.clips)
    return [title.backdrop for title in titles if isinstance(title, Title)]


def test_each_title_sees_what_is_shown_during_its_time() -> None:
    edit = timeline(solid(0, 10, "#E0D0B0"), solid(10, 20, "#202020"))
    headline, price = backdrops(measure_backdrops(edit, Path(), ("9:16",)))
    assert headline == pytest.approx((luminance("#E0D0B0"),) * 2, abs=0.02)
    assert price == pytest.approx((luminance("#202020"),) * 2, abs=0.005)


def test_a_change_while_the_title_is_seen_widens_its_range() -> None:
    edit = timeline(solid(0, 5, "#FFFFFF"), solid(5, 20, "#000000"))
    assert backdrops(measure_backdrops(edit, Path(), ("1:1", "16:9")))[0] == pytest.approx((0, 1), abs=0.01)


def test_measuring_again_gives_the_same_and_forgets_what_was() -> None:
    edit = timeline(solid(0, 20, "#808080"))
    once = measure_backdrops(edit, Path(), ("4:5",))
    assert measure_backdrops(once, Path(), ("4:5",)) == once
    darker = replace(
        once, tracks=(Track("v", TrackKind.VIDEO, "v", (solid(0, 20, "#101010"),)), *once.tracks[1:])
    )
    assert backdrops(measure_backdrops(darker, Path(), ("4:5",)))[0] != backdrops(once)[0]


def test_only_titles_are_touched() -> None:
    edit = timeline(solid(0, 20, "#808080"))
    measured = measure_backdrops(edit, Path(), ("9:16",))
    assert measured.tracks[0] == edit.tracks[0]
    assert measure_backdrops(edit, Path(), ()) == edit


def test_luminance_is_that_of_wcag() -> None:
    assert relative_luminance(Yuv.blank(4, 4)).max() == 0
    assert relative_luminance(Yuv.blank(4, 4, luma=235)) == pytest.approx(np.ones((4, 4)), abs=1e-3)
    grey = relative_luminance(Yuv.blank(4, 4, luma=16 + round(219 * 0x77 / 255)))
    assert grey == pytest.approx(np.full((4, 4), luminance("#777777")), abs=0.005)
