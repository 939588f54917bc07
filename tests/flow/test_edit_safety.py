"""Nothing that was edited is lost: not by undoing it all, not by a restart, not by kill -9."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path

from clappper.base.events import EventHub
from clappper.base.units import FrameRange
from clappper.brief.templates import template
from clappper.flow.desk import Desk, empty_timeline, keep_desk
from clappper.flow.project.session import Session, open_session
from clappper.store.project import ProjectFolder
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, MediaKind, Take
from clappper.timeline.validate import validate
from tests.flow.edit_target import edit_once

EDITS = 500
ROUNDS = 4
ROOT = Path(__file__).parents[2]


def make_project(folder: Path) -> Path:
    brief = template("product-offer")
    take = Take("t", "media/t.mp4", MediaKind.VIDEO, FrameRange(0, 600))
    shots = [Clip(f"s{n}", Footage((take,)), FrameRange(60 * n, 60 * n + 60), 30) for n in range(8)]
    song = Footage((Take("m", "media/m.wav", MediaKind.AUDIO, FrameRange(0, 900)),))
    clips = {"shots": shots, "music": [Clip("song", song, FrameRange(0, 450))]}
    with ProjectFolder.create(folder) as project:
        keep_desk(project, "Make the ad", Desk(brief, with_clips(empty_timeline(brief), clips)))
    return folder


async def quick_session(folder: Path) -> Session:
    """Open a project that does not wait for the disk: its order is what is tested, not its flushing."""
    session = await open_session(folder, EventHub())
    session.project.db.rows("PRAGMA synchronous = OFF")
    return session


async def test_500_random_edits_are_undone_and_redone_over_restarts(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p")
    session = await quick_session(folder)
    dice = random.Random(20)
    desks = [session.desk]
    for _ in range(EDITS):
        edit_once(session, dice)
        desks.append(session.desk)
    assert not list(validate(session.timeline))
    for place in reversed(range(EDITS // 2, EDITS)):
        session.undo()
        assert session.desk == desks[place]
    await session.aclose()

    session = await quick_session(folder)
    for place in reversed(range(EDITS // 2)):
        session.undo()
        assert session.desk == desks[place]
    assert session.undo_name == ""
    for place in range(1, EDITS + 1):
        session.redo()
        assert session.desk == desks[place]
    assert session.redo_name == ""
    await session.aclose()


def edit_and_kill(folder: Path, seed: int, seconds: float) -> int:
    """Let another program edit and kill it; give the last step that it said was stored."""
    command = [sys.executable, "-m", "tests.flow.edit_target", str(folder), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as editor:
        assert editor.stdout is not None
        first = editor.stdout.readline().strip()
        time.sleep(seconds)
        editor.kill()
        whole_lines = editor.stdout.read().split("\n")[:-1]
    return int((whole_lines or [first])[-1])


async def test_a_kill_takes_one_edit_at_most_and_the_project_opens(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p")
    dice = random.Random(4)
    place = 0
    for seed in range(ROUNDS):
        told = await asyncio.to_thread(edit_and_kill, folder, seed, dice.uniform(0.0, 0.3))
        session = await open_session(folder, EventHub())
        place = session.project.journal.place or 0
        assert told <= place <= told + 1
        assert not list(validate(session.timeline))
        await session.aclose()
    assert place > ROUNDS
