"""The window on a virtual screen, with real key presses: what a key did is in the project afterwards."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clappper.base.events import EventHub
from clappper.brief.templates import template
from clappper.flow.project.session import create_session, open_session
from tests.patience import PATIENCE_SECONDS

NEEDED = ("Xvfb", "xdotool")


@pytest.fixture
def screen() -> Iterator[str]:
    """Start a screen of its own; give its display's name."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} are not installed")
    out, into = os.pipe()
    command = ["Xvfb", "-displayfd", str(into), "-screen", "0", "1600x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[into], stderr=subprocess.DEVNULL)
    os.close(into)
    with os.fdopen(out) as told:
        display = told.readline().strip()
    try:
        yield f":{display}"
    finally:
        server.terminate()
        server.wait()


def press(display: str, *words: str) -> str:
    answer = subprocess.run(
        ["xdotool", *words],
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout


def window_named(display: str, name: str, program: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if program.poll() is not None:
            said = program.stderr.read().decode(errors="replace") if program.stderr else ""
            if "Could not load the Qt platform" in said:
                pytest.skip("Qt's xcb libraries are missing (libxcb-cursor0, libxkbcommon-x11-0 ...)")
            pytest.fail(f"the program ended with {program.returncode}: {said}")
        found = press(display, "search", "--onlyvisible", "--name", name).split()
        if found:
            return found[0]
        time.sleep(0.2)
    pytest.fail(f"no window named {name} came")


async def test_a_key_pressed_on_the_screen_is_a_step_in_the_project(screen: str, tmp_path: Path) -> None:
    session = await create_session(tmp_path / "ad", template("product-offer"), EventHub())
    await session.aclose()
    environ = {**os.environ, "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path / "home")}
    program = _started(tmp_path / "ad", environ)
    try:
        window = window_named(screen, "Product offer", program)
        press(screen, "windowfocus", "--sync", window)
        press(screen, "key", "--delay", "100", "ctrl+d", "ctrl+2", "ctrl+1", "ctrl+q")
        assert program.wait(PATIENCE_SECONDS) == 0
    finally:
        program.kill()
        program.communicate()
    again = await open_session(tmp_path / "ad", EventHub())
    try:
        assert again.history_names == ("New ad", "Duplicate scene")
    finally:
        await again.aclose()


def _started(project: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "clappper", "edit", str(project)]
    return subprocess.Popen(command, env=environ, stderr=subprocess.PIPE)
