"""What keys do to the edit: each a named step, or a refusal in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.flow.project.session import Session
from clappper.timeline.model import Footage, MediaKind, Take, Timeline, Title, TrackKind, TransitionKind
from clappper.timeline.queries import clip_of, track_of
from clappper.timeline.takes import add_take
from clappper.timeline.titles import disclosures
from clappper.ui.editing import EditState
from clappper.ui.timeline.commands import Commands
from clappper.ui.timeline.hand import Hand
from clappper.ui.timeline.sequence import SequenceCommands
from clappper.ui.timeline.sources import SourceCommands


@pytest.fixture
def state() -> EditState:
    return EditState()


@pytest.fixture
def hand(session: Session, state: EditState, timeline: Timeline) -> Hand:
    session.edit("Make the ad", lambda _: timeline)
    return Hand(session, state)


@pytest.fixture
def commands(hand: Hand) -> Commands:
    return Commands(hand)


@pytest.fixture
def sequence(hand: Hand) -> SequenceCommands:
    return SequenceCommands(hand)


@pytest.fixture
def sources(hand: Hand) -> SourceCommands:
    return SourceCommands(hand)


def row(session: Session, track_id: str = "v1") -> list[tuple[str, int, int]]:
    return [
        (clip.id, clip.placed.start, clip.placed.end) for clip in track_of(session.timeline, track_id).clips
    ]


@pytest.mark.parametrize(
    ("command", "name", "shots"),
    [
        (Commands.split, "Split clip", [("a", 0, 60), ("b", 60, 100), ("b-2", 100, 150), ("c", 150, 240)]),
        (Commands.trim_start_here, "Trim start to playhead", [("a", 0, 60), ("b", 60, 110), ("c", 110, 200)]),
        (Commands.trim_end_here, "Trim end to playhead", [("a", 0, 60), ("b", 60, 100), ("c", 100, 190)]),
        (Commands.lift, "Delete clip", [("a", 0, 60), ("c", 150, 240)]),
        (Commands.ripple_delete, "Ripple delete clip", [("a", 0, 60), ("c", 60, 150)]),
        (Commands.freeze, "Freeze frame",
         [("a", 0, 60), ("b", 60, 100), ("b-hold-2", 100, 130), ("b-2", 130, 180), ("c", 180, 270)]),
    ],
)  # fmt: skip
def test_the_clip_under_the_playhead_is_edited(
    commands: Commands,
    session: Session,
    state: EditState,
    command: Callable[[Commands], None],
    name: str,
    shots: list[tuple[str, int, int]],
) -> None:
    state.go_to(100)
    command(commands)
    assert (row(session), session.undo_name) == (shots, name)


def test_copies_are_pasted_at_the_playhead_and_selected(
    commands: Commands, session: Session, state: EditState
) -> None:
    state.select(["b"])
    commands.copy()
    state.go_to(300)
    commands.paste()
    assert row(session)[-1] == ("b-2", 300, 390)
    assert state.selection == {"b-2", "voice-2"}
    assert state.playhead == 390


def test_attributes_go_from_the_copied_clip_to_the_chosen(
    commands: Commands, session: Session, state: EditState
) -> None:
    state.select(["b"])
    commands.copy()
    state.select(["c"])
    commands.paste_attributes()
    assert clip_of(session.timeline, "c").transition is not None


def test_beats_are_corrected_and_cut_on(
    sequence: SequenceCommands, session: Session, state: EditState
) -> None:
    session.edit("Forget beats", lambda now: replace(now, beats=()))
    with pytest.raises(ClappperError, match="no beats"):
        sequence.cut_on_beats()
    for frame in (0, 108, 156):
        state.go_to(frame)
        sequence.toggle_beat()
    sequence.double_beats()
    assert list(session.timeline.beats) == [0, 54, 108, 132, 156]
    sequence.cut_on_beats()
    assert row(session) == [("a", 0, 54), ("b", 54, 156), ("c", 156, 240)]
    assert session.undo_name == "Cut on the beats"
    sequence.halve_beats()
    assert list(session.timeline.beats) == [0, 108, 156]


def test_markers_are_gone_to(sequence: SequenceCommands, session: Session, state: EditState) -> None:
    state.go_to(100)
    sequence.mark()
    state.go_to(0)
    found = []
    for _ in range(3):
        sequence.go_to_marker(1)
        found.append(state.playhead)
    assert found == [30, 100, 100]
    state.go_to(100)
    sequence.unmark()
    assert [marker.frame for marker in session.timeline.markers] == [30]


def test_the_nearest_cut_gets_the_transition(commands: Commands, session: Session, state: EditState) -> None:
    state.go_to(140)
    commands.enter_by(TransitionKind.WIPE)
    entered = clip_of(session.timeline, "c").transition
    assert entered is not None
    assert (entered.kind, entered.length_frames) == (TransitionKind.WIPE, 15)
    commands.enter_by(None)
    assert clip_of(session.timeline, "c").transition is None


def test_takes_go_round_and_say_what_they_lack(
    sources: SourceCommands, session: Session, state: EditState
) -> None:
    short = Take("second", "media/short.mp4", MediaKind.VIDEO, FrameRange(0, 40))
    session.edit("Add take", lambda now: add_take(now, "c", short))
    state.select(["c"])
    assert sources.flip_take(1).startswith("The take is too short")
    assert row(session)[-1] == ("c", 150, 190)
    assert session.undo_name == "Next take"
    assert sources.flip_take(1) == ""
    content = clip_of(session.timeline, "c").content
    assert isinstance(content, Footage)
    assert content.active == 0


def test_footage_fills_the_marks_on_a_track_that_takes_it(
    sources: SourceCommands, session: Session, state: EditState
) -> None:
    take = Take("new", "media/new.mp4", MediaKind.VIDEO, FrameRange(0, 300), label="New shot")
    state.mark(start=10)
    state.mark(end=29)
    sources.place(take, inserting=False)
    assert row(session)[1] == ("new-shot", 10, 30)
    song = replace(take, id="song-2", kind=MediaKind.AUDIO)
    state.clear_marks()
    state.aim_at("v1")
    state.go_to(500)
    sources.place(song, inserting=True)
    assert row(session, "music")[-1][1:] == (500, 800)


def test_speed_ripples(commands: Commands, session: Session, state: EditState) -> None:
    state.select(["a"])
    commands.set_speed(Fraction(2))
    assert row(session) == [("a", 0, 30), ("b", 30, 120), ("c", 120, 210)]
    assert session.undo_name == "Speed 200%"


def test_tracks_are_added_above_their_kind_and_switched(sequence: SequenceCommands, session: Session) -> None:
    sequence.add_track(TrackKind.VIDEO)
    assert [track.id for track in session.timeline.tracks] == ["v1", "video-2", "o1", "vo", "music"]
    sequence.toggle_mute("music")
    assert track_of(session.timeline, "music").muted
    sequence.toggle_lock("video-2")
    with pytest.raises(ClappperError, match="locked"):
        sequence.remove_track("video-2")
    sequence.toggle_lock("video-2")
    sequence.remove_track("video-2")
    assert len(session.timeline.tracks) == 4


@pytest.mark.parametrize(
    "command",
    [
        lambda hand: Commands(hand).split(),
        lambda hand: Commands(hand).lift(),
        lambda hand: Commands(hand).trim_start_here(),
        lambda hand: Commands(hand).freeze(),
        lambda hand: Commands(hand).copy(),
        lambda hand: Commands(hand).paste(),
        lambda hand: Commands(hand).paste_attributes(),
        lambda hand: Commands(hand).group(),
        lambda hand: Commands(hand).link(),
        lambda hand: Commands(hand).nudge(1),
        lambda hand: Commands(hand).set_speed(Fraction(2)),
        lambda hand: SequenceCommands(hand).unmark(),
        lambda hand: SourceCommands(hand).matched(),
        lambda hand: SourceCommands(hand).flip_take(1),
    ],
)
def test_with_nothing_in_hand_it_says_so_and_nothing_changes(
    hand: Hand, session: Session, state: EditState, command: Callable[[Hand], object]
) -> None:
    before = session.timeline
    state.go_to(1000)
    with pytest.raises(ClappperError):
        command(hand)
    assert session.timeline is before


def test_the_marked_range_is_lifted_or_extracted_and_can_be_pasted(
    commands: Commands, session: Session, state: EditState
) -> None:
    with pytest.raises(ClappperError, match="No range is marked"):
        commands.lift_marked()
    state.mark(40, 119)
    state.select({"c"})
    commands.lift_marked()
    assert (row(session), session.undo_name) == ([("a", 0, 40), ("b", 120, 150), ("c", 150, 240)], "Lift")
    assert (state.playhead, state.mark_in, state.mark_out) == (40, -1, -1)
    commands.paste()
    assert [placed for _, *placed in row(session)] == [[0, 40], [40, 60], [60, 120], [120, 150], [150, 240]]
    state.mark(40, 119)
    commands.extract_marked()
    assert [placed for _, *placed in row(session)] == [[0, 40], [40, 70], [70, 160]]
    assert session.undo_name == "Extract"


@pytest.mark.parametrize(
    ("marks", "placed", "source"),
    [
        ((-1, -1), (10, 50), 20),
        ((70, -1), (70, 110), 20),
        ((70, 89), (70, 90), 20),
        ((-1, 129), (90, 130), 20),
    ],
)
def test_three_points_say_where_footage_goes(
    sources: SourceCommands, session: Session, state: EditState, marks: tuple[int, int],
    placed: tuple[int, int], source: int,
) -> None:  # fmt: skip
    take = Take("new", "media/new.mp4", MediaKind.VIDEO, FrameRange(0, 100), label="new")
    state.mark_source(take, start=20)
    state.mark_source(take, end=59)
    state.go_to(10)
    state.mark_in, state.mark_out = marks
    sources.place(take, inserting=False)
    clip = clip_of(session.timeline, "new")
    assert ((clip.placed.start, clip.placed.end), clip.source_start) == (placed, source)


def test_what_was_chosen_alone_is_edited_alone(
    commands: Commands, session: Session, state: EditState
) -> None:
    state.select({"voice"}, alone=True)
    commands.nudge(-10)
    assert (row(session, "vo"), session.undo_name) == ([("voice", 50, 140)], "Nudge clip alone")
    commands.lift()
    assert row(session, "vo") == []
    assert ("b", 60, 150) in row(session)


def test_a_copy_goes_to_the_target_track_and_an_insert_makes_room(
    commands: Commands, sequence: SequenceCommands, session: Session, state: EditState
) -> None:
    sequence.add_track(TrackKind.VIDEO)
    state.select({"a"})
    commands.copy()
    state.aim_at("video-2")
    state.go_to(150)
    commands.paste()
    assert row(session, "video-2") == [("a-2", 150, 210)]
    state.aim_at("v1")
    state.go_to(100)
    commands.paste(inserting=True)
    assert row(session)[1:4] == [("b", 60, 100), ("a-3", 100, 160), ("b-2", 160, 210)]


def test_a_clip_goes_a_track_up_and_no_further(
    commands: Commands, sequence: SequenceCommands, session: Session, state: EditState
) -> None:
    sequence.add_track(TrackKind.VIDEO)
    state.select({"c"})
    commands.change_track(up=True)
    assert row(session, "video-2") == [("c", 150, 240)]
    with pytest.raises(ClappperError, match="no video track above"):
        commands.change_track(up=True)


def test_volume_goes_up_by_a_decibel_with_all_its_keyframes(
    commands: Commands, session: Session, state: EditState
) -> None:
    state.select({"voice"})
    commands.raise_gain(1.0)
    commands.raise_gain(1.0)
    assert [key.value for key in clip_of(session.timeline, "voice").gain_db] == [2.0]


def test_marks_go_around_a_clip_and_its_attributes_go(
    commands: Commands, session: Session, state: EditState
) -> None:
    state.go_to(100)
    commands.mark_clips()
    assert (state.mark_in, state.mark_out) == (60, 149)
    commands.select_here()
    assert state.selection == {"b", "voice"}
    commands.raise_gain(3.0)
    commands.remove_attributes()
    assert clip_of(session.timeline, "voice").gain_db == ()


def test_a_title_is_put_at_the_playhead_and_taken_in_hand(
    session: Session, state: EditState, sequence: SequenceCommands
) -> None:
    state.go_to(60)
    sequence.add_title()
    (clip_id,) = state.selection
    clip = clip_of(session.timeline, clip_id)
    assert isinstance(clip.content, Title)
    assert clip.placed.start == 60
    assert session.undo_name == "Add title"
    sequence.disclose()
    assert disclosures(session.timeline) == ("Made with AI",)
