"""One side of what is linked, edited without the other."""

from clappper.timeline.alone import alone
from clappper.timeline.model import Timeline
from clappper.timeline.placing import lift
from clappper.timeline.queries import clip_of
from clappper.timeline.trims import Edge, roll, trim
from clappper.timeline.validate import validate


def test_the_picture_is_cut_later_than_its_sound_and_they_stay_linked(timeline: Timeline) -> None:
    rolled = alone(timeline, lambda now: roll(now, "c", 15))
    assert clip_of(rolled, "b").placed.end == clip_of(rolled, "c").placed.start == 165
    assert clip_of(rolled, "voice") == clip_of(timeline, "voice")
    assert clip_of(rolled, "b").link == clip_of(rolled, "voice").link == "b"
    assert validate(rolled) == ()


def test_afterwards_both_are_trimmed_together_again(timeline: Timeline) -> None:
    apart = alone(timeline, lambda now: trim(now, "voice", -10, Edge.TAIL))
    both = trim(apart, "b", -5, Edge.TAIL)
    assert (clip_of(both, "b").placed.end, clip_of(both, "voice").placed.end) == (145, 135)


def test_a_sound_is_deleted_without_its_picture(timeline: Timeline) -> None:
    rest = alone(timeline, lambda now: lift(now, "voice"))
    assert clip_of(rest, "b") == clip_of(timeline, "b")
    assert not any(clip.id == "voice" for track in rest.tracks for clip in track.clips)
