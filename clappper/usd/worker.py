"""What a worker process runs: it builds a scene's folder, or renders it with the built-in renderer."""

from __future__ import annotations

from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.usd.speech import end_with_parent, say, speaking


def main(task: str, folder: Path) -> int:
    """Do ``build``, ``render``, ``expose`` or ``measure`` on a job's folder and give the exit code."""
    end_with_parent()
    return speaking(lambda: _TASKS[task](folder))


def _build(folder: Path) -> None:
    from clappper.usd.builtin.worker import HOW_TO_GET, MISSING

    try:
        from clappper.usd.building import build
    except ImportError as error:
        raise ClappperError(MISSING, HOW_TO_GET) from error
    for warning in build(folder).warnings:
        say("warning", code="stage", message=warning)


def _render(folder: Path) -> None:
    from clappper.usd.builtin.worker import render

    render(folder)


def _expose(folder: Path) -> None:
    from clappper.usd.builtin.worker import expose

    expose(folder)


def _measure(folder: Path) -> None:
    from clappper.usd.builtin.worker import measure

    measure(folder)


_TASKS = {"build": _build, "render": _render, "expose": _expose, "measure": _measure}
