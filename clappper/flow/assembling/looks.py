"""The looks an edit can wear: those that come with the program, and a person's own .cube files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from clappper.base.paths import resource
from clappper.flow.brief_files import copy_look
from clappper.store.files import sha256_of
from clappper.store.project import ProjectFolder


@cache
def shipped_looks() -> dict[str, Path]:
    """Give the looks that come with the program, by name."""
    return {path.stem: path for path in sorted(resource("luts").glob("*.cube"))}


def name_of(lut: str) -> str:
    """Name the LUT at a path inside a project: a shipped one by its name; empty for none."""
    if not lut:
        return ""
    stem = Path(lut).stem
    shipped = (name for name, path in shipped_looks().items() if _digest(path) == stem)
    return next(shipped, "own LUT")


def keep_look(project: ProjectFolder, path: Path) -> str:
    """Copy a LUT into the project, where every export finds it; give its path there.

    Raises:
        UnusableInputError: the file is no LUT.
    """
    from clappper.media.cube import read_cube

    read_cube(path)
    return project.relative(copy_look(path, project))


@cache
def _digest(path: Path) -> str:
    return sha256_of(path)[:16]
