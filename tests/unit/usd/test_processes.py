import sys
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.usd.processes import Event, StoppedError, run_worker


def _worker(body: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys, json, os, time\n{body}")


def _ignore(event: Event) -> None:
    del event


def _say(**event: object) -> str:
    return f"print({str(event).replace(chr(39), chr(34))!r}, flush=True)"


def test_events_are_passed_on_and_chatter_is_not(tmp_path: Path) -> None:
    heard: list[Event] = []
    run_worker(
        _worker(f"print('hello')\n{_say(event='frame', i=3)}\n{_say(event='done')}"), tmp_path, heard.append
    )
    assert [event["event"] for event in heard] == ["frame", "done"]


def test_an_error_is_told_as_the_worker_says_it(tmp_path: Path) -> None:
    body = f"{_say(event='error', code='asset', message='No geometry.', hint='Add some.')}\nsys.exit(3)"
    with pytest.raises(UnusableInputError, match=r"No geometry\. Add some\."):
        run_worker(_worker(body), tmp_path, _ignore)


def test_a_crash_is_one_sentence_and_its_log_stays(tmp_path: Path) -> None:
    with pytest.raises(ClappperError, match="ended unexpectedly"):
        run_worker(_worker("sys.stderr.write('why')\nsys.stderr.flush()\nos._exit(134)"), tmp_path, _ignore)
    assert (tmp_path / "render.log").read_text() == "why"


def test_the_killer_of_large_processes_is_named(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("no signals")
    with pytest.raises(ClappperError, match="memory"):
        run_worker(_worker("os.kill(os.getpid(), 9)"), tmp_path, _ignore)


@pytest.mark.parametrize(
    ("complaint", "says"),
    [
        ("terminate called after throwing an instance of std::bad_alloc", "memory ran out"),
        ("EGL Error (0x3001): EGL_NOT_INITIALIZED", r"no graphics driver \(EGL\).* built-in renderer"),
        ("GHOST: failed to create a context", r"no graphics driver \(EGL\)"),
    ],
)
def test_what_the_log_complains_of_is_one_sentence(complaint: str, says: str, tmp_path: Path) -> None:
    body = f"sys.stderr.write({complaint!r})\nsys.stderr.flush()\nos._exit(134)"
    with pytest.raises(ClappperError, match=says):
        run_worker(_worker(body), tmp_path, _ignore)
    with pytest.raises(ClappperError, match="ended unexpectedly"):
        run_worker(_worker("os._exit(134)"), tmp_path, _ignore)


def test_cancel_ends_the_process(tmp_path: Path) -> None:
    heard: list[Event] = []
    body = f"{_say(event='frame', i=0)}\ntime.sleep(1800)"
    with pytest.raises(StoppedError):
        run_worker(_worker(body), tmp_path, heard.append, lambda: bool(heard))


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ClappperError, match="cannot be started"):
        run_worker((str(tmp_path / "nothing"),), tmp_path, _ignore)
