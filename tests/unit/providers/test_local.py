"""LocalTasks with real child processes and tiny functions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.providers.child import Report, _fault, _reporter, facts_file, tell
from clappper.providers.contract import (
    FaultKind,
    GenRequest,
    Kind,
    Output,
    Progress,
    ProviderError,
    RemoteState,
)
from clappper.providers.local import LocalTasks
from tests.patience import until, wait_until
from tests.processes import is_alive

REQUEST = GenRequest("job-1", Kind.MUSIC, "music", "bed-1", "calm", 1.0)


def write_prompt(request: GenRequest, destination: Path, report: Report) -> None:
    report(0.5, "writing")
    destination.write_text(request.prompt)
    tell(destination, {"words": 1})


def refuse(_request: GenRequest, destination: Path, _report: Report) -> None:
    destination.write_text("half")
    raise UnusableInputError("mug.jpg is not a picture.", "Use a JPEG.")


def stumble(_request: GenRequest, _destination: Path, _report: Report) -> None:
    raise ZeroDivisionError("by nought")


def vanish(_request: GenRequest, destination: Path, _report: Report) -> None:
    destination.write_text("half")
    os._exit(7)


def dawdle(_request: GenRequest, destination: Path, report: Report) -> None:
    destination.write_text("half")
    report(0.25, "dawdling")
    time.sleep(60)


async def settle(tasks: LocalTasks, *, stage: str = "") -> Progress:
    """Wait until the task ends or reaches ``stage``."""

    def settled() -> bool:
        progress = tasks.progress("job-1")
        return progress.state is not RemoteState.RUNNING or progress.stage == stage

    await until(settled)
    return tasks.progress("job-1")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_finished_task_offers_its_file_and_what_lies_beside_it(tmp_path: Path) -> None:
    tasks = LocalTasks(tmp_path / "scratch")
    tasks.start("job-1", write_prompt, REQUEST, ".wav")
    progress = await settle(tasks)
    output = progress.outputs[0]
    assert (progress.state, output.mime, output.role) == (RemoteState.SUCCEEDED, "audio/wav", "audio")
    assert Path(output.location) == tasks.file("job-1", ".wav")
    assert progress.sent == {"words": 1}
    assert facts_file(Path(output.location)).exists()
    await tasks.fetch("job-1", output, tmp_path / "bed.wav")
    assert (tmp_path / "bed.wav").read_text() == "calm"
    assert not (await tasks.cancel("job-1")).stopped
    await tasks.aclose()
    assert names(tmp_path) == ["bed.wav", "scratch"]


async def test_a_person_s_error_keeps_its_message_and_hint_and_leaves_no_file(tmp_path: Path) -> None:
    tasks = LocalTasks(tmp_path)
    tasks.start("job-1", refuse, REQUEST, ".wav")
    progress = await settle(tasks)
    assert progress.state is RemoteState.FAILED
    assert progress.error is not None
    assert progress.error.kind is FaultKind.INVALID
    assert (progress.error.message, progress.error.hint) == ("mug.jpg is not a picture.", "Use a JPEG.")
    await tasks.aclose()
    assert names(tmp_path) == []


async def test_a_bug_reports_its_type_and_logs_its_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tasks = LocalTasks(tmp_path)
    tasks.start("job-1", stumble, REQUEST, ".wav")
    progress = await settle(tasks)
    assert progress.error is not None
    assert progress.error.message == "ZeroDivisionError: by nought"
    assert "in stumble" in caplog.text
    caplog.clear()
    await tasks.aclose()


async def test_a_child_that_dies_is_a_failure_and_leaves_no_file(tmp_path: Path) -> None:
    tasks = LocalTasks(tmp_path)
    tasks.start("job-1", vanish, REQUEST, ".wav")
    progress = await settle(tasks)
    assert progress.error is not None
    assert progress.error.kind is FaultKind.TRANSIENT
    await tasks.aclose()
    assert names(tmp_path) == []


async def test_cancel_ends_the_child_and_removes_the_half_file(tmp_path: Path) -> None:
    tasks = LocalTasks(tmp_path)
    tasks.start("job-1", dawdle, REQUEST, ".wav")
    await settle(tasks, stage="dawdling")
    tasks.start("job-1", dawdle, REQUEST, ".wav")
    assert tasks.progress("job-1").fraction == 0.25
    assert (await tasks.cancel("job-1")).stopped
    assert names(tmp_path) == []
    with pytest.raises(ProviderError) as lost:
        tasks.progress("job-1")
    assert lost.value.fault.kind is FaultKind.LOST


async def test_closing_stops_what_still_runs(tmp_path: Path) -> None:
    tasks = LocalTasks(tmp_path)
    tasks.start("job-1", dawdle, REQUEST, ".wav")
    await settle(tasks, stage="dawdling")
    await tasks.aclose()
    assert names(tmp_path) == []


async def test_a_task_nobody_started_is_lost(tmp_path: Path) -> None:
    tasks = LocalTasks(tmp_path)
    with pytest.raises(ProviderError):
        tasks.progress("elsewhere")
    with pytest.raises(ProviderError):
        await tasks.fetch("elsewhere", Output("nowhere.wav", "audio/wav"), tmp_path / "bed.wav")


def test_a_key_that_is_no_file_name_still_gets_one(tmp_path: Path) -> None:
    file = LocalTasks(tmp_path).file("../job 1/é", ".wav")
    assert file.parent.parent == tmp_path
    assert file.name.endswith(".wav")


PARENT = """
import sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_local
from clappper.providers.local import LocalTasks
if __name__ == "__main__":
    tasks = LocalTasks(Path({scratch!r}))
    tasks.start("job-1", test_local.dawdle, test_local.REQUEST, ".wav")
    while tasks.progress("job-1").stage != "dawdling":
        time.sleep(0.02)
    print(tasks._tasks["job-1"].process.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a Unix word")
def test_a_killed_program_leaves_no_orphan_and_no_half_file(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    scratch = tmp_path / "scratch"
    script.write_text(PARENT.format(tests=str(Path(__file__).parent), scratch=str(scratch)))
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_alive(child))
    assert names(scratch) == []


def test_reports_are_thinned_so_that_the_pipe_never_fills() -> None:
    said: list[object] = []

    class Pipe:
        def send(self, step: object) -> None:
            said.append(step)

    report = _reporter(Pipe())  # type: ignore[arg-type]
    for frame in range(10_000):
        report(frame / 10_000, "drawing")
    assert 90 <= len(said) <= 110


def test_a_full_disk_and_a_full_memory_are_resources() -> None:
    assert _fault(OSError(28, "No space left on device")).kind is FaultKind.RESOURCE
    assert _fault(MemoryError()).kind is FaultKind.RESOURCE
