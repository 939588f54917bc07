"""Where a new ad's project goes."""

from __future__ import annotations

from pathlib import Path

from clappper.flow.briefs import slug

HOME = "Clappper"
SUFFIX = ".clappper"


def free_folder(parent: Path, name: str) -> Path:
    """Give a folder for a new project that is not there yet."""
    base = slug(name)
    names = [base, *(f"{base}-{number}" for number in range(2, 1000))]
    return next(parent / f"{one}{SUFFIX}" for one in names if not (parent / f"{one}{SUFFIX}").exists())
