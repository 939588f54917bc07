"""How long a large project takes to open, and a step in it: 1,000 clips with 10 takes each, 200 undo steps.

Processor seconds of one process, best of some rounds, so that a busy machine changes little; waiting times
beside them. Run it with ``python -m benchmarks.projects [--clips N] [--takes N] [--rounds N]``.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from clappper.base.events import EventHub
from clappper.base.units import FrameRange
from clappper.brief.templates import template
from clappper.flow.desk import Desk, empty_timeline, keep_desk
from clappper.flow.project.session import Session, open_session
from clappper.store.project import ProjectFolder
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, Keyframe, MediaKind, Motion, Take
from clappper.timeline.trims import slip, trim

STEPS = 200


def make_project(folder: Path, clips: int, takes: int) -> None:
    brief = template("product-offer")
    tracks: dict[str, list[Clip]] = {"shots": [], "music": []}
    for number in range(clips):
        made = tuple(
            Take(
                f"j{number}-{n}",
                f"generated/motion/job_{number}_{n}.mp4",
                MediaKind.VIDEO,
                FrameRange(0, 150),
            )
            for n in range(takes)
        )
        motion = Motion(scale=(Keyframe(0, 1.0), Keyframe(59, 1.1)))
        placed = FrameRange(60 * number, 60 * number + 60)
        tracks["shots"].append(
            Clip(f"c{number}", Footage(made), placed, 30, Fraction(1), f"Shot {number}", motion=motion)
        )
    desk = Desk(brief, with_clips(empty_timeline(brief), tracks))
    with ProjectFolder.create(folder) as project:
        keep_desk(project, "Make", desk)


async def edit(folder: Path, clips: int) -> tuple[float, float]:
    """Take steps all over the edit; give the median and the longest time of one, in milliseconds."""
    session = await open_session(folder, EventHub())
    session.project.db.rows("PRAGMA synchronous = OFF")
    took = []
    for step in range(STEPS):
        clip = f"c{step * 37 % clips}"
        began = time.process_time()
        session.edit("Slip", lambda timeline, clip=clip: slip(timeline, clip, 3))  # type: ignore[misc]
        took.append((time.process_time() - began) * 1000)
    await session.aclose()
    return statistics.median(took), max(took)


async def opened(folder: Path) -> tuple[float, float, Session]:
    cpu, wall = time.process_time(), time.perf_counter()
    session = await open_session(folder, EventHub())
    assert session.timeline.tracks
    return time.process_time() - cpu, time.perf_counter() - wall, session


async def measure(folder: Path, clips: int, rounds: int) -> None:
    median, longest = await edit(folder, clips)
    print(f"one step: median {median:.1f} ms, longest {longest:.1f} ms of processor time")
    times = []
    for _ in range(rounds):
        cpu, wall, session = await opened(folder)
        times.append((cpu, wall))
        began = time.process_time()
        session.undo()
        undo = time.process_time() - began
        session.redo()
        session.preview(lambda timeline: trim(timeline, "c5", -3))
        await session.aclose()
    cpu, wall = min(times)
    print(f"open: {cpu:.2f} s of processor time ({wall:.2f} s waited); first undo {undo * 1000:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure large projects.")
    parser.add_argument("--clips", type=int, default=1000)
    parser.add_argument("--takes", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "large"
        make_project(folder, arguments.clips, arguments.takes)
        print(f"{arguments.clips} clips, {arguments.clips * arguments.takes} takes")
        asyncio.run(measure(folder, arguments.clips, arguments.rounds))


if __name__ == "__main__":
    main()
