from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np
import pytest

from clappper.flow.reviewing import reels as module
from clappper.flow.reviewing.reel_orders import ReelRoom, Shape
from clappper.flow.reviewing.reels import LOST, Reels
from clappper.media.probe import MediaFacts, probe
from tests.patience import wait_until
from tests.unit.review.clips import moving, texture, write_clip
from tests.winding import wound_here

__all__ = ["wound_here"]


def until_complete(reels: Reels, *paths: Path) -> None:
    wait_until(lambda: all(reels.reel(path).complete for path in paths))


def is_there(name: str) -> bool:
    try:
        SharedMemory(name).close()
    except FileNotFoundError:
        return False
    return True


@pytest.fixture
def reels(wound_here: None) -> Iterator[Reels]:
    del wound_here
    made = Reels()
    yield made
    made.close()


def test_clips_are_decoded_ahead(tmp_path: Path, reels: Reels) -> None:
    paths = [write_clip(tmp_path / f"{n}.mp4", moving(14, seed=n)) for n in range(3)]
    reels.want(paths)
    until_complete(reels, *paths)
    assert [reels.reel(path).count for path in paths] == [14, 14, 14]
    first, last, after = (reels.picture(paths[0], frame) for frame in (0, 13, 99))
    assert first is not None
    assert last is not None
    assert after is not None
    assert first.shape == (72, 128, 4)
    assert not np.array_equal(first, last)
    assert np.array_equal(last, after)
    kept = reels.reel(paths[1])
    reels.want(paths[1:2])
    assert reels.reel(paths[1]) is kept


def test_cuts_are_marked(tmp_path: Path, reels: Reels) -> None:
    path = write_clip(tmp_path / "cut.mp4", moving(4, seed=1) + [texture(9)] * 4)
    reels.want([path])
    wait_until(lambda: reels.reel(path).cuts == (4,))


def test_what_cannot_be_shown_says_why(tmp_path: Path, reels: Reels) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"nothing")
    paths = [tmp_path / "bad.mp4", tmp_path / "gone.mp4"]
    reels.want(paths)
    until_complete(reels, *paths)
    assert all(reels.reel(path).fault for path in paths)
    assert reels.picture(paths[0], 0) is None


def test_memory_is_given_back(tmp_path: Path, reels: Reels, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = ReelRoom.make

    def noted(shape: Shape) -> ReelRoom:
        room = make(shape)
        made.append(room.name)
        return room

    monkeypatch.setattr(ReelRoom, "make", noted)
    paths = [write_clip(tmp_path / f"{n}.mp4", moving(3, seed=n)) for n in range(4)]
    for path in paths:
        reels.want([path])
        until_complete(reels, path)
    assert len(made) == 4
    wait_until(lambda: not any(map(is_there, made[:3])))
    assert is_there(made[3])
    reels.close()
    wait_until(lambda: not is_there(made[3]))
    reels.want(paths[:1])
    until_complete(reels, paths[0])
    assert reels.picture(paths[0], 0) is not None


def test_a_process_that_dies_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[BaseProcess] = []
    start = module.start_winder

    def starting(pipe: Connection) -> BaseProcess:
        started.append(start(pipe))
        return started[-1]

    monkeypatch.setattr(module, "start_winder", starting)
    paths = [write_clip(tmp_path / f"{n}.mp4", moving(3, seed=n)) for n in range(2)]
    reels = Reels()
    reels.want(paths[:1])
    until_complete(reels, paths[0])
    started[0].kill()
    reels.want(paths)
    wait_until(lambda: len(started) == 2)
    until_complete(reels, *paths)
    assert [reels.reel(path).count for path in paths] == [3, 3]
    reels.close()
    wait_until(lambda: not started[1].is_alive())


def test_a_clip_that_ends_the_process_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reels: Reels
) -> None:
    good = write_clip(tmp_path / "good.mp4", moving(3))
    deadly = write_clip(tmp_path / "deadly.mp4", moving(3, seed=1))

    def examine(path: Path) -> MediaFacts:
        if path == deadly:
            raise EOFError
        return probe(path)

    monkeypatch.setattr("clappper.flow.reviewing.winder.probe", examine)
    reels.want([deadly, good])
    until_complete(reels, deadly, good)
    assert reels.reel(deadly).fault == LOST
    assert (reels.reel(good).fault, reels.reel(good).count) == ("", 3)
