from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clappper.base.units import FrameRange, FrameRate
from clappper.media.picture import Yuv
from clappper.render.blend import Films
from clappper.render.canvas import Canvas
from clappper.render.overlays import TitlePainter
from clappper.render.sought import Sought, is_in_safe_zone, titles_of
from clappper.render.visibility import READ, Sighting, TitleWatch
from clappper.timeline.model import Clip, Timeline, Title, TitleRole, Track, TrackKind

CANVAS = Canvas.of("9:16", 0.25)
RATE = FrameRate(10)
RED = (200, 40, 30)


def bar(width: int = 80, height: int = 24, colour: tuple[int, int, int] = (255, 255, 255)) -> np.ndarray:
    """Draw a letter-like shape: strokes on a clear ground."""
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[..., :3] = colour
    rgba[:, ::12, 3] = rgba[:, 1::12, 3] = rgba[:, 2::12, 3] = 255
    rgba[height // 2 : height // 2 + 3, :, 3] = 255
    return rgba


def sought(rgba: np.ndarray, **changes: object) -> Sought:
    title = Sought(TitleRole.HEADLINE, "Own it", FrameRange(0, 20), 60, 200, rgba)
    return replace(title, **changes)  # type: ignore[arg-type]


def street(luma: int, seed: int = 1) -> Yuv:
    """Draw busy footage around a brightness."""
    noise = np.random.default_rng(seed).integers(-30, 30, (60, 34)).repeat(8, axis=0).repeat(8, axis=1)
    picture = Yuv.blank(CANVAS.width, CANVAS.height)
    picture.y[:] = np.clip(luma + noise[: CANVAS.height, : CANVAS.width], 16, 235)
    return picture


def looked(title: Sought, *, shown: range, luma: int = 60, laid: np.ndarray | None = None) -> Sighting:
    """Show twenty frames; the title is laid over those in ``shown``."""
    watch, films = TitleWatch([title], RATE, CANVAS), Films()
    for frame in range(20):
        picture = street(luma, seed=frame)
        if frame in shown:
            films.lay(picture, title.rgba if laid is None else laid, title.x, title.y, 1.0)
        watch.show(frame, picture)
    return watch.sightings()[0]


def test_a_title_is_seen_in_exactly_its_frames() -> None:
    assert looked(sought(bar()), shown=range(4, 15)).seen == (FrameRange(4, 15),)


def test_a_title_that_comes_and_goes_is_seen_twice() -> None:
    title = sought(bar(), frames=FrameRange(0, 20))
    watch, films = TitleWatch([title], RATE, CANVAS), Films()
    for frame in range(20):
        picture = street(60, seed=frame)
        if frame in {2, 3, 4, 12, 13}:
            films.lay(picture, title.rgba, title.x, title.y, 1.0)
        watch.show(frame, picture)
    assert watch.sightings()[0].seen == (FrameRange(2, 5), FrameRange(12, 14))


def test_busy_footage_or_another_shape_is_not_mistaken_for_it() -> None:
    title = sought(bar())
    assert looked(title, shown=range(0)).seen == ()
    other = bar()[:, ::-1].copy()
    other[..., 3] = np.roll(other[..., 3], 5, axis=1)
    other[10:14] = 0
    assert looked(title, shown=range(20), laid=other).best_match < 0.45


def test_dark_letters_on_light_count_like_light_ones_on_dark() -> None:
    dark = sought(bar(colour=(0, 0, 0)))
    assert looked(dark, shown=range(20), luma=190).seen == (FrameRange(0, 20),)


@pytest.mark.parametrize(("grey", "least", "most"), [(255, 8.0, 21.0), (110, 1.0, 2.0)])
def test_contrast_is_that_of_the_letters_to_what_surrounds_them(grey: int, least: float, most: float) -> None:
    found = looked(sought(bar(colour=(grey, grey, grey))), shown=range(20), luma=75)
    assert found.seen
    assert least <= found.contrast <= most


def test_letters_on_a_button_are_read_against_the_button() -> None:
    button = np.zeros((40, 120, 4), np.uint8)
    button[...] = (*RED, 255)
    strokes = bar()[..., 3] > 0
    button[8:32, 20:100][strokes] = (255, 255, 255, 255)
    found = looked(sought(button, has_ground=True), shown=range(20), luma=200)
    assert found.contrast == pytest.approx(5.4, abs=0.5)


def test_a_title_outside_the_canvas_is_never_seen() -> None:
    assert looked(sought(bar(), y=CANVAS.height + 5), shown=range(20)).seen == ()
    assert looked(sought(bar(), x=-40), shown=range(20)).seen == (FrameRange(0, 20),)


def test_safe_zones_are_those_of_the_platform() -> None:
    middle = sought(bar(), y=220)
    low = sought(bar(), y=CANVAS.height - 60)
    assert is_in_safe_zone(middle, "instagram", CANVAS)
    assert not is_in_safe_zone(low, "instagram", CANVAS)
    assert is_in_safe_zone(low, "web", CANVAS)
    assert not is_in_safe_zone(sought(bar(), x=2), "web", CANVAS)


def test_the_ink_decides_where_a_title_is_not_its_clear_margin() -> None:
    padded = np.pad(bar(), ((10, 10), (20, 20), (0, 0)))
    assert sought(padded).ink_box == (80, 210, 160, 234)
    assert sought(padded * 0).ink_box == (60, 200, 60, 200)


def test_a_timelines_titles_are_found_where_they_are_painted(tmp_path: Path) -> None:
    Image.fromarray(bar(160, 60, RED)).save(tmp_path / "logo.png")
    frames = FrameRange(0, 20)
    titles = (
        Title(TitleRole.LOGO, image="logo.png", group="endcard", leave="hold"),
        Title(TitleRole.HEADLINE, "Own your time", group="endcard", leave="hold"),
        Title(TitleRole.BUTTON, "Shop now", group="endcard", leave="hold"),
    )
    tracks = tuple(
        Track(title.role, TrackKind.OVERLAY, title.role, (Clip(title.role, title, frames),))
        for title in titles
    )
    timeline = Timeline("ad", "ad", RATE, 20, tracks)
    wanted = titles_of(timeline, tmp_path, CANVAS)
    assert [title.role for title in wanted] == ["logo", "headline", "button"]
    painter, films, watch = (
        TitlePainter(timeline, tmp_path, CANVAS),
        Films(),
        TitleWatch(wanted, RATE, CANVAS),
    )
    for frame in frames:
        picture = street(70, seed=frame)
        for layer in painter.layers(frame):
            films.lay(picture, layer.rgba, layer.x, layer.y, layer.opacity)
        watch.show(frame, picture)
    for sighting in watch.sightings():
        assert max(map(len, sighting.seen)) >= 14, sighting.sought.role
        assert sighting.best_match > 0.6
        assert sighting.contrast > 1.5


@pytest.mark.parametrize(("shown", "reads"), [("$299", True), ("$298", False), ("$249", False)])
def test_a_price_is_read_digit_by_digit(tmp_path: Path, shown: str, reads: bool) -> None:
    canvas, frames = Canvas.of("9:16"), FrameRange(0, 10)

    def titled(price: str) -> Timeline:
        clip = Clip("price", Title(TitleRole.PRICE, price, leave="hold"), frames)
        return Timeline("ad", "ad", RATE, 10, (Track("price", TrackKind.OVERLAY, "Price", (clip,)),))

    watch = TitleWatch(titles_of(titled("$299"), tmp_path, canvas), RATE, canvas)
    picture, films = Yuv.blank(canvas.width, canvas.height, luma=70), Films()
    for layer in TitlePainter(titled(shown), tmp_path, canvas).layers(9):
        films.lay(picture, layer.rgba, layer.x, layer.y, layer.opacity)
    watch.show(9, picture)
    sighting = watch.sightings()[0]
    assert sighting.seen
    assert (sighting.reading >= READ) is reads
