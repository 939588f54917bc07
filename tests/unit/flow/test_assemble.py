from dataclasses import replace
from typing import Any

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.brief.plan import plan
from clappper.brief.schema import AdBrief, load_brief
from clappper.brief.storyboard import Storyboard
from clappper.flow.assemble import Ingredients, Spoken, assemble, look_of
from clappper.flow.titles import rebind_titles, text_of
from clappper.timeline.model import (
    Clip,
    Footage,
    MediaKind,
    Take,
    Timeline,
    Title,
    TitleRole,
    TrackKind,
    TransitionKind,
    from_json,
    to_json,
)
from clappper.timeline.validate import validate

BEATS = [beat / 2 for beat in range(30)]


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


def footage_for(storyboard: Storyboard, kind: MediaKind = MediaKind.VIDEO) -> dict[str, Take]:
    return {
        shot.id: Take(shot.id, f"{shot.id}.mp4", kind, FrameRange(0, shot.footage_frames))
        for shot in storyboard.scenes
    }


def ad_of(brief: AdBrief, **ingredients: Any) -> Timeline:
    storyboard = plan(brief, BEATS)
    parts = Ingredients(**{"shots": footage_for(storyboard), "logo": "logo.svg", **ingredients})
    timeline = assemble(brief, storyboard, parts)
    assert validate(timeline) == ()
    return timeline


def titles_of(timeline: Timeline) -> dict[str, tuple[Title, FrameRange]]:
    return {
        clip.id: (clip.content, clip.placed)
        for track in timeline.tracks
        for clip in track.clips
        if isinstance(clip.content, Title)
    }


def test_shots_stand_where_they_were_planned_with_their_handles() -> None:
    brief = brief_of()
    storyboard = plan(brief, BEATS)
    shots = ad_of(brief).tracks[0].clips
    assert [clip.placed for clip in shots] == [shot.frames for shot in storyboard.scenes]
    assert [clip.source_start for clip in shots] == [shot.handle_before for shot in storyboard.scenes]
    last = shots[-1].transition
    assert last
    assert last.kind in TransitionKind
    assert last.colour == "#111122"
    assert shots[2].scene_id == "s3"


def test_a_timeline_survives_json() -> None:
    timeline = ad_of(brief_of(s1={"show_logo": True}))
    assert from_json(to_json(timeline)) == timeline


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


def test_an_end_card_can_refuse_the_logo() -> None:
    assert "endcard-logo" not in titles_of(ad_of(brief_of(s4={"show_logo": False})))


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


def test_music_repeats_when_short_and_fades_out() -> None:
    song = Take("song", "song.wav", MediaKind.AUDIO, FrameRange(0, 200))
    music = next(track for track in ad_of(brief_of(), music=song).tracks if track.kind is TrackKind.MUSIC)
    assert [clip.placed for clip in music.clips] == [
        FrameRange(0, 200),
        FrameRange(200, 400),
        FrameRange(400, 450),
    ]
    assert [clip.fade_out_frames for clip in music.clips] == [0, 0, 36]


def test_voice_pieces_keep_out_of_each_other() -> None:
    def speech(name: str) -> Take:
        return Take(name, f"{name}.wav", MediaKind.AUDIO, FrameRange(0, 100))

    voice = (Spoken(speech("b"), 80), Spoken(speech("a"), 10), Spoken(speech("c"), 440))
    track = next(track for track in ad_of(brief_of(), voice=voice).tracks if track.kind is TrackKind.VOICE)
    assert [clip.placed for clip in track.clips] == [
        FrameRange(10, 110),
        FrameRange(110, 210),
        FrameRange(440, 450),
    ]


def test_stills_are_pushed_in() -> None:
    brief = brief_of()
    storyboard = plan(brief, BEATS)
    clip = ad_of(brief, shots=footage_for(storyboard, MediaKind.STILL)).tracks[0].clips[0]
    assert [keyframe.value for keyframe in clip.motion.scale] == [1.0, 1.08]
    assert clip.motion.scale[-1].frame == storyboard.scenes[0].footage_frames


def test_short_footage_is_slowed_or_refused() -> None:
    brief = brief_of()
    shots = footage_for(plan(brief, BEATS))
    shots["s1"] = replace(shots["s1"], available=FrameRange(0, 60))
    clip: Clip = ad_of(brief, shots=shots).tracks[0].clips[0]
    assert isinstance(clip.content, Footage)
    assert clip.speed < 1
    assert clip.source_at(clip.placed.end - 1) < 60
    shots["s1"] = replace(shots["s1"], available=FrameRange(0, 30))
    with pytest.raises(ClappperError, match="Shot s1 has footage for 30 of its 90 frames"):
        ad_of(brief, shots=shots)


def test_missing_footage_is_named() -> None:
    with pytest.raises(ClappperError, match="Shot s1 has no footage"):
        ad_of(brief_of(), shots={})


def test_the_style_pack_becomes_a_gentle_look() -> None:
    assert look_of(brief_of()).grade.temperature > 0
    assert look_of(brief_of(), "looks/brand.cube").grade.temperature == 0
    assert look_of(brief_of(product={"style_pack": {"palette_hint": "cool"}})).grade.temperature < 0
    assert look_of(brief_of(product={"style_pack": {"visual_style": ["vintage film"]}})).grain > 0
