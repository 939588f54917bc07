"""What a worker process runs: it builds a scene's folder, or renders it with the built-in renderer."""

from __future__ import annotations

import json
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.usd.nucleus import COPIES, LAYERS
from clappper.usd.speech import end_with_parent, say, speaking


def main(task: str, folder: Path) -> int:
    """Do one of the tasks below on a job's folder and give the exit code."""
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


def _names(folder: Path) -> None:
    """Say what each layer copied from Nucleus names; a damaged one is told when the scene is built."""
    from pxr import Tf, UsdUtils

    for file in json.loads((folder / COPIES / LAYERS).read_text(encoding="utf-8")):
        try:
            named = UsdUtils.ExtractExternalReferences(file)
        except Tf.ErrorException:
            named = ()
        say("names", file=file, names=sorted({name for names in named for name in names}))


_TASKS = {"build": _build, "render": _render, "expose": _expose, "measure": _measure, "names": _names}
