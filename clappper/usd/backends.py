"""Which renderers this machine has, in the order that ``auto`` tries them, and why others are not used."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass

from clappper.base.errors import ClappperError
from clappper.base.settings import Settings


@dataclass(frozen=True, slots=True)
class Renderer:
    """A renderer that can be used: ``command`` takes the job's folder as its last argument."""

    name: str
    title: str
    command: tuple[str, ...]


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


def find_builtin(settings: Settings) -> Found:
    del settings
    title = "Built-in renderer"
    missing = [name for name in ("pxr", "mitsuba", "mitsuba_oidn") if importlib.util.find_spec(name) is None]
    if missing:
        return Unusable("builtin", title, "3D renderer not installed", 'pip install "clappper[render]"')
    return Renderer("builtin", title, own_command("render"))


FINDERS: tuple[Callable[[Settings], Found], ...] = (find_builtin,)


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
