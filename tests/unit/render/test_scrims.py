"""On footage as bright as it gets every word still reads; a plain ground is left alone."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clappper.base.units import FrameRange, FrameRate
from clappper.media.light import luminance
from clappper.render.canvas import Canvas
from clappper.render.contrast import READABLE, READABLE_LARGE
from clappper.render.layout import PlacedTitle, Stack, lay_out
from clappper.render.lettering import Lettering, draw
from clappper.render.overlays import Layer, TitlePainter
from clappper.render.regions import Region
from clappper.render.scrims import USUAL, scrim_for
from clappper.render.tones import Veil
from clappper.timeline.model import Branding, Clip, Solid, Timeline, Title, TitleRole, Track, TrackKind

TEXTS = {
    TitleRole.PRODUCT: "Auric Chrono S",
    TitleRole.HEADLINE: "Own Your Time",
    TitleRole.SUBHEAD: "Precision machining with sapphire glass",
    TitleRole.PRICE: "$299",
    TitleRole.URL: "auric.example.com",
    TitleRole.LEGAL: "While stocks last. Prices include VAT.",
}


def timeline(group: str, *, ground: str = "") -> Timeline:
    tracks = [
        Track(role, TrackKind.OVERLAY, role, (Clip(role, Title(role, text, group=group), FrameRange(0, 60)),))
        for role, text in TEXTS.items()
    ]
    if ground:
        tracks.insert(0, Track("v", TrackKind.VIDEO, "v", (Clip("g", Solid(ground), FrameRange(0, 60)),)))
    branding = Branding(colours=("#D4AF37", "#111111"), palette="warm")
    return Timeline("t", "t", FrameRate(30), 60, tuple(tracks), branding=branding)


def over_white(canvas: Canvas, layers: tuple[Layer, ...]) -> NDArray[np.float64]:
    """Give the luminance of white footage under ``layers``, 0..1."""
    room = 200
    picture = np.full((canvas.height + 2 * room, canvas.width + 2 * room, 3), 255.0)
    for layer in layers:
        height, width = layer.rgba.shape[:2]
        part = picture[layer.y + room : layer.y + room + height, layer.x + room : layer.x + room + width]
        cover = layer.rgba[..., 3:] / 255.0 * layer.opacity
        part[:] = part * (1.0 - cover) + layer.rgba[..., :3] * cover
    value = picture[room:-room, room:-room] / 255.0
    return luminance(value)


def measured(placed: PlacedTitle, stack: Stack, luminance: NDArray[np.float64]) -> float:
    """Compare a title's ink with the lightest tenth of what lies around its letters."""
    assert isinstance(placed.setting, Lettering)
    mask = np.zeros(luminance.shape, np.uint8)
    for part in draw(placed.setting, stack.inks, centred=placed.centred, shaded=False):
        height, width = part.picture.shape[:2]
        y, x = placed.y + part.y, placed.x + part.x
        mask[y : y + height, x : x + width] |= part.picture[..., 3]
    ink = mask > 0.95 * mask.max()
    around = (cv2.dilate(mask, np.ones((7, 7))) > 0) & (cv2.dilate(mask, np.ones((3, 3))) == 0)
    return float((luminance[ink].mean() + 0.05) / (np.quantile(luminance[around], 0.9) + 0.05))


@pytest.mark.parametrize("aspect", ["9:16", "16:9"])
@pytest.mark.parametrize("group", ["s1", "endcard"])
def test_titles_read_on_white_footage(group: str, aspect: str) -> None:
    edit, canvas = timeline(group), Canvas.of(aspect, 0.5)
    luminance = over_white(canvas, TitlePainter(edit, Path(), canvas).layers(50))
    for stack in lay_out(edit, Path(), canvas):
        for placed in stack.titles:
            least = READABLE_LARGE if placed.title.role is TitleRole.PRICE else READABLE
            assert measured(placed, stack, luminance) >= least, placed.title.role


def test_a_scrim_begins_and_ends_softly_inside_the_canvas() -> None:
    canvas = Canvas.of("9:16", 0.25)
    for stack in lay_out(timeline("s1"), Path(), canvas):
        scrim = scrim_for(stack, canvas)
        assert scrim is not None
        alpha = scrim.draw()[..., 3].astype(int)
        assert (scrim.x, scrim.width) == (0, canvas.width)
        assert 0 <= scrim.y < scrim.y + scrim.height <= canvas.height
        assert np.abs(np.diff(alpha, axis=0)).max() <= 8
        assert alpha.max() < 160


def test_plain_grounds_and_plates_need_no_scrim() -> None:
    canvas = Canvas.of("1:1", 0.25)
    assert all(
        scrim_for(stack, canvas) is None
        for stack in lay_out(timeline("s1", ground="#FFFFFF"), Path(), canvas)
    )
    assert {Region.CAPTION, Region.NOTE}.isdisjoint(USUAL)


def test_known_footage_gets_no_more_scrim_than_it_needs() -> None:
    canvas = Canvas.of("9:16", 0.25)
    (stack, *_) = (
        stack for stack in lay_out(timeline("s1"), Path(), canvas) if stack.region is Region.BOTTOM
    )
    assert scrim_for(replace(stack, veil=Veil("#FFFFFF", 0.0)), canvas) is None
    light = scrim_for(replace(stack, veil=Veil("#FFFFFF", 0.2)), canvas)
    assert light is not None
    picture = light.draw()
    assert picture[..., :3].min() == 255
    assert picture[..., 3].max() == round(0.2 * 255)
