"""Whatever titles an ad has and whenever they are seen: apart, whole, and inside the safe zone."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.base.units import FrameRange, FrameRate
from clappper.render.aspects import safe_zone
from clappper.render.canvas import ASPECTS, Canvas
from clappper.render.layout import PlacedTitle, Stack, lay_out
from clappper.render.overlays import TitlePainter
from clappper.timeline.model import (
    Branding,
    Clip,
    Timeline,
    Title,
    TitlePosition,
    TitleRole,
    Track,
    TrackKind,
)

TEXTS = (
    "Own Your Time",
    "$299",
    "Geschwindigkeitsbegrenzungsanzeige für Donaudampfschiffe",
    "اكتشف وقتك مع Auric",
    "掌握你的时间，从现在开始",
    "word " * 25,
)
TITLES = st.builds(
    Title,
    role=st.sampled_from([role for role in TitleRole if role is not TitleRole.LOGO]),
    text=st.sampled_from(TEXTS),
    position=st.sampled_from(TitlePosition),
    group=st.sampled_from(["", "s1", "endcard"]),
)
PLACES = st.tuples(st.integers(0, 40), st.integers(1, 40)).map(lambda pair: FrameRange(pair[0], sum(pair)))


def timeline(shown: list[tuple[Title, FrameRange]], platform: str = "instagram") -> Timeline:
    tracks = tuple(
        Track(f"t{at}", TrackKind.OVERLAY, title.role, (Clip(f"c{at}", title, frames),))
        for at, (title, frames) in enumerate(shown)
    )
    return Timeline("t", "t", FrameRate(30), 80, tracks, branding=Branding(platform=platform))


def seen_together(one: PlacedTitle, other: PlacedTitle) -> bool:
    return one.clip.placed.overlaps(other.clip.placed)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(TITLES, PLACES), min_size=1, max_size=6),
    st.sampled_from(sorted(ASPECTS)),
    st.sampled_from(["instagram", "tiktok", "youtube", "other"]),
)
def test_titles_seen_together_never_meet(
    shown: list[tuple[Title, FrameRange]], aspect: str, platform: str
) -> None:
    canvas = Canvas.of(aspect, 0.5)
    placed = [title for stack in lay_out(timeline(shown, platform), Path(), canvas) for title in stack.titles]
    assert len(placed) == len(shown)
    left, top, right, bottom = safe_zone(platform, aspect).box(canvas)
    for title in placed:
        box = title.box
        assert left - 1 <= box.left <= box.right <= right + 1
        assert top - 1 <= box.top <= box.bottom <= bottom + 1
    for one, other in itertools.combinations(placed, 2):
        assert not (seen_together(one, other) and one.box.overlaps(other.box))


@pytest.mark.parametrize("frames", [1, 2, 3, 7])
def test_a_title_of_few_frames_is_seen(frames: int) -> None:
    short = timeline([(Title(TitleRole.HEADLINE, "Now"), FrameRange(10, 10 + frames))])
    painter = TitlePainter(short, Path(), Canvas.of("1:1", 0.1))
    seen = [painter.layers(frame) for frame in range(9, 11 + frames)]
    assert seen[0] == seen[-1] == ()
    assert any(layers for layers in seen)


def test_what_meets_the_end_card_only_in_part_keeps_clear_of_it() -> None:
    name = Title(TitleRole.PRODUCT, "Own Your Time")
    before, both = FrameRange(0, 20), FrameRange(0, 40)
    card = (Title(TitleRole.BUTTON, "Shop Now", group="endcard"), FrameRange(30, 80))
    stacks = lay_out(timeline([(name, before), (name, both), card]), Path(), Canvas.of("16:9"))
    placed = [title for stack in stacks for title in stack.titles]
    assert len({stack.region for stack in stacks}) == 2
    for one, other in itertools.combinations(placed, 2):
        assert not one.box.overlaps(other.box)


def test_titles_that_say_nothing_take_no_place() -> None:
    empty = [(Title(TitleRole.BUTTON, "  "), FrameRange(0, 9)), (Title(TitleRole.LOGO), FrameRange(0, 9))]
    assert lay_out(timeline(empty), Path(), Canvas.of("1:1")) == ()


def test_a_bottom_stack_reads_in_order_from_the_text_side() -> None:
    roles = [TitleRole.URL, TitleRole.HEADLINE, TitleRole.PRODUCT, TitleRole.SUBHEAD]
    shown = [(Title(role, "Own Your Time", group="s1"), FrameRange(0, 80)) for role in roles]
    (stack,) = lay_out(timeline(shown), Path(), Canvas.of("9:16"))
    order = [title.title.role for title in sorted(stack.titles, key=lambda title: title.y)]
    assert order == [TitleRole.PRODUCT, TitleRole.HEADLINE, TitleRole.SUBHEAD, TitleRole.URL]
    assert len({title.x for title in stack.titles}) == 1


def test_arabic_stands_on_the_right() -> None:
    shown = [(Title(TitleRole.HEADLINE, "اكتشف وقتك", group="s1"), FrameRange(0, 80))]
    (stack,) = lay_out(timeline(shown), Path(), Canvas.of("9:16"))
    assert stack.right_to_left
    assert stack.box.right == pytest.approx(safe_zone("instagram", "9:16").box(Canvas.of("9:16"))[2], abs=1)


def shown_over(*backdrops: tuple[float, float], role: TitleRole = TitleRole.PRICE) -> list[Stack]:
    titles = [
        (
            Title(one, "$299", group="endcard" if len(backdrops) > 1 else "s1", backdrop=behind),
            FrameRange(0, 80),
        )
        for one, behind in zip((role, TitleRole.HEADLINE, TitleRole.LEGAL), backdrops, strict=False)
    ]
    return list(lay_out(timeline(titles), Path(), Canvas.of("9:16", 0.25)))


def test_a_lone_price_over_changing_footage_stands_on_a_tag_and_needs_no_veil() -> None:
    (calm,) = shown_over((0.5, 0.6))
    (busy,) = shown_over((0.0, 0.8))
    assert (calm.inks.tag, calm.veil and calm.veil.opacity) == ("", 0.0)
    assert busy.inks.tag
    assert busy.veil
    assert busy.veil.opacity == 0.0
    (headline,) = shown_over((0.0, 0.8), role=TitleRole.HEADLINE)
    assert headline.veil
    assert headline.veil.opacity > 0.3


def test_titles_of_one_group_share_their_ink() -> None:
    inks = {stack.inks.text for stack in shown_over((0.5, 0.6), (0.5, 0.6), (0.1, 0.2))}
    assert len(inks) == 1


def test_one_title_that_is_not_known_leaves_the_stack_as_it_was() -> None:
    unknown = Title(TitleRole.HEADLINE, "Now", group="s1")
    known = Title(TitleRole.PRICE, "$299", group="s1", backdrop=(0.5, 0.6))
    frames = FrameRange(0, 80)
    (stack,) = lay_out(timeline([(unknown, frames), (known, frames)]), Path(), Canvas.of("9:16", 0.25))
    assert stack.veil is None


@pytest.mark.parametrize("platform", ["instagram", "tiktok", "youtube", "other"])
@pytest.mark.parametrize("aspect", sorted(ASPECTS))
def test_an_end_cards_words_leave_the_product_its_place(aspect: str, platform: str) -> None:
    texts = {
        TitleRole.HEADLINE: "Slow mornings, in your hands",
        TitleRole.PRICE: "$24",
        TitleRole.BUTTON: "Get Yours",
        TitleRole.URL: "kilnmoor.example",
    }
    shown = [(Title(role, text, group="endcard"), FrameRange(0, 80)) for role, text in texts.items()]
    canvas = Canvas.of(aspect)
    (stack,) = lay_out(timeline(shown, platform), Path(), canvas)
    placed = {title.title.role: title.box for title in stack.titles}
    price, button = placed[TitleRole.PRICE], placed[TitleRole.BUTTON]
    assert stack.box.top >= {"9:16": 0.455, "4:5": 0.43}.get(aspect, 0.41) * canvas.height
    assert button.height >= 96
    assert price.top + price.height / 2 == pytest.approx(button.top + button.height / 2, abs=1.5)
