"""Where a file that is dropped on the brief belongs, by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from clappper.ui.brief.fields import DOCUMENTS, LOGOS, PICTURES, SCENES_3D, SONGS, FieldRow

HOMES = (
    (PICTURES, "assets.product_images"),
    (LOGOS, "product.logo"),
    (SONGS, "audio.file"),
    (DOCUMENTS, "assets.guideline_documents"),
    (SCENES_3D, "assets.product_usd"),
)


def suffixes(files: str) -> frozenset[str]:
    """Read the endings out of a kind of file as a dialog writes it: ``Pictures (*.png *.jpg)``."""
    return frozenset(re.findall(r"\*(\.\w+)", files))


def home_of(path: Path, wanted: FieldRow | None = None) -> str:
    """Name the field that takes a file: the one it was dropped on if that can, else the first that can.

    Empty where the brief has no place for it. A picture called a logo is one.
    """
    ending = path.suffix.lower()
    if wanted is not None and ending in suffixes(wanted.files):
        return wanted.path
    if "logo" in path.stem.lower() and ending in suffixes(LOGOS):
        return "product.logo"
    return next((field for files, field in HOMES if ending in suffixes(files)), "")


def sorted_by_home(paths: list[Path], wanted: FieldRow | None = None) -> dict[str, list[Path]]:
    """Sort files by the field that takes them; folders give what lies in them."""
    homes: dict[str, list[Path]] = {}
    for path in _files(paths):
        homes.setdefault(home_of(path, wanted), []).append(path)
    return homes


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.iterdir() if one.is_file() and home_of(one))
        else:
            yield path
