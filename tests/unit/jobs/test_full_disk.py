from __future__ import annotations

import io
import shutil
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clappper.jobs.ingest import import_file
from clappper.jobs.model import JobState
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import JobRunner
from clappper.store.files import StorageError
from clappper.store.project import ProjectFolder

Bench = Any


def mount(folder: Path, options: str) -> bool:
    """Make a disk in memory, or change the size of one; False where that is not allowed."""
    command = shutil.which("mount")
    if command is None:
        return False
    arguments = [command, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(arguments, capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount(folder, "size=2m"):
        pytest.skip("may not mount a small disk")
    yield folder
    subprocess.run([shutil.which("umount") or "umount", str(folder)], check=True)


def large_sound() -> bytes:
    """Give a WAV file of three megabytes."""
    memory = io.BytesIO()
    with wave.open(memory, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(bytes(3_000_000))
    return memory.getvalue()


async def test_paid_work_that_does_not_fit_is_fetched_when_there_is_room(bench: Bench, disk: Path) -> None:
    sound = large_sound()
    with ProjectFolder.create(disk / "ad", clock=bench.clock) as project:
        queue = JobQueue(project, bench.queue.registry, bench.hub, clock=bench.clock)
        small = queue.enqueue(bench.request(seed=2)).job
        await JobRunner(queue, bench.workers).run_until_idle()
        bench.paid.fetches.extend([sound, sound])
        large = queue.enqueue(bench.request(seed=1)).job
        with pytest.raises(StorageError, match="no room"):
            await JobRunner(queue, bench.workers).run_until_idle()
        assert queue.job(large.id).state is JobState.FETCHING
        assert queue.job(small.id).state is JobState.DONE
        assert not list(project.path.rglob("*.part"))

        assert mount(disk, "remount,size=20m")
        await JobRunner(queue, bench.workers).run_until_idle()

        assert queue.job(large.id).state is JobState.DONE
        assert [request.seed for request in bench.paid.asked] == [2, 1]


async def test_a_users_file_that_does_not_fit_leaves_nothing(
    bench: Bench, disk: Path, tmp_path: Path
) -> None:
    (tmp_path / "song.wav").write_bytes(large_sound())
    with ProjectFolder.create(disk / "ad") as project:
        with pytest.raises(StorageError, match="no room"):
            await import_file(project, tmp_path / "song.wav", bench.workers, bench.hub)
        assert not list(project.media.iterdir())
        assert project.assets.list() == ()
