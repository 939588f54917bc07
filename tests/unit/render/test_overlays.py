"""Titles on every aspect: whole, apart, in the safe zone, cheap to repeat, moving only at their ends."""

import itertools
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRange, FrameRate
from clappper.render.aspects import safe_zone
from clappper.render.canvas import ASPECTS, Canvas
from clappper.render.layout import Stack, lay_out
from clappper.render.overlays import Layer, TitlePainter, unfit_titles
from clappper.timeline.model import (
    Branding,
    Clip,
    Keyframe,
    Motion,
    Solid,
    Timeline,
    Title,
    TitlePosition,
    TitleRole,
    Track,
    TrackKind,
)

LENGTH = 90
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100">'
    '<rect width="300" height="100" rx="50" fill="#E8A33D"/></svg>'
)
CARD = [
    Title(TitleRole.LOGO, image="logo.svg", group="endcard"),
    Title(TitleRole.HEADLINE, "Own Your Time", "cta.headline", group="endcard"),
    Title(TitleRole.PRICE, "$299", "product.price_text", group="endcard"),
    Title(TitleRole.BUTTON, "Shop Now", "cta.button_text", group="endcard"),
    Title(TitleRole.URL, "auric.example.com", "cta.url", group="endcard"),
    Title(TitleRole.LEGAL, "While stocks last. Prices include VAT.", "cta.legal", group="endcard"),
]
SCENE = [
    Title(TitleRole.LOGO, image="logo.svg", group="s1"),
    Title(TitleRole.PRODUCT, "Auric Chrono S", "product.name", group="s1"),
    Title(TitleRole.HEADLINE, "Geschwindigkeitsbegrenzung für alle", "cta.headline", group="s1"),
    Title(TitleRole.SUBHEAD, "Precision machining with sapphire glass", "product.key_benefit", group="s1"),
    Title(TitleRole.PRICE, "1 299,00 €", "product.price_text", group="s1"),
    Title(TitleRole.BUTTON, "Jetzt kaufen", "cta.button_text", group="s2", position=TitlePosition.BOTTOM),
    Title(TitleRole.TEXT, "Nur heute", "scenes[0].text", group="s1", position=TitlePosition.TOP),
    Title(TitleRole.TEXT, "اكتشف وقتك", "scenes[0].text", group="s1", position=TitlePosition.CENTER),
    Title(TitleRole.CAPTION, "And so it begins.", group="captions"),
    Title(TitleRole.DISCLOSURE, "Made with AI", group="notes"),
    Title(TitleRole.LEGAL, "While stocks last.", "cta.legal", group="s1"),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "logo.svg").write_text(LOGO, "utf-8")
    return tmp_path


WHOLE = FrameRange(0, LENGTH)


def timeline(titles: list[Title], *, frames: FrameRange = WHOLE, ground: str = "") -> Timeline:
    tracks = [
        Track(f"t{at}", TrackKind.OVERLAY, title.role, (Clip(f"c{at}", title, frames),))
        for at, title in enumerate(titles)
    ]
    if ground:
        tracks.insert(0, Track("v", TrackKind.VIDEO, "v", (Clip("g", Solid(ground), FrameRange(0, LENGTH)),)))
    return Timeline("t", "t", FrameRate(30), LENGTH, tuple(tracks), branding=Branding(platform="tiktok"))


def boxes_apart(stacks: tuple[Stack, ...]) -> bool:
    titles = [title for stack in stacks for title in stack.titles]
    return not any(one.box.overlaps(other.box) for one, other in itertools.combinations(titles, 2))


@pytest.mark.parametrize("aspect", sorted(ASPECTS))
@pytest.mark.parametrize("titles", [CARD, SCENE], ids=["card", "scene"])
def test_titles_are_apart_and_inside_the_safe_zone(root: Path, titles: list[Title], aspect: str) -> None:
    canvas = Canvas.of(aspect)
    stacks = lay_out(timeline(titles), root, canvas)
    left, top, right, bottom = safe_zone("tiktok", aspect).box(canvas)
    assert sum(len(stack.titles) for stack in stacks) == len(titles)
    assert boxes_apart(stacks)
    for title in (title for stack in stacks for title in stack.titles):
        assert title.box.left >= left - 1
        assert title.box.top >= top - 1
        assert title.box.right <= right + 1
        assert title.box.bottom <= bottom + 1


def test_an_end_card_has_its_logo_on_top_and_its_button_below(root: Path) -> None:
    placed = {
        title.title.role: title
        for stack in lay_out(timeline(CARD), root, Canvas.of("9:16"))
        for title in stack.titles
    }
    logo, headline, button = (
        placed[role].box for role in (TitleRole.LOGO, TitleRole.HEADLINE, TitleRole.BUTTON)
    )
    assert logo.bottom < headline.top < headline.bottom < button.top
    assert headline.top - logo.bottom > 200
    assert (logo.left + logo.right) / 2 == pytest.approx(540, abs=1)


def test_titles_that_follow_each_other_share_a_place(root: Path) -> None:
    both = timeline([replace(CARD[1], group="s1"), replace(CARD[1], text="Now", group="s1")])
    first, second = both.tracks
    later = replace(second, clips=(replace(second.clips[0], placed=FrameRange(40, 90)),))
    sooner = replace(first, clips=(replace(first.clips[0], placed=FrameRange(0, 40)),))
    stacks = lay_out(replace(both, tracks=(sooner, later)), root, Canvas.of("1:1"))
    bottoms = {title.box.bottom for stack in stacks for title in stack.titles}
    assert len(stacks) == 2
    assert max(bottoms) - min(bottoms) < 30


def layers_of(painter: TitlePainter, *frames: int) -> list[tuple[Layer, ...]]:
    return [painter.layers(frame) for frame in frames]


def test_settled_titles_give_the_same_pictures_again(root: Path) -> None:
    painter = TitlePainter(timeline(CARD), root, Canvas.of("9:16", 0.25))
    one, other = layers_of(painter, 60, 61)
    assert len(one) >= len(CARD)
    assert [id(layer.rgba) for layer in one] == [id(layer.rgba) for layer in other]
    assert all(layer.opacity == 1.0 for layer in one)
    assert all(layer.rgba.dtype == np.uint8 and layer.rgba.shape[2] == 4 for layer in one)


def test_the_same_frame_comes_back_as_the_same_objects_while_it_moves(root: Path) -> None:
    painter = TitlePainter(timeline(CARD), root, Canvas.of("1:1", 0.25))
    for frame in (2, 5, 9):
        one, other = layers_of(painter, frame, frame)
        assert [(id(a.rgba), a.x, a.y, a.opacity) for a in one] == [
            (id(b.rgba), b.x, b.y, b.opacity) for b in other
        ]


def test_two_painters_agree_byte_for_byte(root: Path) -> None:
    one, other = (TitlePainter(timeline(SCENE), root, Canvas.of("4:5", 0.25)).layers(4) for _ in range(2))
    assert [(a.x, a.y, a.opacity, a.rgba.tobytes()) for a in one] == [
        (b.x, b.y, b.opacity, b.rgba.tobytes()) for b in other
    ]


@pytest.mark.parametrize("kind", ["fade", "rise", "slide", "pop", "wipe", "reveal"])
def test_a_title_comes_in_stays_and_goes(root: Path, kind: str) -> None:
    title = Title(TitleRole.URL, "auric.example.com", enter=kind, leave="fade")
    painter = TitlePainter(
        timeline([title], frames=FrameRange(10, 60), ground="#000000"), root, Canvas.of("1:1", 0.25)
    )
    assert painter.layers(9) == painter.layers(60) == ()
    ink = [
        sum(float(seen.rgba[..., 3].sum()) * seen.opacity for seen in painter.layers(at))
        for at in range(10, 60)
    ]
    assert ink[0] < 0.6 * ink[25]
    assert ink[-1] < 0.4 * ink[25]
    assert len({round(amount) for amount in ink[16:40]}) == 1


def test_a_cut_is_there_at_once_and_the_last_frame_still_shows_it(root: Path) -> None:
    title = Title(TitleRole.URL, "auric.example.com", enter="none", leave="fade")
    painter = TitlePainter(timeline([title], ground="#000000"), root, Canvas.of("1:1", 0.25))
    (first,), (last,) = layers_of(painter, 0, LENGTH - 1)
    assert (first.x, first.y, first.opacity) == (last.x, last.y, last.opacity)
    assert first.rgba is last.rgba
    assert first.opacity == 1.0


def test_an_unknown_animation_is_refused(root: Path) -> None:
    with pytest.raises(UnusableInputError, match="explode"):
        TitlePainter(timeline([Title(TitleRole.URL, "x", enter="explode")]), root, Canvas.of("1:1", 0.1))


def test_a_missing_logo_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match=r"logo\.svg"):
        TitlePainter(timeline(CARD), tmp_path, Canvas.of("1:1", 0.1))


def test_keyframes_move_and_fade_a_title(root: Path) -> None:
    still = timeline([Title(TitleRole.URL, "auric.example.com", enter="none")], ground="#000000")
    clip = still.tracks[1].clips[0]
    motion = Motion(x=(Keyframe(0, 0.25),), opacity=(Keyframe(0, 0.5),), scale=(Keyframe(0, 2.0),))
    moved = replace(
        still, tracks=(still.tracks[0], replace(still.tracks[1], clips=(replace(clip, motion=motion),)))
    )
    canvas = Canvas.of("1:1", 0.25)
    before, after = (TitlePainter(edit, root, canvas).layers(30)[0] for edit in (still, moved))
    assert after.opacity == 0.5
    assert after.rgba.shape[1] == 2 * before.rgba.shape[1]
    middle = [layer.x + layer.rgba.shape[1] / 2 for layer in (before, after)]
    assert middle[1] - middle[0] == pytest.approx(0.25 * canvas.width, abs=1.5)


def test_footage_gets_a_scrim_and_a_plain_ground_does_not(root: Path) -> None:
    canvas = Canvas.of("9:16", 0.25)
    text = [Title(TitleRole.HEADLINE, "Own Your Time", group="s1")]
    over_footage = TitlePainter(timeline(text), root, canvas).layers(60)
    over_white = TitlePainter(timeline(text, ground="#FFFFFF"), root, canvas).layers(60)
    assert over_footage[0].rgba.shape[1] == canvas.width
    assert len(over_white) == 1
    ink = over_white[0].rgba
    assert ink[ink[..., 3] > 200][:, :3].max() < 40


def test_a_muted_track_is_not_seen(root: Path) -> None:
    shown = timeline([Title(TitleRole.URL, "auric.example.com")])
    muted = replace(shown, tracks=(replace(shown.tracks[0], muted=True),))
    assert TitlePainter(muted, root, Canvas.of("1:1", 0.1)).layers(30) == ()


def test_titles_that_fit_are_no_news(root: Path) -> None:
    for aspect in ASPECTS:
        assert unfit_titles(timeline(CARD), Canvas.of(aspect), root) == ()


def test_a_title_too_long_says_which_and_what_would_fit(root: Path) -> None:
    text = "Discover the one and only watch that " + "truly " * 30 + "matters"
    (found,) = unfit_titles(timeline([replace(CARD[1], text=text)]), Canvas.of("9:16"), root)
    assert (found.field, found.text) == ("cta.headline", text)
    assert text.startswith(found.longest)
    assert len(found.longest) > 20
    assert "9:16" in found.reason


def test_too_many_titles_in_one_place_are_reported_and_still_apart(root: Path) -> None:
    many = timeline(
        [Title(TitleRole.TEXT, f"Number {n} of many lines", f"f{n}", group="s1") for n in range(30)]
    )
    canvas = Canvas.of("16:9")
    assert boxes_apart(lay_out(many, root, canvas))
    assert {found.field for found in unfit_titles(many, canvas, root)} == {f"f{n}" for n in range(30)}


def test_a_character_without_a_glyph_is_named(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    fire = timeline([Title(TitleRole.TEXT, "Hot 🔥", "scenes[0].text")])
    (found,) = unfit_titles(fire, Canvas.of("1:1"), root)
    assert "🔥 (fire)" in found.reason
    with caplog.at_level(logging.INFO):
        TitlePainter(fire, root, Canvas.of("1:1", 0.1))
    assert "fire" in caplog.text
