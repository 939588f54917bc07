from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clappper.base.units import FrameRange, FrameRate
from clappper.flow.playing.listening import KEPT_MIXES, Listening, audible
from clappper.flow.playing.orders import EditReceiver, EditSender
from clappper.flow.playing.playback import Picture, Playback, View, Wipe
from clappper.jobs.workers import Workers
from clappper.media.audio import write_wav
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.timeline.model import (
    Clip,
    Footage,
    Grade,
    Keyframe,
    MediaKind,
    Take,
    Timeline,
    Track,
    TrackKind,
)
from tests.patience import PATIENCE_SECONDS, until

VIEW = View("16:9", height=64, quality=1)


def shot(name: str, frames: int = 60) -> Footage:
    return Footage((Take(name, f"{name}.mp4", MediaKind.VIDEO, FrameRange(0, frames), 64, 36),))


def edit(*clips: Clip, sound: tuple[Clip, ...] = ()) -> Timeline:
    tracks = (Track("v", TrackKind.VIDEO, "V", clips), Track("m", TrackKind.MUSIC, "M", sound))
    return Timeline("t", "Edit", FrameRate(30), 60, tracks)


RISING = edit(Clip("a", shot("a"), FrameRange(0, 60)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make ``a.mp4``, 60 frames that brighten by 3 a frame, in one group of pictures."""
    options = {"preset": "ultrafast", "crf": "4", "g": "250"}
    with FrameWriter(tmp_path / "a.mp4", Encoding(64, 36, FrameRate(30), options=options)) as writer:
        for frame in range(60):
            writer.write(Yuv.blank(64, 36, luma=20 + 3 * frame))
    return tmp_path


class Screen:
    """Collects pictures and lets a test wait for one."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.news = asyncio.Event()

    def take(self, picture: Picture) -> None:
        self.pictures.append(picture)
        self.news.set()

    async def until(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not enough():
                self.news.clear()
                await self.news.wait()

    async def exact(self, revision: int) -> Picture:
        await self.until(lambda: any(p.revision == revision and p.exact for p in self.pictures))
        return next(p for p in self.pictures if p.revision == revision and p.exact)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
async def playback(root: Path, screen: Screen) -> AsyncIterator[Playback]:
    async with Workers(1) as workers:
        listening = Listening(root, root, workers)
        opened = Playback(root, listening, screen.take)
        yield opened
        await opened.aclose()
        await listening.aclose()


def mixes_in(folder: Path) -> int:
    return len(list(folder.glob("mix-*.npy")))


def level(picture: Picture) -> float:
    """Give a picture's mean as a luma code."""
    return float(np.frombuffer(picture.pixels, np.uint8).reshape(-1, 4)[:, :3].mean()) * 219 / 255 + 16


async def test_a_whole_life(playback: Playback, screen: Screen, root: Path) -> None:
    """One process, started once, answers for everything here: starting it is what costs."""
    first = await screen.exact(playback.show(RISING, 5, VIEW))
    assert (first.frame, first.width, first.height) == (5, 114, 64)
    assert len(first.pixels) == 114 * 64 * 4
    assert level(first) == pytest.approx(35, abs=2)

    for frame in range(0, 60, 7):
        newest = playback.show(RISING, frame, VIEW)
    picture = await screen.exact(newest)
    assert picture.frame == 56
    assert level(picture) == pytest.approx(188, abs=1)

    for start, position in ((40, 0.5), (40, 0.6), (20, 0.6)):
        other = edit(Clip("a", shot("a"), FrameRange(0, 60), source_start=start))
        wiped = await screen.exact(playback.show(RISING, 0, replace(VIEW, wipe=Wipe(other, position))))
        rows = np.frombuffer(wiped.pixels, np.uint8).reshape(64, 114, 4)
        step = rows[:, 80:, 0].mean() - rows[:, :40, 0].mean()
        assert step == pytest.approx(3 * start * 255 / 219, abs=4)

    gone = edit(Clip("g", shot("gone"), FrameRange(0, 60)))
    missing = await screen.exact(playback.show(gone, 0, VIEW))
    assert "gone.mp4" in missing.problems[0]
    (root / "gone.mp4").write_bytes((root / "a.mp4").read_bytes())
    there = await screen.exact(playback.show(gone, 20, VIEW))
    assert there.problems == ()
    assert level(there) == pytest.approx(80, abs=1)

    await _plays_in_time(playback, screen)
    await _survives_its_process(playback, screen)


async def _plays_in_time(playback: Playback, screen: Screen) -> None:
    before = len(screen.pictures)
    number = playback.play(RISING, 10, VIEW)
    playback.position(9)
    await until(lambda: any(at >= 12 for at in playback._painted_ahead))  # noqa: SLF001
    assert len(screen.pictures) == before, "nothing is shown before its time"
    playback.position(10)
    playback.position(12)
    assert [p.frame for p in screen.pictures[before:]] == [10, 12]
    assert (playback.dropped, screen.pictures[-1].revision) == (1, number)
    playback.position(50)
    await until(lambda: any(at > 50 for at in playback._painted_ahead))  # noqa: SLF001
    playback.position(59)
    assert screen.pictures[-1].frame > 50
    assert playback.dropped > 20
    playback.stop()
    playback.play(RISING, 30, VIEW, -1)
    await until(lambda: 28 in playback._painted_ahead)  # noqa: SLF001
    playback.position(28)
    assert screen.pictures[-1].frame == 28
    playback.stop()


async def _survives_its_process(playback: Playback, screen: Screen) -> None:
    process = playback._line._process  # noqa: SLF001
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    await until(lambda: playback._line._process is not process)  # noqa: SLF001
    assert level(await screen.exact(playback.show(RISING, 3, VIEW))) == pytest.approx(29, abs=2)


async def test_sound_is_the_mix_and_missing_sound_is_silent(playback: Playback, root: Path) -> None:
    tone = np.sin(np.arange(96_000) * 0.05).astype(np.float32)[:, None].repeat(2, axis=1) * 0.3
    write_wav(root / "song.wav", tone)
    song = Footage((Take("s", "song.wav", MediaKind.AUDIO, FrameRange(0, 60)),))
    lost = Footage((Take("l", "lost.wav", MediaKind.AUDIO, FrameRange(0, 60)),))
    heard = edit(sound=(Clip("s", song, FrameRange(0, 30)), Clip("l", lost, FrameRange(30, 60))))
    programme = await playback.programme(heard)
    assert programme.samples.shape == (96_000, 2)
    assert "lost.wav" in programme.problems[0]
    assert len(programme.meters.momentary_lufs) == 60
    assert programme.meters.at(10)[2] > -30 > programme.meters.at(45)[2]
    part = await playback.sound(heard, 10, 5)
    assert len(part) == 8_000
    assert np.array_equal(part, programme.samples[16_000:24_000])
    regraded = replace(heard, name="other")
    assert await playback.programme(regraded) is programme
    for gain in range(KEPT_MIXES):
        quieter = replace(heard.tracks[1].clips[0], gain_db=(Keyframe(0, -1.0 - gain),))
        louder_rest = replace(heard, tracks=(heard.tracks[0], replace(heard.tracks[1], clips=(quieter,))))
        await playback.programme(louder_rest)
    assert mixes_in(root) == KEPT_MIXES
    assert len(programme.samples) == 96_000, "what is still held can still be heard"


def test_an_edit_that_nobody_hears_sounds_the_same() -> None:
    graded = edit(Clip("a", shot("a"), FrameRange(0, 60), grade=Grade(exposure=1)))
    assert audible(graded) == audible(RISING)


def test_only_changed_tracks_travel_and_only_the_active_take() -> None:
    takes = (*shot("a").takes, *shot("b").takes)
    one = edit(Clip("a", Footage(takes, active=1), FrameRange(0, 60)), sound=RISING.tracks[0].clips)
    sender, receiver = EditSender(), EditReceiver()
    receiver.take(sender.changes(one))
    two = replace(one, tracks=(replace(one.tracks[0], clips=()), one.tracks[1]))
    edit_two = sender.changes(two)
    assert edit_two.tracks == ((), None)
    assert receiver.timeline == edit(Clip("a", shot("b"), FrameRange(0, 60)), sound=RISING.tracks[0].clips)
    receiver.take(edit_two)
    assert receiver.timeline == two
