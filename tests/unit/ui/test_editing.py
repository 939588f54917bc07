from clappper.base.units import FrameRange, FrameRate
from clappper.timeline.model import Clip, MediaKind, Solid, Take, Timeline, Track, TrackKind
from clappper.ui.editing import EditState, Tool

SHOT = Clip("a", Solid("#000000"), FrameRange(0, 60))
TIMELINE = Timeline("ad", "Ad", FrameRate(30), 60, (Track("v", TrackKind.VIDEO, "Shots", (SHOT,)),))


def test_marks_keep_their_order() -> None:
    state = EditState()
    state.mark(start=20)
    state.mark(end=40)
    assert state.marked(100) == FrameRange(20, 41)
    state.mark(end=10)
    assert (state.mark_in, state.marked(100)) == (-1, FrameRange(0, 11))
    state.mark(start=30)
    assert (state.mark_out, state.marked(100)) == (-1, FrameRange(30, 100))
    state.clear_marks()
    assert state.marked(100) is None


def test_only_changes_are_told() -> None:
    state = EditState()
    told: list[object] = []
    state.playhead_moved.connect(told.append)
    state.selection_changed.connect(lambda: told.append("selection"))
    state.tool_changed.connect(lambda: told.append("tool"))
    state.view_changed.connect(lambda: told.append("view"))
    for _ in range(2):
        state.go_to(12)
        state.select(["a"])
        state.take_tool(Tool.BLADE)
        state.look(quality=4)
    assert told == [12, "selection", "tool", "view"]
    state.go_to(-5)
    assert (state.playhead, told[-1]) == (0, 0)


def test_what_an_edit_took_away_is_let_go_of() -> None:
    state = EditState()
    state.select(["a", "gone"])
    state.aim_at("v")
    state.follow(TIMELINE)
    assert state.selection == {"a"}
    assert state.target_track == "v"


def test_without_a_selection_the_clip_under_the_playhead_is_meant() -> None:
    state = EditState()
    assert state.chosen(TIMELINE) == (SHOT,)
    state.go_to(90)
    assert state.chosen(TIMELINE) == ()
    state.select(["a"])
    assert state.chosen(TIMELINE) == (SHOT,)


def test_what_is_wanted_of_footage_lies_between_its_marks() -> None:
    state, take = EditState(), Take("t", "t.mp4", MediaKind.VIDEO, FrameRange(0, 100))
    heard: list[None] = []
    state.source_changed.connect(lambda: heard.append(None))
    assert state.wanted_of(take) == FrameRange(0, 100)
    state.mark_source(take, start=20)
    assert state.wanted_of(take) == FrameRange(20, 100)
    state.mark_source(take, end=59)
    assert state.wanted_of(take) == FrameRange(20, 60)
    state.mark_source(take, start=80)
    assert state.wanted_of(take) == FrameRange(80, 100)
    state.unmark_source(take)
    state.unmark_source(take)
    assert (state.wanted_of(take), len(heard)) == (FrameRange(0, 100), 4)
