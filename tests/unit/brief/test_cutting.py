from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.brief.cutting import cut_montage, cut_scenes
from clappper.brief.schema import AdBrief, load_brief


def brief_of(spans: list[tuple[float, float]], duration_s: int = 8) -> AdBrief:
    scenes = [
        {"id": f"s{number}", "start_s": start, "end_s": end, "type": "lifestyle", "intent": "City"}
        for number, (start, end) in enumerate(spans, start=1)
    ]
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
            "scenes": scenes,
        }
    )


def test_scenes_are_taken_in_the_order_of_their_time() -> None:
    cuts = cut_scenes(brief_of([(5, 8), (0, 5)]), ())
    assert [(cut.scene.id, cut.frames) for cut in cuts.scenes] == [
        ("s2", FrameRange(0, 150)),
        ("s1", FrameRange(150, 240)),
    ]
    assert [cut.reason for cut in cuts.scenes] == [
        "The ad starts here.",
        "Kept at 5.00 s: there are no beats to meet.",
    ]


def test_a_cut_keeps_a_second_for_each_scene() -> None:
    cuts = cut_scenes(brief_of([(0, 1.1), (1.1, 8)]), [25, 40])
    assert cuts.scenes[1].frames.start == 40


def test_times_beyond_the_ad_are_scaled_to_it() -> None:
    cuts = cut_scenes(brief_of([(0, 10), (10, 20), (20, 40)]), ())
    assert [len(cut.frames) for cut in cuts.scenes] == pytest.approx([60, 60, 120], abs=2)
    assert cuts.notes == ("The scenes' times do not fit the ad; they were scaled to it.",)


def test_more_scenes_than_frames_are_refused() -> None:
    with pytest.raises(ClappperError, match="241 scenes do not fit into 8 s"):
        cut_scenes(brief_of([(0, 8)] * 241), ())


@given(
    st.integers(1, 400), st.integers(0, 300), st.sets(st.integers(0, 700)).map(sorted), st.integers(15, 60)
)
@settings(deadline=None)
def test_a_montage_is_covered_by_shots_that_can_be_seen(
    length: int, start: int, beats: list[int], ideal: int
) -> None:
    frames = FrameRange(start, start + length)
    shots = cut_montage(frames, beats, ideal=ideal, shortest=15)
    assert (shots[0].start, shots[-1].end) == (frames.start, frames.end)
    assert all(left.end == right.start for left, right in pairwise(shots))
    assert all(len(shot) >= 15 for shot in shots) or len(shots) == 1


def test_a_montage_without_beats_is_cut_evenly() -> None:
    shots = cut_montage(FrameRange(30, 120), (), ideal=30, shortest=15)
    assert [len(shot) for shot in shots] == [30, 30, 30]


def test_a_montage_changes_every_few_beats() -> None:
    shots = cut_montage(FrameRange(90, 180), range(0, 300, 18), ideal=30, shortest=15)
    assert [shot.start for shot in shots] == [90, 126]
    fast = cut_montage(FrameRange(90, 180), range(0, 300, 10), ideal=22, shortest=15)
    assert [shot.start for shot in fast] == [90, 110, 130, 150]
    silent = cut_montage(FrameRange(0, 200), [0, 20, 40, 170], ideal=40, shortest=15)
    assert [shot.start for shot in silent] == [0, 40, 80, 120, 170]
