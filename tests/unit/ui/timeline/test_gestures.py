from collections.abc import Callable
from fractions import Fraction

import pytest

from clappper.timeline.model import Timeline, TransitionKind
from clappper.timeline.queries import clip_of, track_of
from clappper.timeline.validate import validate
from clappper.ui.editing import Tool
from clappper.ui.timeline.gestures import Gesture, Held, Pull, begin, furthest
from clappper.ui.timeline.layout import Hit, Zone

NOTHING: frozenset[str] = frozenset()


def drag(
    timeline: Timeline,
    clip: str,
    by: int,
    *,
    zone: Zone = Zone.BODY,
    tool: Tool = Tool.SELECT,
    frame: int | None = None,
    held: Held | None = None,
    to: str = "",
    selection: frozenset[str] = NOTHING,
) -> Timeline:
    placed = clip_of(timeline, clip).placed
    at = placed.start if frame is None else frame
    gesture = begin(timeline, Hit(zone, at, "", clip), tool, selection, held)
    assert gesture is not None
    after = gesture.edit(timeline, Pull(by, to))
    assert validate(after) == ()
    return after


def spans(timeline: Timeline, track: str = "v1") -> dict[str, tuple[int, int]]:
    return {clip.id: (clip.placed.start, clip.placed.end) for clip in track_of(timeline, track).clips}


def test_an_edge_trims_and_with_control_ripples(timeline: Timeline) -> None:
    assert spans(drag(timeline, "c", -40, zone=Zone.TAIL)) == {"a": (0, 60), "b": (60, 150), "c": (150, 200)}
    rippled = drag(timeline, "a", -20, zone=Zone.TAIL, held=Held(ctrl=True))
    assert spans(rippled) == {"a": (0, 40), "b": (40, 130), "c": (130, 220)}
    assert spans(drag(timeline, "a", -20, zone=Zone.TAIL, tool=Tool.RIPPLE)) == spans(rippled)


@pytest.mark.parametrize(("frame", "into"), [(70, "b"), (140, "c")])
def test_the_roll_tool_takes_the_nearest_cut(timeline: Timeline, frame: int, into: str) -> None:
    rolled = drag(timeline, "b", 5, tool=Tool.ROLL, frame=frame)
    assert clip_of(rolled, into).placed.start == clip_of(timeline, into).placed.start + 5


def test_slipping_to_the_right_shows_what_came_before(timeline: Timeline) -> None:
    slipped = drag(timeline, "a", 10, tool=Tool.SLIP)
    assert (clip_of(slipped, "a").source_start, spans(slipped)) == (10, spans(timeline))


def test_sliding_moves_a_clip_between_its_neighbours(timeline: Timeline) -> None:
    assert spans(drag(timeline, "b", 10, tool=Tool.SLIDE)) == {"a": (0, 70), "b": (70, 160), "c": (160, 240)}


def test_a_moved_clip_overwrites_and_takes_what_is_linked_along(timeline: Timeline) -> None:
    after = drag(timeline, "b", -30)
    assert spans(after) == {"a": (0, 30), "b": (30, 120), "c": (150, 240)}
    assert spans(after, "vo") == {"voice": (30, 120)}


def test_selected_clips_move_together(timeline: Timeline) -> None:
    after = drag(timeline, "c", 50, selection=frozenset({"c", "price"}))
    assert (spans(after)["c"], spans(after, "o1")["price"]) == ((200, 290), (150, 190))


def test_a_clip_goes_to_another_track_that_takes_it(timeline: Timeline) -> None:
    after = drag(timeline, "c", 0, to="o1")
    assert spans(after, "o1") == {"price": (100, 140), "c": (150, 240)}


def test_alt_leaves_a_copy_and_control_shuffles(timeline: Timeline) -> None:
    assert spans(drag(timeline, "a", 240, held=Held(alt=True)))["a-2"] == (240, 300)
    shuffled = drag(timeline, "c", -150, held=Held(ctrl=True))
    assert spans(shuffled) == {"c": (0, 90), "a": (90, 150), "b": (150, 240)}


def test_fades_stop_at_each_other(timeline: Timeline) -> None:
    faded = drag(timeline, "a", 500, zone=Zone.FADE_IN)
    assert clip_of(faded, "a").fade_in_frames == 60
    assert clip_of(drag(faded, "a", -30, zone=Zone.FADE_OUT), "a").fade_out_frames == 0


def test_a_transition_is_pulled_to_both_sides(timeline: Timeline) -> None:
    longer = clip_of(drag(timeline, "b", 4, zone=Zone.TRANSITION, frame=65), "b").transition
    assert longer is not None
    assert (longer.kind, longer.length_frames) == (TransitionKind.DISSOLVE, 28)
    mirrored = clip_of(drag(timeline, "b", -4, zone=Zone.TRANSITION, frame=55), "b").transition
    assert mirrored == longer


@pytest.mark.parametrize(
    ("zone", "tool", "by", "reached"),
    [
        (Zone.HEAD, Tool.SELECT, -90, 0),
        (Zone.HEAD, Tool.SELECT, 500, 89),
        (Zone.TAIL, Tool.SELECT, 500, 190),
        (Zone.BODY, Tool.SLIP, 500, 20),
    ],
)
def test_a_drag_goes_as_far_as_it_can(
    timeline: Timeline, zone: Zone, tool: Tool, by: int, reached: int
) -> None:
    gesture = begin(timeline, Hit(zone, 150, "v1", "c"), tool, NOTHING)
    assert isinstance(gesture, Gesture)
    pull, after = furthest(timeline, gesture, Pull(by))
    assert pull.by_frames == reached
    assert validate(after) == ()


def test_where_there_is_nothing_to_take_hold_of_nothing_begins(timeline: Timeline) -> None:
    nowhere: list[Callable[[], Gesture | None]] = [
        lambda: begin(timeline, Hit(Zone.EMPTY, 500, "v1"), Tool.SELECT, NOTHING),
        lambda: begin(timeline, Hit(Zone.HEAD, 0, "v1", "a"), Tool.BLADE, NOTHING),
        lambda: begin(timeline, Hit(Zone.BODY, 200, "o1", "price"), Tool.ROLL, NOTHING),
    ]
    assert [ask() for ask in nowhere] == [None, None, None]


def test_the_stretch_tool_fills_the_new_length_with_the_same_footage(timeline: Timeline) -> None:
    after = clip_of(drag(timeline, "c", -30, zone=Zone.TAIL, tool=Tool.STRETCH), "c")
    assert (after.placed.end, after.speed, after.source) == (
        210,
        Fraction(3, 2),
        clip_of(timeline, "c").source,
    )
    gesture = begin(timeline, Hit(Zone.BODY, 70, "v1", "b"), Tool.STRETCH, NOTHING)
    assert gesture is not None
    assert furthest(timeline, gesture, Pull(-500))[0] == Pull()
