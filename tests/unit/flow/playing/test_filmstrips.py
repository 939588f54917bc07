from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from clappper.base.events import EventHub
from clappper.base.units import FrameRate
from clappper.flow.playing.filmstrips import Companion, FilmstripReady, Filmstrips
from clappper.jobs.workers import Workers
from clappper.media.audio import write_wav
from clappper.media.encode import FrameWriter
from clappper.media.encoding import Encoding
from clappper.media.picture import Yuv
from clappper.store.project import ProjectFolder
from tests.patience import until


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    folder = ProjectFolder.create(tmp_path / "p")
    encoding = Encoding(64, 36, FrameRate(12), options={"preset": "ultrafast", "crf": "4"})
    with FrameWriter(folder.media / "a.mp4", encoding) as writer:
        for level in range(40, 160, 10):
            writer.write(Yuv.blank(64, 36, luma=level))
    write_wav(folder.media / "s.wav", np.full((24_000, 2), 0.5, np.float32))
    return folder


@pytest.fixture
def heard() -> list[FilmstripReady]:
    return []


@pytest.fixture
async def strips(project: ProjectFolder, heard: list[FilmstripReady]) -> AsyncIterator[Filmstrips]:
    hub = EventHub()
    hub.subscribe(FilmstripReady, heard.append)
    async with Workers(1) as workers:
        opened = Filmstrips(project, workers, hub)
        yield opened
        await opened.aclose()


async def until_heard(heard: list[FilmstripReady], count: int) -> None:
    await until(lambda: len(heard) >= count)


async def test_what_is_missing_is_made_once_and_then_read_at_once(
    strips: Filmstrips, project: ProjectFolder, heard: list[FilmstripReady]
) -> None:
    assert strips.tiles("media/a.mp4") is None
    assert strips.tiles("media/a.mp4") is None
    assert strips.peaks("media/s.wav") is None
    assert strips.peaks("media/gone.wav") is None
    await until_heard(heard, 3)
    tiles = strips.tiles("media/a.mp4")
    assert tiles is not None
    assert tiles.shape == (12, 36, 64, 3)
    assert (np.diff(tiles.mean(axis=(1, 2, 3))) > 5).all()
    peaks = strips.peaks("media/s.wav")
    assert peaks is not None
    assert peaks[:, 1].tolist() == [64] * 50
    assert "missing" in strips.problem("media/gone.wav", Companion.WAVEFORM)
    assert strips.peaks("media/gone.wav") is None
    assert len(heard) == 3

    write_wav(project.media / "gone.wav", np.zeros((4_800, 2), np.float32))
    assert strips.problem("media/gone.wav", Companion.WAVEFORM) == ""
    strips.peaks("media/gone.wav")
    again = Filmstrips(project, Workers(1), EventHub())
    assert again.tiles("media/a.mp4") is None
    await until_heard(heard, 4)
    found = again.tiles("media/a.mp4")
    assert found is not None
    assert np.array_equal(found, tiles), "a second program needs no worker"
    assert strips.peaks("media/gone.wav") is not None
