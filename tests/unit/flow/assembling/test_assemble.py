from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.brief.plan import plan
from clappper.brief.schema import AdBrief, load_brief, to_dict
from clappper.brief.storyboard import Storyboard
from clappper.flow.assembling.assemble import Ingredients, Spoken, assemble, look_of
from clappper.flow.assembling.titles import rebind_titles
from clappper.timeline.model import (
    Clip,
    Footage,
    MediaKind,
    Take,
    Timeline,
    TrackKind,
    TransitionKind,
    from_json,
    to_json,
)
from clappper.timeline.queries import all_clips
from clappper.timeline.validate import validate

BEATS = [beat / 2 for beat in range(30)]


def brief_of(**changes: Any) -> AdBrief:
    scenes: list[dict[str, Any]] = [
        {"id": "s1", "start_s": 0, "end_s": 3, "type": "packshot", "intent": "Dolly-in on watch"},
        {"id": "s2", "start_s": 3, "end_s": 9, "type": "lifestyle", "intent": "City evening"},
        {"id": "s3", "start_s": 9, "end_s": 12, "type": "montage", "intent": "Energetic macro details"},
        {"id": "s4", "start_s": 12, "end_s": 15, "type": "endcard", "intent": "Center product"},
    ]
    data: dict[str, Any] = {
        "project": {"name": "Auric", "target_audience": "buyers", "aspect": "9:16", "duration_s": 15},
        "product": {
            "name": "Auric S",
            "key_benefit": "Precise for life",
            "price_text": "$299",
            "brand_colors": ["#D4AF37", "#111122"],
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
    timeline = ad_of(brief_of())
    assert from_json(to_json(timeline)) == timeline


@pytest.mark.parametrize(("available", "end"), [(900, 450), (450, 450), (449, 449), (420, 420)])
def test_music_plays_under_the_whole_ad(available: int, end: int) -> None:
    song = Take("song", "song.wav", MediaKind.AUDIO, FrameRange(0, available))
    music = next(track for track in ad_of(brief_of(), music=song).tracks if track.kind is TrackKind.MUSIC)
    assert [clip.placed for clip in music.clips] == [FrameRange(0, end)]


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


SCENES = st.lists(
    st.fixed_dictionaries(
        {
            "start_s": st.floats(0, 30),
            "length": st.floats(0.02, 12),
            "type": st.sampled_from(["packshot", "lifestyle", "montage", "endcard"]),
            "show_logo": st.booleans(),
            "show_price": st.booleans(),
            "texts": st.integers(0, 3),
        }
    ),
    min_size=1,
    max_size=7,
)


@given(SCENES, st.lists(st.floats(0, 40), max_size=40), st.booleans())
@settings(deadline=None)
def test_any_brief_becomes_a_sound_timeline(
    scenes: list[dict[str, Any]], beats: list[float], as_stills: bool
) -> None:
    data = to_dict(brief_of())
    data["scenes"] = [
        {
            "id": f"s{number}",
            "start_s": scene["start_s"],
            "end_s": scene["start_s"] + scene["length"],
            "type": scene["type"],
            "intent": "Energetic macro details",
            "overlays": {
                "show_logo": scene["show_logo"],
                "show_price": scene["show_price"],
                "text_blocks": [{"text": f"Line {line}"} for line in range(scene["texts"])],
            },
        }
        for number, scene in enumerate(scenes)
    ]
    brief = load_brief(data)
    storyboard = plan(brief, beats)
    kind = MediaKind.STILL if as_stills else MediaKind.VIDEO
    timeline = assemble(brief, storyboard, Ingredients(footage_for(storyboard, kind), logo="logo.svg"))
    assert validate(timeline) == ()
    assert all(0 <= clip.placed.start < clip.placed.end <= 450 for _, clip in all_clips(timeline))
    assert rebind_titles(timeline, brief) == timeline


def test_a_shot_in_which_nothing_moves_is_moved_over_but_not_an_end_card() -> None:
    brief = brief_of()
    planned = plan(brief, BEATS).scenes
    clips = all_clips(ad_of(brief, locked_off=frozenset(shot.id for shot in planned)))
    moved = {clip.id.removeprefix("shot-"): bool(clip.motion.scale) for _, clip in clips}
    assert {shot.id: moved[shot.id] for shot in planned} == {
        shot.id: shot.type != "endcard" for shot in planned
    }
    assert not any(clip.motion.scale for _, clip in all_clips(ad_of(brief)) if clip.id.startswith("shot-"))
