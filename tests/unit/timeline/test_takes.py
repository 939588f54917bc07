from dataclasses import replace
from fractions import Fraction

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.timeline.model import Clip, Footage, Grade, Keyframe, MediaKind, Take, Timeline
from clappper.timeline.queries import clip_of
from clappper.timeline.takes import add_take, set_take
from clappper.timeline.validate import validate


def take(frames: int, name: str = "second", kind: MediaKind = MediaKind.VIDEO) -> Take:
    return Take(name, f"{name}.mp4", kind, FrameRange(0, frames))


def with_edits(timeline: Timeline) -> Timeline:
    track, *rest = timeline.tracks
    edited = replace(
        track.clips[1], grade=Grade(exposure=0.5), gain_db=(Keyframe(3, -6.0),), speed=Fraction(1, 2)
    )
    return replace(timeline, tracks=(replace(track, clips=(track.clips[0], edited, track.clips[2])), *rest))


def without_takes(clip: Clip) -> Clip:
    return replace(clip, content=Footage((take(1),)))


def test_flipping_keeps_every_edit(timeline: Timeline) -> None:
    timeline = with_edits(timeline)
    change = set_take(add_take(timeline, "b", take(300)), "b", "second")
    clip = clip_of(change.timeline, "b")
    assert isinstance(clip.content, Footage)
    assert clip.content.take.id == "second"
    assert without_takes(clip) == without_takes(clip_of(timeline, "b"))
    assert change.report == ""


def test_a_shorter_take_is_shown_from_earlier(timeline: Timeline) -> None:
    change = set_take(add_take(timeline, "c", take(100)), "c", "second")
    clip = clip_of(change.timeline, "c")
    assert (clip.placed, clip.source_start) == (FrameRange(150, 240), 10)
    assert change.slipped_frames == 10
    assert change.report == "The take ends earlier: the clip shows it from 10 frames before."


@pytest.mark.parametrize(("frames", "speed"), [(40, Fraction(1)), (31, Fraction(3, 2)), (7, Fraction(1, 3))])
def test_a_take_too_short_ends_the_clip_earlier_and_says_so(
    timeline: Timeline, frames: int, speed: Fraction
) -> None:
    track, *rest = timeline.tracks
    clip = replace(track.clips[2], speed=speed)
    timeline = replace(timeline, tracks=(replace(track, clips=(*track.clips[:2], clip)), *rest))
    change = set_take(add_take(timeline, "c", take(frames)), "c", "second")
    shown = clip_of(change.timeline, "c")
    assert validate(change.timeline) == ()
    assert change.missing_frames == 90 - len(shown.placed) > 0
    assert shown.source_at(shown.placed.end) >= frames > shown.source_at(shown.placed.end - 1)
    assert f"ends {change.missing_frames} frames earlier" in change.report


def test_linked_sound_of_the_same_take_flips_along(timeline: Timeline) -> None:
    both = add_take(add_take(timeline, "b", take(300)), "voice", take(300, kind=MediaKind.AUDIO))
    flipped = set_take(both, "b", "second").timeline
    content = clip_of(flipped, "voice").content
    assert isinstance(content, Footage)
    assert content.active == 1


def test_takes_that_cannot_be_are_refused(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="shows no footage"):
        add_take(timeline, "price", take(9))
    with pytest.raises(ClappperError, match="has a take c-take already"):
        add_take(timeline, "c", take(9, "c-take"))
    with pytest.raises(ClappperError, match="has no take nope"):
        set_take(timeline, "c", "nope")
    with pytest.raises(ClappperError, match="take second is empty"):
        set_take(add_take(timeline, "c", take(0)), "c", "second")
