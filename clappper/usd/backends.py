"""Which renderers this machine has, in the order that ``auto`` tries them, and why others are not used."""

from __future__ import annotations

import importlib.util
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.base.settings import Settings


@dataclass(frozen=True, slots=True)
class Renderer:
    """A renderer that can be used: its worker's command, without the folder; see ``command_for``."""

    name: str
    title: str
    command: tuple[str, ...]
    style: str = "worker"


@dataclass(frozen=True, slots=True)
class Unusable:
    """A renderer that cannot be used, why, and what would help."""

    name: str
    title: str
    reason: str
    hint: str = ""


Found = Renderer | Unusable


def own_command(*arguments: str) -> tuple[str, ...]:
    """Start this program again as a worker; a frozen program is its own interpreter."""
    start = (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "clappper")
    return (*start, "scene-worker", *arguments)


def has_usd() -> bool:
    """Tell whether scenes can be built here, without loading USD."""
    return importlib.util.find_spec("pxr") is not None


def has_builtin() -> bool:
    """Tell whether the built-in renderer is installed, without loading it."""
    return all(importlib.util.find_spec(name) is not None for name in ("pxr", "mitsuba", "mitsuba_oidn"))


def find_builtin(settings: Settings) -> Found:
    del settings
    title = "Built-in renderer"
    if not has_builtin():
        return Unusable("builtin", title, "3D renderer not installed", 'pip install "clappper[render]"')
    return Renderer("builtin", title, own_command("render"))


def find_ovrtx(settings: Settings) -> Found:
    title = "RTX renderer"
    if not settings.ovrtx_python:
        return Unusable(
            "ovrtx", title, "RTX renderer not installed", "clappper rtx install shows its licence first"
        )
    if not Path(settings.ovrtx_python).is_file():
        return Unusable(
            "ovrtx", title, f"There is no Python at {settings.ovrtx_python}", "Set ovrtx_python anew"
        )
    if lacking := gpu_problem(platform.system(), _nvidia_smi()):
        return Unusable("ovrtx", title, lacking, "Render locally instead")
    return Renderer("ovrtx", title, (settings.ovrtx_python, str(_script("ovrtx_worker.py"))))


def find_kit(settings: Settings) -> Found:
    title = "Omniverse Kit"
    if not settings.kit_app_dir:
        return Unusable("kit", title, "No Omniverse Kit app configured", "Set kit_app_dir to a built Kit app")
    folder = Path(settings.kit_app_dir)
    kit = next((one for one in (folder / "kit" / "kit", folder / "kit" / "kit.exe") if one.is_file()), None)
    app = next(iter(sorted((folder / "apps").glob("*.kit"))), None)
    if kit is None or app is None:
        return Unusable("kit", title, f"{folder} is no built Kit app", "It holds kit/kit and apps/*.kit")
    if lacking := gpu_problem(platform.system(), _nvidia_smi()):
        return Unusable("kit", title, lacking, "Render locally instead")
    return Renderer("kit", title, (str(kit), str(app)), style="kit")


def find_blender(settings: Settings) -> Found:
    title = "Blender"
    program = settings.blender or next((place for place in _blender_places() if place), "")
    if not program or not (Path(program).is_file() or shutil.which(program)):
        return Unusable("blender", title, "Blender 4.2 or newer not found", "Install it, or set blender")
    script = str(_script("blender_worker.py"))
    if Path(program).name.lower().startswith("python"):
        return Renderer("blender", title, (program, script))
    version = _blender_version(program)
    if version < OLDEST_BLENDER:
        found = ".".join(str(part) for part in version) or "of an unknown version"
        return Unusable("blender", title, f"Blender 4.2 or newer not found: {program} is {found}")
    return Renderer("blender", title, (program, "-b", "--factory-startup", "-P", script, "--"))


FINDERS: tuple[Callable[[Settings], Found], ...] = (find_ovrtx, find_kit, find_blender, find_builtin)
OLDEST_BLENDER = (4, 2)
OLDEST_DRIVER = {"Linux": (570, 169), "Windows": (573, 42)}
_RTX_NAMES = re.compile(r"\bRTX\b|\b[AL]\d{1,3}\b|\bH[12]00\b|\bB[12]00\b|\bGH200\b")


def gpu_problem(system: str, listed: str) -> str:
    """Say why NVIDIA's renderer cannot run, from ``nvidia-smi``'s lines of name and driver."""
    if system not in OLDEST_DRIVER:
        return "NVIDIA RTX rendering runs on Linux and Windows only"
    cards = [line.rsplit(",", 1) for line in listed.splitlines() if "," in line]
    fitting = [driver.strip() for name, driver in cards if _RTX_NAMES.search(name)]
    if not fitting:
        return "No NVIDIA RTX GPU found"
    needed = OLDEST_DRIVER[system]
    numbers = tuple(int(part) for part in re.findall(r"\d+", fitting[0])[:2])
    if numbers < needed:
        return f"Driver {fitting[0]} is too old for RTX rendering: {needed[0]}.{needed[1]} or newer"
    return ""


def _nvidia_smi() -> str:
    command = ("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
    return _said(command)


@cache
def _blender_version(program: str) -> tuple[int, ...]:
    found = re.search(r"Blender (\d+)\.(\d+)", _said((program, "--version")))
    return (int(found[1]), int(found[2])) if found else ()


def _said(command: tuple[str, ...]) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout


def _blender_places() -> Iterator[str]:
    yield shutil.which("blender") or ""
    for pattern in (
        "C:/Program Files/Blender Foundation/*/blender.exe",
        "/Applications/Blender.app/Contents/MacOS/Blender",
        "/snap/bin/blender",
    ):
        anchor = Path(pattern).anchor
        if Path(anchor).is_dir():
            yield from (str(path) for path in sorted(Path(anchor).glob(pattern[len(anchor) :]), reverse=True))


def _script(name: str) -> Path:
    return Path(__file__).with_name("foreign") / name


def command_for(renderer: Renderer, folder: Path) -> tuple[str, ...]:
    """Give the whole command for a scene's folder; Kit takes its script and folder in one text."""
    if renderer.style != "kit":
        return (*renderer.command, str(folder))
    script, place = _script("kit_script.py").as_posix(), folder.as_posix()
    if '"' in f"{script}{place}":
        raise ClappperError(f"Kit cannot work in {place}: a name has a quotation mark.", "Rename the folder.")
    return (
        *renderer.command,
        "--no-window",
        "--no-audio",
        "--portable-root",
        str(folder / "kit"),
        "--/app/content/emptyStageOnStart=true",
        "--/app/window/hideUi=true",
        "--/crashreporter/enabled=false",
        "--enable",
        "omni.replicator.core",
        "--enable",
        "omni.kit.capture.viewport",
        "--exec",
        f'"{script}" "{place}"',
    )


def survey(settings: Settings) -> tuple[Found, ...]:
    """Look for every renderer, in ``auto``'s order."""
    return tuple(find(settings) for find in FINDERS)


def choose(wanted: str, settings: Settings) -> tuple[Renderer, tuple[str, ...]]:
    """Give the renderer to use, and what was passed over and why.

    Raises:
        ClappperError: the wanted one, or any at all, cannot be used.
    """
    passed: list[str] = []
    for found in survey(settings):
        if wanted not in {"auto", found.name}:
            continue
        if isinstance(found, Renderer):
            return found, tuple(passed)
        if wanted == found.name:
            raise ClappperError(f"{found.reason}.", found.hint)
        passed.append(f"{found.title}: {found.reason}")
    raise ClappperError(
        "No 3D renderer can be used here.",
        f'Install one with: pip install "clappper[render]". {"; ".join(passed)}.',
    )
