"""Installing NVIDIA's RTX renderer beside the program: only when asked, and after its licence was agreed to.

It gets an environment of its own, because it does not stand in one process with OpenUSD. Its packages on the
public index are stubs that fetch the real ones from NVIDIA. What fails or is cancelled leaves nothing behind.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.paths import AppPaths
from clappper.base.settings import SettingsFile
from clappper.usd.processes import follow

PACKAGES = ("ovrtx==0.6.0.1791947691", "ovstage==0.3.0.1791986420")
SOURCES = ("--extra-index-url", "https://pypi.nvidia.com")
OLDEST, NEWEST = (3, 10), (3, 13)
FOLDER, LOG = "rtx", "rtx-install.log"
_STUB = re.compile(r"InstallFailedError|cannot download the real wheel")
_TRIAL = "import ovrtx, ovstage, sys; print(sys.prefix)"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Licence:
    """What has to be agreed to; ``name`` is what a person repeats."""

    name: str
    address: str
    summary: tuple[str, ...]


LICENCE = Licence(
    "NVIDIA-Software-License",
    "https://www.nvidia.com/en-us/agreements/enterprise-software/nvidia-software-license-agreement/",
    (
        "The RTX renderer (ovrtx, ovstage) belongs to NVIDIA and is not free software.",
        "It comes under the NVIDIA Software License Agreement and the Product Terms for AI Products.",
        "It may be used on NVIDIA hardware only, and its speed may not be published.",
        "It is a pre-release: nothing critical should depend on it.",
        "It is fetched from PyPI and from NVIDIA and takes some gigabytes in a folder of its own.",
    ),
)


def folder_of(paths: AppPaths) -> Path:
    """Say where the renderer is put."""
    return paths.models.parent / FOLDER


def install(
    paths: AppPaths,
    agreed: str,
    report: Report = lambda _: None,
    is_stopped: Callable[[], bool] = lambda: False,
    *,
    sources: tuple[str, ...] = SOURCES,
) -> Path:
    """Install the renderer and note its Python in the settings; blocks for minutes. Gives that Python.

    ``agreed`` is the name of the licence that was agreed to; ``sources`` tell pip where to look.

    Raises:
        UnusableInputError: the licence was not agreed to.
        StoppedError: it was cancelled.
        ClappperError: there is no Python for it, or it could not be fetched or does not start.
    """
    if agreed != LICENCE.name:
        raise UnusableInputError(
            f"The RTX renderer comes under {LICENCE.name}; read it at {LICENCE.address}.",
            f"If you agree: clappper rtx install --agree {LICENCE.name}",
        )
    place, log = folder_of(paths), paths.logs / LOG
    paths.logs.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    try:
        python = _prepared(place, log, report, is_stopped, sources)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    SettingsFile(paths.config).save(ovrtx_python=str(python))
    return python


def remove(paths: AppPaths) -> bool:
    """Take the renderer away; tell whether there was one."""
    place = folder_of(paths)
    there = place.exists()
    settings = SettingsFile(paths.config)
    if settings.load().ovrtx_python.startswith(str(place)):
        settings.save(ovrtx_python="")
    shutil.rmtree(place, ignore_errors=True)
    return there


def _prepared(
    place: Path, log: Path, report: Report, is_stopped: Callable[[], bool], sources: tuple[str, ...]
) -> Path:
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    report("Making a Python environment of its own")
    _run([find_python(), "-m", "venv", str(place)], log, report, is_stopped)
    report("Fetching the RTX renderer from NVIDIA")
    pip = [
        str(python),
        "-m",
        "pip",
        "install",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar=off",
    ]
    _run([*pip, *sources, *PACKAGES], log, report, is_stopped)
    report("Trying it")
    _run([str(python), "-c", _TRIAL], log, report, is_stopped)
    return python


def _run(command: list[str], log: Path, report: Report, is_stopped: Callable[[], bool]) -> None:
    start = log.stat().st_size if log.is_file() else 0
    said: list[str] = []

    def hear(line: str) -> None:
        said.append(line)
        if line.startswith(("Collecting", "Downloading", "Installing")):
            report(line)

    code = follow(command, log, hear, is_stopped)
    if code == 0:
        return
    with log.open("rb") as file:
        file.seek(start)
        complaint = file.read().decode(errors="replace")
    if _STUB.search(complaint + "\n".join(said)):
        raise ClappperError(
            "The RTX renderer is downloaded from NVIDIA and their server did not answer.", "Try again later."
        )
    errors = [line for line in complaint.splitlines() if line.strip()]
    reason = errors[-1].removeprefix("ERROR: ") if errors else f"exit code {code}"
    raise ClappperError(f"The RTX renderer could not be installed: {reason[:200]}", f"See {log}.")


def find_python() -> str:
    """Find a Python that the renderer is made for: this program's own, else the newest on the path.

    Raises:
        ClappperError: there is none.
    """
    if not getattr(sys, "frozen", False) and OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    raise ClappperError(
        "The RTX renderer needs Python 3.10 to 3.13.", "Install one from python.org, then try again."
    )
