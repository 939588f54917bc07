from typing import Any

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.brief.plan import plan
from clappper.brief.schema import AdBrief, load_brief, to_dict
from clappper.brief.templates import template
from clappper.flow.assembling.titles import rebind_titles, text_of, title_tracks, with_text
from clappper.timeline.model import Timeline, Title, TitleRole
from clappper.timeline.validate import validate


def brief_of(**changes: Any) -> AdBrief:
    scenes: list[dict[str, Any]] = [
        {"id": "s1", "start_s": 0, "end_s": 3, "type": "packshot", "intent": "Dolly-in on watch"},
        {"id": "s2", "start_s": 3, "end_s": 9, "type": "lifestyle", "intent": "City evening"},
        {"id": "s3", "start_s": 9, "end_s": 12, "type": "montage", "intent": "Energetic macro details"},
        {"id": "s4", "start_s": 12, "end_s": 15, "type": "endcard", "intent": "Center product"},
    ]
    for scene in scenes:
        scene["overlays"] = changes.pop(scene["id"], {})
    data: dict[str, Any] = {
        "project": {"name": "Auric", "target_audience": "buyers", "aspect": "9:16", "duration_s": 15},
        "product": {
            "name": "Auric S",
            "key_benefit": "Precise for life",
            "price_text": "$299",
            "brand_colors": ["#D4AF37", "#111122"],
            "logo": "logo.svg",
            "style_pack": {"palette_hint": "warm"},
        },
        "cta": {
            "headline": "Own it",
            "url": "https://auric.example",
            "legal_disclaimer": "While stocks last.",
        },
        "scenes": scenes,
    }
    for name, value in changes.items():
        data[name] = {**data.get(name, {}), **value}
    return load_brief(data)


def ad_of(brief: AdBrief, *, logo: str = "logo.svg") -> Timeline:
    storyboard = plan(brief, [beat / 2 for beat in range(30)])
    tracks = title_tracks(brief, storyboard, logo)
    timeline = Timeline("ad", "Ad", storyboard.rate, storyboard.length_frames, tracks)
    assert validate(timeline) == ()
    return timeline


def titles_of(timeline: Timeline) -> dict[str, tuple[Title, FrameRange]]:
    return {
        clip.id: (clip.content, clip.placed)
        for track in timeline.tracks
        for clip in track.clips
        if isinstance(clip.content, Title)
    }


def test_the_end_card_stands_to_the_last_frame_and_gives_the_button_its_time() -> None:
    titles = titles_of(ad_of(brief_of(s4={"show_price": True})))
    card = {title.role: placed for title, placed in titles.values() if title.group == "endcard"}
    assert set(card) == {
        TitleRole.LOGO,
        TitleRole.HEADLINE,
        TitleRole.PRICE,
        TitleRole.BUTTON,
        TitleRole.URL,
        TitleRole.LEGAL,
    }
    assert all(placed.end == 450 for placed in card.values())
    assert len(card[TitleRole.BUTTON]) >= 75
    assert card[TitleRole.LOGO].start > 360


def test_without_an_end_card_the_last_seconds_call_to_action() -> None:
    brief = brief_of()
    scenes = (*brief.scenes[:3], brief.scenes[3].model_copy(update={"type": "lifestyle"}))
    titles = titles_of(ad_of(brief.model_copy(update={"scenes": scenes})))
    assert len(titles["endcard-button"][1]) >= 75
    assert "endcard-logo" not in titles


def test_the_call_to_action_is_not_said_twice_at_once() -> None:
    brief = brief_of(s4={"text_blocks": [{"text": "own it"}]})
    scenes = (*brief.scenes[:3], brief.scenes[3].model_copy(update={"type": "lifestyle"}))
    for last in (brief, brief.model_copy(update={"scenes": scenes})):
        assert "text-s4-1" not in titles_of(ad_of(last))


def test_the_end_card_is_locked() -> None:
    clips = [clip for track in ad_of(brief_of()).tracks for clip in track.clips]
    assert {clip.id for clip in clips if clip.locked} == {
        clip.id for clip in clips if clip.id.startswith("endcard")
    }


def test_a_logo_over_neighbouring_scenes_is_one_clip() -> None:
    shown = {"show_logo": True}
    titles = titles_of(ad_of(brief_of(s1=shown, s2=shown)))
    logo, placed = titles["logo-s1"]
    assert logo.image == "logo.svg"
    assert placed.start < 8
    assert 260 < placed.end <= 270
    assert "logo-s2" not in titles


def test_without_a_logo_file_no_logo_is_shown() -> None:
    titles = titles_of(ad_of(brief_of(s1={"show_logo": True}), logo=""))
    assert not any(title.role is TitleRole.LOGO for title, _ in titles.values())


def test_a_brief_can_refuse_the_logo() -> None:
    titles = titles_of(ad_of(brief_of(s1={"show_logo": True}, product={"no_logo": True})))
    assert not any(title.role is TitleRole.LOGO for title, _ in titles.values())


def test_a_saved_brief_shows_the_same_titles() -> None:
    brief = brief_of(s1={"show_logo": True})
    assert ad_of(load_brief(to_dict(brief))) == ad_of(brief)


def test_the_price_stays_long_enough_to_read() -> None:
    brief = brief_of(s1={"show_price": True})
    short = brief.scenes[0].model_copy(update={"end_s": 1.0})
    longer = brief.scenes[1].model_copy(update={"start_s": 1.0})
    brief = brief.model_copy(update={"scenes": (short, longer, *brief.scenes[2:])})
    assert len(titles_of(ad_of(brief))["price-s1"][1]) >= 45


def test_text_blocks_sit_inside_their_scene_and_do_not_repeat_the_card() -> None:
    blocks = {"text_blocks": [{"text": "Own It"}, {"text": "Made in Graz", "position": "top"}]}
    titles = titles_of(ad_of(brief_of(s2=blocks, s4=blocks)))
    inside = [placed for name, (_, placed) in titles.items() if name.startswith("text-s2")]
    assert all(90 < placed.start < placed.end < 270 for placed in inside)
    assert [name for name in titles if name.startswith("text-s4")] == ["text-s4-2"]
    title = titles["text-s2-2"][0]
    assert (title.position, title.field) == ("top", "scenes[1].overlays.text_blocks[1].text")


def test_the_product_is_introduced_where_no_other_text_stands() -> None:
    titles = titles_of(ad_of(brief_of()))
    assert titles["product-s1"][0].text == "Auric S"
    assert titles["benefit-s2"][0].field == "product.key_benefit"
    said = {"text_blocks": [{"text": "Precise for Life"}]}
    assert "benefit-s2" not in titles_of(ad_of(brief_of(s3=said)))
    blocked = {"text_blocks": [{"text": "Made in Graz"}]}
    assert "product-s1" not in titles_of(ad_of(brief_of(s1=blocked)))


def test_titles_follow_the_brief() -> None:
    brief = brief_of(s1={"show_price": True}, s4={"show_price": True})
    product = brief.product.model_copy(update={"price_text": "$199"})
    cheaper = brief.model_copy(update={"product": product})
    timeline = rebind_titles(ad_of(brief), cheaper)
    prices = {title.text for title, _ in titles_of(timeline).values() if title.role is TitleRole.PRICE}
    assert prices == {"$199"}
    free = brief.model_copy(update={"product": brief.product.model_copy(update={"price_text": None})})
    gone = titles_of(rebind_titles(timeline, free)).values()
    assert not any(title.role is TitleRole.PRICE for title, _ in gone)
    assert any(title.role is TitleRole.LOGO for title, _ in gone)


def test_rebinding_to_the_same_brief_changes_nothing() -> None:
    brief = brief_of(s2={"text_blocks": [{"text": "Made in Graz"}]})
    timeline = ad_of(brief)
    assert rebind_titles(timeline, brief) == timeline


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("product.name", "Auric S"),
        ("scenes[1].intent", "City evening"),
        ("scenes[9].intent", None),
        ("cta.subhead", None),
        ("cta.nothing", None),
        ("project.duration_s", None),
    ],
)
def test_fields_are_read_by_their_path(field: str, text: str | None) -> None:
    assert text_of(brief_of(), field) == text


def test_a_short_end_card_gives_its_whole_time_to_the_call_to_action() -> None:
    brief = brief_of()
    scenes = (
        *brief.scenes[:2],
        brief.scenes[2].model_copy(update={"end_s": 13.5}),
        brief.scenes[3].model_copy(update={"start_s": 13.5}),
    )
    titles = titles_of(ad_of(brief.model_copy(update={"scenes": scenes})))
    assert titles["endcard-button"][1] == FrameRange(405, 450)


def test_titles_of_a_role_that_meet_get_a_track_each() -> None:
    blocks = {"text_blocks": [{"text": "One"}, {"text": "Two"}, {"text": "Three"}]}
    tracks = [track.id for track in ad_of(brief_of(s2=blocks)).tracks]
    assert tracks[:3] == ["titles-text", "titles-text-2", "titles-text-3"]


def test_words_are_written_where_they_are_read() -> None:
    brief = template("product-offer")
    changed = with_text(brief, "cta.headline", "Only today")
    assert text_of(changed, "cta.headline") == "Only today"
    assert to_dict(with_text(changed, "cta.headline", brief.cta.headline)) == to_dict(brief)
    with pytest.raises(ClappperError, match="no text at"):
        with_text(brief, "scenes[99].intent", "x")
