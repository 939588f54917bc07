from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.base.errors import ClappperError
from clappper.brief.plan import plan, split_shot
from clappper.brief.schema import AdBrief, load_brief
from clappper.brief.storyboard import ShotSize, Storyboard

SCENES: list[dict[str, Any]] = [
    {"id": "s1", "start_s": 0, "end_s": 3, "type": "packshot", "intent": "Slow dolly-in on watch"},
    {"id": "s2", "start_s": 3, "end_s": 9, "type": "lifestyle", "intent": "City evening, warm lights"},
    {"id": "s3", "start_s": 9, "end_s": 12, "type": "montage", "intent": "Energetic cut with macro details"},
    {"id": "s4", "start_s": 12, "end_s": 15, "type": "endcard", "intent": "Center product, call to action"},
]


def brief_of(scenes: list[dict[str, Any]], duration_s: int = 15, **audio: Any) -> AdBrief:
    return load_brief(
        {
            "project": {
                "name": "Auric",
                "target_audience": "buyers",
                "aspect": "9:16",
                "duration_s": duration_s,
            },
            "product": {"name": "Auric S", "key_benefit": "Precise", "brand_colors": ["#D4AF37"]},
            "cta": {"headline": "Own it"},
            "audio": audio,
            "scenes": scenes,
        }
    )


def assert_covers_the_ad(storyboard: Storyboard) -> None:
    frames = [shot.frames for shot in storyboard.scenes]
    assert frames[0].start == 0
    assert frames[-1].end == storyboard.length_frames
    assert all(left.end == right.start for left, right in pairwise(frames))
    assert all(len(shot) > 0 for shot in frames)


def test_scenes_stand_on_whole_frames_and_cover_the_ad() -> None:
    storyboard = plan(brief_of(SCENES))
    assert_covers_the_ad(storyboard)
    assert storyboard.length_frames == 450
    starts = {shot.scene_id: shot.frames.start for shot in reversed(storyboard.scenes)}
    assert starts == {"s1": 0, "s2": 90, "s3": 270, "s4": 360}


def test_cuts_go_to_the_nearest_beat_and_say_so() -> None:
    storyboard = plan(brief_of(SCENES), [0.1, 3.1, 8.0, 12.0])
    starts = {shot.scene_id: shot for shot in reversed(storyboard.scenes)}
    assert starts["s2"].frames.start == 93
    assert starts["s2"].cut_reason == "Moved by +0.10 s from 3.00 s onto the beat."
    assert starts["s3"].cut_reason == "Kept at 9.00 s: no free beat within 0.35 s."
    assert starts["s4"].cut_reason == "Kept at 12.00 s: it is on a beat."
    assert starts["s2"].accents == (0, 240 - 93)


def test_the_brief_s_own_markers_go_before_detected_beats() -> None:
    storyboard = plan(brief_of(SCENES, beat_markers=[2.9, 11.8]), [3.1, 12.1])
    assert storyboard.beats == (87, 354)
    assert storyboard.scenes[1].frames.start == 87


def test_a_montage_is_cut_on_beats_into_shots_of_changing_size() -> None:
    storyboard = plan(brief_of(SCENES), [beat / 2 for beat in range(30)])
    montage = [shot for shot in storyboard.scenes if shot.scene_id == "s3"]
    assert len(montage) >= 2
    assert [shot.id for shot in montage] == [f"s3.{number}" for number in range(1, len(montage) + 1)]
    assert all(shot.frames.start in storyboard.beats for shot in montage)
    assert all(left.shot_size is not right.shot_size for left, right in pairwise(montage))
    assert all(shot.transition is None for shot in montage[1:])
    assert len(plan(brief_of(SCENES), cut_montages=False).scenes) == 4


def test_parts_never_take_another_scene_s_name() -> None:
    scenes = [SCENES[0], {**SCENES[2], "start_s": 3, "id": "m"}, {**SCENES[3], "id": "m.1"}]
    ids = [shot.id for shot in plan(brief_of(scenes)).scenes]
    assert len(set(ids)) == len(ids)
    assert "m..1" in ids


def test_sizes_follow_the_words_then_vary() -> None:
    storyboard = plan(brief_of(SCENES), cut_montages=False)
    sizes = [shot.shot_size for shot in storyboard.scenes]
    assert sizes == [ShotSize.MCU, ShotSize.WIDE, ShotSize.CU, ShotSize.MCU]


def test_footage_reaches_under_the_transitions() -> None:
    storyboard = plan(brief_of(SCENES))
    assert storyboard.scenes[1].transition
    assert storyboard.scenes[1].transition.kind == "dissolve"
    assert storyboard.scenes[-1].transition
    assert storyboard.scenes[-1].transition.kind == "dip"
    for before, after in pairwise(storyboard.scenes):
        length = after.transition.length_frames if after.transition else 0
        assert (after.handle_before, before.handle_after) == (length // 2, length - length // 2)
        assert length <= min(len(before.frames), len(after.frames)) // 2
    assert storyboard.scenes[0].footage_frames == 90 + storyboard.scenes[0].handle_after


def test_gaps_and_overlaps_are_shared_and_noted() -> None:
    scenes = [SCENES[0], {**SCENES[1], "start_s": 3.5}, {**SCENES[3], "start_s": 8.8}]
    storyboard = plan(brief_of(scenes))
    assert_covers_the_ad(storyboard)
    assert [shot.frames.start for shot in storyboard.scenes] == [0, 98, 267]
    assert storyboard.notes == (
        "Scenes s1 and s2 share the gap of 0.50 s between them.",
        "Scenes s2 and s4 share the overlap of 0.20 s between them.",
    )


def test_scene_beats_travel_with_their_shot() -> None:
    beats = [{"start": 0, "end": 1, "action": "light"}, {"start": 1, "end": 3, "action": "turn"}]
    storyboard = plan(brief_of([SCENES[0], SCENES[1], {**SCENES[2], "beats": beats}, SCENES[3]]))
    montage = [shot for shot in storyboard.scenes if shot.scene_id == "s3"]
    assert [beat.action for beat in montage[0].beats] == ["light"] + ["turn"] * (len(montage[0].frames) > 30)
    assert [beat.action for beat in montage[-1].beats] == ["turn"]
    assert ". turn." in montage[-1].prompt + "."
    assert "light" not in montage[-1].prompt
    assert montage[-1].beats[0].start == 0.0
    assert montage[-1].beats[0].end == pytest.approx(len(montage[-1].frames) / 30)


def test_prompts_carry_the_words_and_keep_letters_out() -> None:
    shot = plan(brief_of(SCENES)).scenes[0]
    assert shot.prompt.startswith("medium close-up, slow dolly in. Slow dolly-in on watch")
    assert "letters" in shot.negative
    assert "faces" in shot.negative


@given(
    st.lists(st.tuples(st.floats(0, 80), st.floats(0.01, 30)), min_size=1, max_size=12),
    st.lists(st.floats(0, 70), max_size=80),
    st.integers(8, 60),
)
@settings(deadline=None)
def test_any_brief_becomes_a_whole_ad(
    spans: list[tuple[float, float]], beats: list[float], duration_s: int
) -> None:
    kinds = ["packshot", "lifestyle", "montage", "endcard"]
    scenes = [
        {
            "id": f"s{number}",
            "start_s": start,
            "end_s": start + length,
            "type": kinds[number % 4],
            "intent": "macro of it",
        }
        for number, (start, length) in enumerate(spans)
    ]
    storyboard = plan(brief_of(scenes, duration_s), beats)
    assert_covers_the_ad(storyboard)
    assert len({shot.id for shot in storyboard.scenes}) == len(storyboard.scenes)


def test_a_shot_too_long_for_a_provider_is_cut() -> None:
    brief = brief_of(SCENES)
    storyboard = plan(brief, [beat / 2 for beat in range(30)])
    cut = split_shot(storyboard, brief, "s2", 4.0)
    assert_covers_the_ad(cut)
    parts = [shot for shot in cut.scenes if shot.scene_id == "s2"]
    assert [shot.id for shot in parts] == ["s2.1", "s2.2"]
    assert all(shot.footage_frames <= 120 for shot in parts)
    assert parts[1].frames.start in storyboard.beats
    assert parts[0].shot_size is not parts[1].shot_size
    assert parts[0].transition == storyboard.scenes[1].transition
    assert split_shot(storyboard, brief, "s2", 10.0) is storyboard


def test_a_shot_is_not_cut_into_flickers() -> None:
    brief = brief_of(SCENES)
    with pytest.raises(ClappperError, match="s2 cannot be cut"):
        split_shot(plan(brief), brief, "s2", 0.2)
    with pytest.raises(ClappperError, match="no shot s9"):
        split_shot(plan(brief), brief, "s9", 5.0)
