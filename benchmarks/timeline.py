"""What the timeline costs: a repaint with hundreds of clips in sight, whatever the project's length.

Run it with ``QT_QPA_PLATFORM=offscreen python -m benchmarks.timeline``. Filmstrips and waveforms are made up
and stand in the caches, as they do when a project is edited.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop

from clappper.base.events import EventHub
from clappper.base.units import FrameRange
from clappper.brief.templates import template
from clappper.flow.desk import Desk, empty_timeline, keep_desk
from clappper.flow.project.session import Session, open_session
from clappper.store.assets import Asset
from clappper.store.project import ProjectFolder
from clappper.timeline.change import with_clips
from clappper.timeline.model import Clip, Footage, MediaKind, Take, Timeline, Title, TitleRole
from clappper.ui import theme
from clappper.ui.editing import EditState
from clappper.ui.timeline.canvas import TimelineCanvas
from clappper.ui.timeline.scale import Scale
from clappper.ui.timeline.strips import Strips
from clappper.ui.tokens import DARK

SIZE = (1920, 360)
LENGTH = 24
SHARES = {"shots": 0.5, "titles": 0.3, "voice": 0.15, "music": 0.05}
"""How an ad's clips spread over its tracks."""


def main() -> None:
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app, DARK)
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop, tempfile.TemporaryDirectory() as folder:
        loop.run_until_complete(measure(Path(folder)))


async def measure(folder: Path) -> None:
    print("| clips in the project | in sight | zoom | repaint, ms CPU | one column (playhead), ms CPU |")
    print("|---|---|---|---|---|")
    for clips in (500, 5000):
        session = await opened(folder / f"ad-{clips}", clips)
        canvas = await shown(session)
        whole = session.timeline.length_frames
        for words, scale in (
            ("500 clips fill the width", Scale(SIZE[0] / (500 * SHARES["shots"] * LENGTH), whole / 3)),
            ("usual cutting", Scale(4.0, whole / 3)),
        ):
            canvas.rescale(scale if clips > 500 else replace(scale, left=0.0))
            await canvas_settled(canvas)
            full, column = painting(canvas, None), painting(canvas, QRegion(900, 0, 20, SIZE[1]))
            print(f"| {clips} | {in_sight(canvas)} | {words} | {full:.1f} | {column:.2f} |")
        canvas.close()
        await session.aclose()


def painting(canvas: QWidget, part: QRegion | None) -> float:
    """Give the CPU milliseconds of one repaint."""
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    region = part or QRegion(canvas.rect())

    def once() -> None:
        canvas.render(image, QPoint(), region, QWidget.RenderFlag.DrawChildren)

    return timed(once, 40)


def timed(work: Callable[[], None], times: int) -> float:
    found = []
    for _ in range(times):
        started = time.thread_time()
        work()
        found.append((time.thread_time() - started) * 1000)
    return median(found)


def in_sight(canvas: TimelineCanvas) -> int:
    span = canvas.scale.visible(0, SIZE[0])
    return sum(clip.placed.overlaps(span) for row in canvas.rows for clip in row.track.clips)


async def shown(session: Session) -> TimelineCanvas:
    strips = Strips(session.project, lambda: None)
    canvas = TimelineCanvas(session, EditState(), strips, DARK)
    canvas.resize(*SIZE)
    canvas.show()
    canvas.setProperty("strips", strips)
    return canvas


async def canvas_settled(canvas: TimelineCanvas) -> None:
    """Let everything in sight be read once, as in a session that goes on."""
    strips = canvas.property("strips")
    canvas.grab()
    await strips.settled()
    canvas.redraw()


async def opened(path: Path, clips: int) -> Session:
    with ProjectFolder.create(path) as project:
        brief = template("product-offer")
        takes = [made_up(project, number) for number in range(24)]
        keep_desk(project, "Make", Desk(brief, edit(empty_timeline(brief), clips, takes)))
    return await open_session(path, EventHub(), read_only=True)


def edit(empty: Timeline, clips: int, takes: list[tuple[Take, Take]]) -> Timeline:
    tracks: dict[str, list[Clip]] = {}
    for track, share in SHARES.items():
        count = round(clips * share)
        length = round(LENGTH * clips * SHARES["shots"] / count)
        tracks[track] = [clip_on(track, number, length, takes) for number in range(count)]
    filled = with_clips(empty, tracks)
    end = max(track.clips[-1].placed.end for track in filled.tracks if track.clips)
    return replace(filled, length_frames=end, beats=tuple(range(0, end, 15)))


def clip_on(track: str, number: int, length: int, takes: list[tuple[Take, Take]]) -> Clip:
    placed = FrameRange(number * length, (number + 1) * length)
    picture, sound = takes[number % len(takes)]
    if track == "titles":
        return Clip(f"{track}-{number}", Title(TitleRole.TEXT, f"Title {number}"), placed)
    take = picture if track == "shots" else sound
    return Clip(f"{track}-{number}", Footage((take,)), placed, name=f"{track} {number}")


def made_up(project: ProjectFolder, number: int) -> tuple[Take, Take]:
    """Put a filmstrip and a waveform where an import would have put them."""
    rng = np.random.default_rng(number)
    project.thumbs.mkdir(exist_ok=True)
    strip, peaks = f"thumbs/{number}.strip.jpg", f"thumbs/{number}.peaks.npy"
    Image.fromarray(rng.integers(0, 255, (72, 12 * 40, 3), np.uint8)).save(project.path / strip)
    np.save(project.path / peaks, rng.integers(-127, 127, (3000, 2)).astype(np.int8))
    takes = []
    for kind, suffix, derived in (
        ("video", "mp4", {"filmstrip": strip}),
        ("audio", "wav", {"waveform": peaks}),
    ):
        path = f"generated/motion/{number}.{suffix}"
        (project.path / path).parent.mkdir(parents=True, exist_ok=True)
        (project.path / path).write_bytes(b"-")
        asset = Asset(
            f"{kind}-{number}", kind, path, f"{kind}{number}".ljust(64, "0"), 1, {}, "job:x", "2026", derived
        )
        project.assets.add(asset)
        available = FrameRange(0, 100_000)
        takes.append(Take(asset.id, path, MediaKind(kind), available, asset_id=asset.id))
    return takes[0], takes[1]


if __name__ == "__main__":
    main()
