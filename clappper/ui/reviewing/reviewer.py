"""Who judges at this installation: a name of its own, kept in the user's settings folder."""

from __future__ import annotations

from getpass import getuser
from pathlib import Path

from clappper.base.ids import new_id


def reviewer_of(config: Path) -> str:
    """Give the reviewer's name; it is made once, so that copies of a project tell people apart."""
    path = config / "reviewer"
    try:
        known = path.read_text("utf-8").strip()
    except OSError:
        known = ""
    return known or _new_reviewer(path)


def _new_reviewer(path: Path) -> str:
    name = f"{getuser()}-{new_id('reviewer')[-6:]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name, "utf-8")
    return name
