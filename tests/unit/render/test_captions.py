"""Caption faces in pictures: the word being said stands out, where it should, and is read on anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clappper.base.colours import contrast
from clappper.base.units import FrameRange, FrameRate
from clappper.render.canvas import Canvas
from clappper.render.captions import FACES, LAST_RESORT, highlight_colour
from clappper.render.contrast import BLACK, READABLE
from clappper.render.layout import Stack, lay_out
from clappper.render.overlays import Layer, TitlePainter
from clappper.timeline.captions import Caption, set_own_look, with_captions
from clappper.timeline.model import (
    Branding,
    CaptionFace,
    CaptionLook,
    CaptionPlace,
    Clip,
    Highlight,
    Timeline,
    Title,
    TitlePosition,
    TitleRole,
    Track,
    TrackKind,
)

BRAND = (232, 163, 61)
TALL = Canvas(540, 960, "9:16")


def captioned(look: CaptionLook, text: str = "warm mug", *titles: Clip) -> Timeline:
    overlay = Track("o", TrackKind.OVERLAY, "Titles", titles)
    bare = Timeline("ad", "Ad", FrameRate(30), 90, (overlay,), captions=look)
    return with_captions(bare, (Caption(FrameRange(0, 60), text, (0, 30)),))


def word(painter: TitlePainter, frame: int) -> tuple[int, int]:
    """Give the leftmost and rightmost column, of the canvas, that is of the brand's colour."""
    layer = painter.layers(frame)[-1]
    marked = np.abs(layer.rgba[..., :3].astype(int) - BRAND).max(axis=2) < 24
    columns = np.flatnonzero((marked & (layer.rgba[..., 3] > 200)).any(axis=0)) + layer.x
    return (int(columns[0]), int(columns[-1])) if len(columns) else (-1, -1)


@pytest.mark.parametrize("face", list(CaptionFace))
@pytest.mark.parametrize("highlight", [Highlight.COLOUR, Highlight.BOX])
def test_the_word_being_said_goes_on_from_the_first_to_the_second(
    face: CaptionFace, highlight: Highlight
) -> None:
    painter = TitlePainter(captioned(CaptionLook(face, highlight)), Path(), TALL)
    first, second = word(painter, 10), word(painter, 40)
    assert 0 < first[0] < first[1] < TALL.width / 2 + 30
    assert second[0] > first[1] - 12
    assert painter.layers(10)[-1].rgba is painter.layers(29)[-1].rgba


def test_from_right_to_left_the_first_word_is_the_right_one() -> None:
    look = CaptionLook(CaptionFace.OUTLINED, Highlight.COLOUR)
    painter = TitlePainter(captioned(look, "שלום עולם"), Path(), TALL)
    assert word(painter, 10)[0] > word(painter, 40)[1] - 12


def test_without_a_highlight_nothing_is_of_the_brand_and_the_picture_stays() -> None:
    painter = TitlePainter(captioned(CaptionLook(CaptionFace.BOLD)), Path(), TALL)
    assert word(painter, 10) == (-1, -1)
    assert painter.layers(10)[-1].rgba is painter.layers(40)[-1].rgba


@pytest.mark.parametrize("face", [CaptionFace.OUTLINED, CaptionFace.BOLD])
def test_an_outline_is_dark_all_around_white_letters(face: CaptionFace) -> None:
    layer = TitlePainter(captioned(CaptionLook(face)), Path(), TALL).layers(10)[-1]
    solid = layer.rgba[layer.rgba[..., 3] > 250][:, :3].astype(int)
    dark = (solid.max(axis=1) < 40).mean()
    assert 0.2 < dark < 0.75
    assert not (_edge(layer) > 128).any()


def _edge(layer: Layer) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Nothing of a letter is cut off at its picture's edge."""
    alpha = layer.rgba[..., 3]
    return np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])


def stack_of(timeline: Timeline, role: TitleRole) -> Stack:
    stacks = lay_out(timeline, Path(), TALL)
    return next(stack for stack in stacks if stack.titles[0].title.role is role)


def test_captions_keep_to_their_place_and_titles_to_theirs() -> None:
    title = Clip("t", Title(TitleRole.TEXT, "Amber inside"), FrameRange(0, 60))
    boxes = {}
    for place in CaptionPlace:
        timeline = captioned(CaptionLook(CaptionFace.BOLD, place=place), "warm mug", title)
        captions, text = stack_of(timeline, TitleRole.CAPTION).box, stack_of(timeline, TitleRole.TEXT).box
        assert not captions.overlaps(text)
        boxes[place] = captions.top
    assert boxes[CaptionPlace.TOP] < boxes[CaptionPlace.MIDDLE] < boxes[CaptionPlace.BOTTOM]


def test_captions_leave_the_middle_to_a_title_that_stands_there() -> None:
    middle = Clip("t", Title(TitleRole.TEXT, "Amber", position=TitlePosition.CENTER), FrameRange(0, 60))
    asked = captioned(CaptionLook(place=CaptionPlace.MIDDLE), "warm mug", middle)
    plain = captioned(CaptionLook(place=CaptionPlace.BOTTOM), "warm mug", middle)
    assert stack_of(asked, TitleRole.CAPTION).box == stack_of(plain, TitleRole.CAPTION).box


def test_size_and_capitals_are_the_looks() -> None:
    small = stack_of(captioned(CaptionLook(CaptionFace.BOLD, size=0.7)), TitleRole.CAPTION)
    large = stack_of(captioned(CaptionLook(CaptionFace.BOLD, size=1.4)), TitleRole.CAPTION)
    assert large.titles[0].setting.em == pytest.approx(2 * small.titles[0].setting.em, rel=0.02)
    assert FACES[CaptionFace.BOLD].capitals


@pytest.mark.parametrize("colours", [("#101010",), ("#FFFFFF",), ("#0000FF", "#202020"), ("#E8A33D",)])
def test_a_highlight_reads_on_black_and_is_told_from_white(colours: tuple[str, ...]) -> None:
    colour = highlight_colour(CaptionLook(highlight=Highlight.COLOUR), Branding(colours))
    assert contrast(colour, BLACK) >= READABLE
    assert contrast(colour, "#FFFFFF") >= 1.25
    assert highlight_colour(CaptionLook(), Branding(("#FFFFFF",))) == LAST_RESORT


def test_a_caption_with_a_look_of_its_own_is_drawn_and_placed_by_that() -> None:
    two = (Caption(FrameRange(0, 30), "one two"), Caption(FrameRange(30, 60), "one two"))
    own = CaptionLook(CaptionFace.BOLD, Highlight.BOX, CaptionPlace.TOP)
    ad = set_own_look(with_captions(captioned(CaptionLook()), two), {FrameRange(30, 60)}, own)
    usual, other = lay_out(ad, Path(), TALL)
    assert usual.box.top > TALL.height / 2 > other.box.bottom
    painter = TitlePainter(ad, Path(), TALL)
    assert word(painter, 10) == (-1, -1)
    assert word(painter, 40)[0] > 0
