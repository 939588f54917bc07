import pytest

from clappper.base.errors import ClappperError
from clappper.timeline.attributes import (
    Attribute,
    Channel,
    copy_attributes,
    group,
    link,
    remove_keyframe,
    rename,
    set_fades,
    set_gain,
    set_grade,
    set_keyframe,
    set_motion,
    set_title,
    set_transition,
    ungroup,
    unlink,
)
from clappper.timeline.keyframes import value_at
from clappper.timeline.model import (
    Grade,
    Keyframe,
    Motion,
    Timeline,
    Title,
    TitleRole,
    Transition,
    TransitionKind,
)
from clappper.timeline.queries import clip_of, companions
from clappper.timeline.tracks import lock_clip


def test_transitions_are_set_and_taken_away(timeline: Timeline) -> None:
    whip = Transition(TransitionKind.WHIP, 8)
    assert clip_of(set_transition(timeline, "c", whip), "c").transition == whip
    assert clip_of(set_transition(timeline, "b", None), "b").transition is None


def test_a_transition_without_room_is_refused(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="room for a transition of 121 frames into clip b, not 400"):
        set_transition(timeline, "b", Transition(TransitionKind.WIPE, 400))
    with pytest.raises(ClappperError, match="at least one frame"):
        set_transition(timeline, "b", Transition(TransitionKind.WIPE, 0))


@pytest.mark.parametrize("channel", list(Channel))
def test_keyframes_come_and_go_on_every_channel(timeline: Timeline, channel: Channel) -> None:
    keyed = set_keyframe(timeline, "a", channel, Keyframe(10, 0.5))
    clip = clip_of(keyed, "a")
    curve = clip.gain_db if channel is Channel.GAIN else getattr(clip.motion, channel)
    assert curve == (Keyframe(10, 0.5),)
    assert remove_keyframe(keyed, "a", channel, 10) == timeline
    with pytest.raises(ClappperError, match="keyframe at frame 11"):
        remove_keyframe(keyed, "a", channel, 11)


def test_gain_holds_all_the_time(timeline: Timeline) -> None:
    louder = set_gain(timeline, "song", -6.0)
    assert value_at(clip_of(louder, "song").gain_db, 99, 0.0) == -6.0
    assert set_gain(louder, "song", 0.0) == timeline


def test_fades_fit_their_clip(timeline: Timeline) -> None:
    clip = clip_of(set_fades(timeline, "song", 10, 30), "song")
    assert (clip.fade_in_frames, clip.fade_out_frames) == (10, 30)
    with pytest.raises(ClappperError, match="fades of 240 frames together"):
        set_fades(timeline, "song", 200, 50)


def test_attributes_are_copied(timeline: Timeline) -> None:
    source = set_fades(set_grade(timeline, "a", Grade(exposure=1)), "a", 3, 4)
    copied = copy_attributes(source, "a", ["b", "c"], [Attribute.GRADE, Attribute.FADES])
    for name in ("b", "c"):
        clip = clip_of(copied, name)
        assert (clip.grade.exposure, clip.fade_in_frames, clip.fade_out_frames) == (1, 3, 4)
    assert clip_of(copied, "b").transition == clip_of(timeline, "b").transition


def test_links_are_made_and_undone(timeline: Timeline) -> None:
    tied = link(timeline, ["a", "price"])
    assert [clip.id for clip in companions(tied, "a")] == ["a", "price"]
    assert unlink(tied, ["a", "price"]) == timeline
    grouped = group(timeline, ["a", "c"])
    assert [clip.id for clip in companions(grouped, "a")] == ["a"]
    assert [clip.id for clip in companions(grouped, "a", groups=True)] == ["a", "c"]
    assert ungroup(grouped, ["a", "c"]) == timeline
    with pytest.raises(ClappperError, match="It takes two clips to make a link"):
        link(timeline, ["a", "a"])


def test_titles_names_and_motion(timeline: Timeline) -> None:
    assert clip_of(rename(timeline, "a", "Opening"), "a").name == "Opening"
    motion = Motion(x=(Keyframe(0, 0.1),))
    assert clip_of(set_motion(timeline, "a", motion), "a").motion == motion
    title = Title(TitleRole.PRICE, "$7")
    assert clip_of(set_title(timeline, "price", title), "price").content == title
    with pytest.raises(ClappperError, match="Clip a is no title"):
        set_title(timeline, "a", title)


def test_a_locked_clip_keeps_its_looks(timeline: Timeline) -> None:
    with pytest.raises(ClappperError, match="Clip a is locked"):
        set_grade(lock_clip(timeline, "a"), "a", Grade(exposure=1))
