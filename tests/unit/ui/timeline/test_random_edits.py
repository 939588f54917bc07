"""Hundreds of edits at random, by pointer and by command: always sound, all undone, all redone."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import suppress

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from clappper.base.errors import ClappperError
from clappper.flow.project.session import Session
from clappper.timeline.model import Timeline
from clappper.timeline.queries import all_clips
from clappper.timeline.validate import validate
from clappper.ui.bench import Bench
from clappper.ui.editing import Tool
from clappper.ui.timeline.dock import TimelineDock
from clappper.ui.timeline.scale import Scale
from tests.unit.ui.conftest import Stage

EDITS = int(os.environ.get("CLAPPPER_RANDOM_EDITS", "120"))
"""500 is what a release is tried with; the suite has to be quick."""
COMMANDS = (
    "split", "split_all", "trim_start", "trim_end", "lift", "ripple_delete", "clip_copy", "clip_paste",
    "paste_attributes", "nudge_left", "nudge_right", "nudge_right_far", "group", "ungroup", "link", "freeze",
    "marker", "marker_remove", "transition_dissolve", "transition_wipe", "transition_none",
    "add_overlay_track", "mute_track", "lift_marked", "extract_marked", "clip_cut", "paste_insert",
    "remove_attributes", "clip_up", "clip_down", "gain_up", "gain_down", "detach_sound", "solo_track",
    "track_up", "track_down", "insert_source", "overwrite_source", "nudge_left_far", "take_next",
)  # fmt: skip
KEYS = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def dock(bench: Bench, stage: Stage, timeline: Timeline) -> Iterator[TimelineDock]:
    bench.session.edit("Make the ad", lambda _: timeline)
    made = TimelineDock(bench)
    made.resize(1400, 420)
    made.show()
    stage.rest()
    made.canvas.rescale(Scale(3.0))
    yield made
    made.close()
    made.deleteLater()
    stage.rest()


def pull(dock: TimelineDock, chance: random.Random) -> None:
    """Drag something somewhere with some tool."""
    canvas = dock.canvas
    rows = [row for row in canvas.rows if row.track.clips and row.bottom < canvas.height()]
    if not rows:
        return
    row = chance.choice(rows)
    clip = chance.choice(row.track.clips)
    inside = chance.choice(
        (clip.placed.start + 0.5, clip.placed.end - 0.5, sum((clip.placed.start, clip.placed.end)) / 2)
    )
    start = QPoint(
        round(canvas.scale.x_of(inside)), row.top + round(row.height * chance.choice((0.1, 0.4, 0.8)))
    )
    end = start + QPoint(chance.randint(-200, 200), chance.choice((0, 0, 0, -60, 60)))
    keys = chance.choice(KEYS)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, keys, start)
    QTest.mouseMove(canvas, start + (end - start) / 2)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, keys, end)


def some_edit(dock: TimelineDock, bench: Bench, chance: random.Random) -> None:
    now, state = bench.session.timeline, bench.edit
    state.go_to(chance.randrange(max(1, now.length_frames)))
    state.aim_at(chance.choice(now.tracks).id)
    if chance.random() < 0.3:
        clips = [clip.id for _, clip in all_clips(now)]
        state.select(chance.sample(clips, min(len(clips), chance.randint(0, 3))))
    if chance.random() < 0.2:
        state.mark(state.playhead, state.playhead + chance.randrange(40))
    if chance.random() < 0.5:
        tools = (Tool.SELECT, Tool.RIPPLE, Tool.ROLL, Tool.STRETCH, Tool.SLIP, Tool.SLIDE, Tool.BLADE)
        state.take_tool(chance.choice(tools))
        pull(dock, chance)
    else:
        with suppress(ClappperError):
            dock.verbs()[chance.choice(COMMANDS)]()


def test_hundreds_of_random_edits_stay_sound_and_are_undone_and_redone(
    dock: TimelineDock, bench: Bench, session: Session, stage: Stage
) -> None:
    chance = random.Random(7)
    start, first = session.timeline, session.place
    for number in range(EDITS):
        some_edit(dock, bench, chance)
        dock.canvas.refresh()
        assert validate(session.timeline) == (), f"edit {number}: {session.undo_name}"
        if sum(1 for _ in all_clips(session.timeline)) > 60:
            session.edit("Start over", lambda _: start)
    made, steps = session.timeline, session.place - first
    assert steps > EDITS // 3
    for _ in range(steps):
        session.undo()
    assert session.timeline == start
    for _ in range(steps):
        session.redo()
    assert session.timeline == made
    stage.rest()
    assert dock.canvas.timeline == made
