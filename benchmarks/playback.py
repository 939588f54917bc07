"""How fast the viewer answers, in the process that paints: waiting times on this machine, whole requests.

* scrub: random frames of a clip of 24 s, 1920x1080 H.264 with a key picture every 4 s, at half quality: the
  first picture after each request and the exact one; without a stand-in, in turn with a plain PyAV loop that
  seeks, decodes and scales the same frame; and with a stand-in;
* play: 1080x1920 at 30 frames a second, two layers of footage, titles and a LUT, at half quality: frames left
  out over ten seconds, paced by a clock;
* edit: from ``show`` with another timeline to its picture.

Run it with ``python -m benchmarks.playback [--requests N] [--media FOLDER]``.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from clappper.base.units import FrameRange, FrameRate
from clappper.flow.playing.listening import Listening
from clappper.flow.playing.playback import Picture, Playback, View
from clappper.jobs.workers import Workers
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.media.proxy import make_proxy
from clappper.timeline.model import (
    Clip,
    Footage,
    Keyframe,
    Look,
    MediaKind,
    Motion,
    Take,
    Timeline,
    Title,
    TitleRole,
    Track,
    TrackKind,
)
from clappper.timeline.placing import split
from clappper.timeline.trims import trim

RATE = FrameRate(30)
SECONDS = 24
FRAMES = SECONDS * 30
PLAYED_SECONDS = 10


def write_clip(path: Path, width: int, height: int, frames: int) -> None:
    """Write moving detail: smooth noise that drifts, which costs the decoder about what footage does."""
    generator = np.random.default_rng(7)
    coarse = generator.integers(30, 220, (height // 24 + 40, width // 24 + 40)).astype(np.float32)
    import cv2

    plate = (
        cv2.resize(coarse, None, fx=24, fy=24, interpolation=cv2.INTER_CUBIC).clip(16, 235).astype(np.uint8)
    )
    grain = generator.normal(0, 3, (height + 64, width + 64)).astype(np.float32)
    options = {"preset": "medium", "crf": "21", "g": "120", "keyint_min": "120", "sc_threshold": "0"}
    with FrameWriter(path, Encoding(width, height, RATE, options=options)) as writer:
        for frame in range(frames):
            picture = Yuv.blank(width, height)
            shift = frame * 2 % 600
            left, top = generator.integers(0, 64, 2)
            drift = plate[shift : shift + height, shift // 2 : shift // 2 + width].astype(np.float32)
            picture.y[...] = (drift + grain[top : top + height, left : left + width]).clip(16, 235)
            picture.u[...] = 120 + frame % 16
            writer.write(picture)


def take(name: str, width: int, height: int) -> Footage:
    return Footage((Take(name, name, MediaKind.VIDEO, FrameRange(0, FRAMES), width, height),))


def whole(name: str) -> Timeline:
    track = Track("v", TrackKind.VIDEO, "V", (Clip("c", take(name, 1920, 1080), FrameRange(0, FRAMES)),))
    return Timeline("t", "Scrub", RATE, FRAMES, (track,))


def layers(lut: str) -> Timeline:
    small = Motion(scale=(Keyframe(0, 0.4),), x=(Keyframe(0, 0.2),), opacity=(Keyframe(0, 0.9),))
    cuts = [
        Clip(f"c{n}", take("tall.mp4", 1080, 1920), FrameRange(n * 90, n * 90 + 90), n * 60) for n in range(4)
    ]
    over = Clip("o", take("wide.mp4", 1920, 1080), FrameRange(0, 360), motion=small)
    titles = (
        Clip("h", Title(TitleRole.HEADLINE, "Wake up brighter", group="g"), FrameRange(10, 300)),
        Clip("p", Title(TitleRole.PRICE, "$49", group="g"), FrameRange(40, 300)),
    )
    tracks = (
        Track("v1", TrackKind.VIDEO, "Shots", tuple(cuts)),
        Track("v2", TrackKind.VIDEO, "Over", (over,)),
        Track("t", TrackKind.OVERLAY, "Titles", titles),
    )
    return Timeline("t", "Layers", RATE, 360, tracks, Look(lut=lut))


class Viewer:
    """Waits for pictures and notes when they came."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.pictures: list[tuple[float, Picture]] = []

    def take(self, picture: Picture) -> None:
        self.pictures.append((time.perf_counter(), picture))
        self.news.set()

    async def answers(self, ask: Callable[[], int]) -> tuple[float, float]:
        """Give the milliseconds to the first and to the exact picture of one request."""
        began, number = time.perf_counter(), ask()
        while True:
            mine = [(at, p) for at, p in self.pictures if p.revision == number]
            exact = [at for at, p in mine if p.exact]
            if exact:
                self.pictures.clear()
                return (mine[0][0] - began) * 1000, (exact[0] - began) * 1000
            self.news.clear()
            await self.news.wait()


def figures(times: list[float]) -> str:
    ordered = sorted(times)
    return f"median {statistics.median(ordered):.0f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.0f} ms"


class Straight:
    """The peer: an open file, a seek to the key picture before, and every picture from there decoded."""

    def __init__(self, path: Path) -> None:
        self._container = av.open(str(path))
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"

    def milliseconds_to(self, frame: int) -> float:
        began = time.perf_counter()
        base = self._stream.time_base or Fraction(1)
        wanted = int((frame + Fraction(9, 20)) / RATE.fps / base)
        self._container.seek(wanted, stream=self._stream, backward=True)
        step = 1 / RATE.fps / base
        for picture in self._container.decode(self._stream):
            if picture.pts is not None and picture.pts + step > wanted:
                picture.reformat(960, 540, "bgra")
                break
        return (time.perf_counter() - began) * 1000


async def scrub(playback: Playback, viewer: Viewer, requests: int, peer: Straight | None) -> None:
    timeline, view = whole("wide.mp4"), View("16:9", 1080, 2, proxies=peer is None)
    dice = random.Random(3)
    await viewer.answers(lambda: playback.show(timeline, 0, view))
    first, exact, straight = [], [], []
    for _ in range(requests):
        frame = dice.randrange(FRAMES)
        one, other = await viewer.answers(lambda frame=frame: playback.show(timeline, frame, view))  # type: ignore[misc]
        first.append(one)
        exact.append(other)
        if peer is not None:
            straight.append(peer.milliseconds_to(frame))
    name = "without a proxy" if peer else "with a proxy"
    print(f"scrub, {name}: first picture {figures(first)}; exact {figures(exact)}", flush=True)
    if peer is not None:
        ratio = sum(exact) / sum(straight)
        print(f"scrub, plain PyAV: exact {figures(straight)}; ours takes {ratio:.2f} of it", flush=True)


async def play(playback: Playback, viewer: Viewer, timeline: Timeline, *, proxies: bool) -> None:
    view = View("9:16", 1920, 2, proxies=proxies)
    await viewer.answers(lambda: playback.show(timeline, 0, view))
    playback.play(timeline, 0, view)
    await asyncio.sleep(0.5)
    began = time.perf_counter()
    while (elapsed := time.perf_counter() - began) < PLAYED_SECONDS:
        playback.position(int(elapsed * 30))
        await asyncio.sleep(0.004)
    playback.stop()
    took = statistics.median(picture.took_ms for _, picture in viewer.pictures)
    name = "with proxies" if proxies else "without proxies"
    print(
        f"play, {name}: {playback.dropped} of {PLAYED_SECONDS * 30} frames left out; {took:.0f} ms a frame",
        flush=True,
    )
    viewer.pictures.clear()


async def edits(playback: Playback, viewer: Viewer, timeline: Timeline) -> None:
    view = View("9:16", 1920, 2)
    changed = trim(timeline, "c3", -5)
    steps = [split(timeline, "c1", 130), changed, replace(changed, look=replace(timeline.look, vignette=0.3))]
    times = []
    for step in (*steps, timeline) * 3:
        _, exact = await viewer.answers(lambda step=step: playback.show(step, 140, view))  # type: ignore[misc]
        times.append(exact)
    print(f"edit: next frame {figures(times)}, longest {max(times):.0f} ms", flush=True)


def prepare(root: Path) -> dict[str, str]:
    """Write the media; give its stand-ins."""
    names = {f"{name}.mp4": f"{name}.small.mp4" for name in ("wide", "tall")}
    if all((root / small).is_file() for small in names.values()):
        return names
    write_clip(root / "wide.mp4", 1920, 1080, FRAMES)
    write_clip(root / "tall.mp4", 1080, 1920, 400)
    for name, small in names.items():
        make_proxy(root / name, root / small)
    lut = next(Path("resources/luts").glob("*.cube"))
    (root / "look.cube").write_bytes(lut.read_bytes())
    return names


async def measure(root: Path, proxies: dict[str, str], requests: int) -> None:
    viewer = Viewer()
    async with Workers(1) as workers:
        playback = Playback(root, Listening(root, root, workers), viewer.take, proxies=lambda: proxies)
        await scrub(playback, viewer, requests, Straight(root / "wide.mp4"))
        await scrub(playback, viewer, requests, None)
        timeline = layers("look.cube")
        await play(playback, viewer, timeline, proxies=False)
        await play(playback, viewer, timeline, proxies=True)
        await edits(playback, viewer, timeline)
        await playback.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the viewer.")
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--media", type=Path, help="a folder to make the media in, or to take them from")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.media or Path(name)
        folder.mkdir(exist_ok=True)
        asyncio.run(measure(folder, prepare(folder), arguments.requests))


if __name__ == "__main__":
    main()
