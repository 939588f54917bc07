"""How long a reviewer waits: from the key to the rating on the disk, and to the next clip's frame painted.

A window without a screen, its Review workspace over many generated clips of 1280 x 720, judged by its actions
with a pause between them as a person makes one, while the clips are measured in the background. The project's
own database, synchronous=FULL. Beside the waiting times stand the processor times of the window's thread,
which a busy machine changes little, and what the disk takes to keep 4 KB. Run it with
``python -m benchmarks.review [--clips N] [--pause SECONDS]``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

FILMS, SECONDS, FPS = 6, 3, 24
SIZE = (1280, 720)
KEYS = ("rate_4", "rate_2", "rate_5", "rate_3")


def draw_film(path: Path, number: int) -> None:
    """Encode a coarse texture that slides and turns, as much work to decode as footage."""
    import av
    import numpy as np

    width, height = SIZE
    rough = np.random.default_rng(number).integers(20, 235, (height // 8, width // 8, 3), np.uint8)
    picture = np.kron(rough, np.ones((8, 8, 1), np.uint8))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in range(SECONDS * FPS):
            shown = np.roll(picture, (frame * 2, frame * 5), (0, 1))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        container.mux(stream.encode(None))


def copy_film(source: Path, target: Path, name: str) -> None:
    """Write the same pictures as another file, by its title."""
    import av

    target.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(source)) as read, av.open(str(target), "w") as written:
        written.metadata["title"] = name
        stream = written.add_stream_from_template(read.streams.video[0])
        for packet in read.demux(read.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                written.mux(packet)


def land_clips(project: Any, folder: Path, count: int) -> None:
    """Let clips land in a project as if a service had made them."""
    from clappper.base.clock import Clock
    from clappper.jobs.ingest import examine
    from clappper.jobs.model import Job, JobState
    from clappper.jobs.records import JobRecords
    from clappper.providers.contract import GenRequest, Kind
    from clappper.store.assets import Asset

    films = [folder / f"film{number}.mp4" for number in range(FILMS)]
    for number, film in enumerate(films):
        draw_film(film, number)
    records, now = JobRecords(project.db), Clock().now().isoformat()
    for number in range(count):
        path = project.generated / "service" / f"clip{number}.mp4"
        copy_film(films[number % FILMS], path, f"clip {number}")
        found = examine(path)
        asset = Asset(
            f"asset-{number}",
            "video",
            project.relative(path),
            found.sha256,
            found.size_bytes,
            found.facts,
            f"job:job-{number}",
            now,
        )
        project.assets.add(asset)
        request = GenRequest(
            f"k{number}", Kind.TEXT_TO_VIDEO, "service", "model", f"a red boat {number}", 3.0
        )
        job = Job(
            f"job-{number}",
            "ad",
            f"s{number}",
            request,
            f"h{number}",
            JobState.DONE,
            now,
            now,
            asset_id=asset.id,
        )
        records.add(job)


class Watch:
    """Notes when the rating is stored and when the stage has painted the next clip."""

    def __init__(self, window: Any) -> None:
        from PySide6.QtCore import QEvent, QObject, QTimer

        from clappper.review.ratings import RatingSaved

        page = window.page
        self.player = page.panel("player")
        self.state = window.bench.review
        self.stored: list[float] = []
        self.stored_cpu: list[float] = []
        self.seen: list[float] = []
        self.seen_cpu: list[float] = []
        self._began = self._cpu = 0.0
        self._before = self.state.clip
        window.session.hub.subscribe(RatingSaved, self._note_stored)
        watch = self

        class Filter(QObject):
            def eventFilter(self, _: QObject, event: QEvent) -> bool:
                if event.type() is QEvent.Type.Paint and watch.state.loop.latency_ms is not None:
                    QTimer.singleShot(0, partial(watch.note_painted, watch.state.clip))
                return False

        self.painted = asyncio.Event()
        self._filter = Filter(self.player.stage)
        self.player.stage.installEventFilter(self._filter)

    def _note_stored(self, _: object) -> None:
        self.stored.append((time.perf_counter() - self._began) * 1000)
        self.stored_cpu.append((time.thread_time() - self._cpu) * 1000)

    async def commit(self, window: Any) -> None:
        """Store the rating in hand and wait until the next clip is seen."""
        self._before = self.state.clip
        self.painted.clear()
        self._began, self._cpu = time.perf_counter(), time.thread_time()
        window.do("review_commit")
        await self.painted.wait()

    def note_painted(self, clip: Any) -> None:
        """A picture of this clip was painted: the first one of the next clip counts."""
        if clip is not self._before and not self.painted.is_set():
            self.seen.append((time.perf_counter() - self._began) * 1000)
            self.seen_cpu.append((time.thread_time() - self._cpu) * 1000)
            self.painted.set()


async def judge(window: Any, clips: int, pause: float, rest: float) -> Watch:
    window.show_workspace("review")
    await asyncio.sleep(rest)
    watch = Watch(window)
    for number in range(clips - 1):
        window.do(KEYS[number % len(KEYS)])
        await watch.commit(window)
        await asyncio.sleep(pause)
    return watch


async def measure(clips: int, pause: float, rest: float) -> Watch:
    from PySide6.QtWidgets import QApplication

    from clappper.app import Studio
    from clappper.base.events import EventHub
    from clappper.base.paths import AppPaths
    from clappper.brief.templates import template
    from clappper.ui import theme
    from clappper.ui.main_window import MainWindow
    from clappper.ui.tokens import DARK

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, DARK)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        studio = Studio(
            AppPaths(*(folder / part for part in ("config", "cache", "models", "logs"))), EventHub()
        )
        session = await studio.create(folder / "ad.clappper", template("product-offer"))
        land_clips(session.project, folder, clips)
        window = MainWindow(studio, DARK)
        window.resize(1920, 1080)
        window.show()
        await window.show_session(session)
        watch = await judge(window, clips, pause, rest)
        assert len(session.project.db.rows("SELECT id FROM ratings")) == clips - 1
        await window.show_session(None)
        return watch


def disk_times(rounds: int = 40) -> list[float]:
    """Give what it takes to write 4 KB and know that they are kept."""
    found = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(rounds):
            began = time.perf_counter()
            os.pwrite(file.fileno(), bytes(4096), 0)
            os.fsync(file.fileno())
            found.append((time.perf_counter() - began) * 1000)
    return found


def shares(name: str, found: Sequence[float]) -> str:
    ordered = sorted(found)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"{name:34} p50 {statistics.median(ordered):7.2f}   p95 {p95:7.2f}   max {ordered[-1]:7.2f} ms"


def main() -> None:
    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, default=60)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument(
        "--rest", type=float, default=3.0, help="seconds before judging; clips are measured from the start"
    )
    options = parser.parse_args()
    from clappper.ui.launch import TURN_SECONDS

    sys.setswitchinterval(TURN_SECONDS)
    app = QApplication([])
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        watch = loop.run_until_complete(measure(options.clips, options.pause, options.rest))
    print(f"{len(watch.stored)} ratings, {options.pause:g} s apart, load {os.getloadavg()[0]:.1f}")
    print(shares("key to rating durable", watch.stored))
    print(shares("  of it processor time", watch.stored_cpu))
    print(shares("key to next clip's frame painted", watch.seen))
    print(shares("  of it processor time", watch.seen_cpu))
    print(shares("the disk keeps 4 KB", disk_times()))


if __name__ == "__main__":
    main()
