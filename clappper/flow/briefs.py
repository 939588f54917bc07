"""Brief files: read from JSON or TOML, written whole or not at all."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clappper.base.errors import UnusableInputError
from clappper.brief.schema import AdBrief, BriefError, load_brief, to_dict
from clappper.brief.variants import Variation, variations
from clappper.store.files import write_atomically

LARGEST_BYTES = 2_000_000


def read_brief(path: Path) -> AdBrief:
    """Read a brief; ``.toml`` is TOML, anything else JSON.

    Raises:
        UnusableInputError: the file cannot be read, is no such text, or is not a brief.
    """
    data = _parsed(path, _text_of(path))
    if not isinstance(data, Mapping):
        raise UnusableInputError(
            f"{path.name} holds no brief.", "A brief is a table with project, product, …"
        )
    try:
        return load_brief(data)
    except BriefError as error:
        raise BriefError(f"{path.name} is not a usable brief:\n{error.message}", error.hint) from error


def write_brief(brief: AdBrief, path: Path) -> None:
    """Write a brief as JSON or, for a name in ``.toml``, as TOML."""
    import tomli_w

    data = to_dict(brief)
    toml = path.suffix.lower() == ".toml"
    text = tomli_w.dumps(data) if toml else json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode())


def slug(name: str) -> str:
    """Turn an ad's name into one that is safe for files on every system."""
    return re.sub(r"[^\w-]+", "-", name.casefold()).strip("-_")[:60] or "ad"


def write_variations(brief: AdBrief, count: int, path: Path) -> tuple[tuple[Path, Variation], ...]:
    """Write up to ``count`` variations of a brief beside ``path``, each changing one named thing."""
    written = []
    for variation in variations(brief, count):
        place = path.with_name(f"{path.stem}.{variation.name}{path.suffix}")
        write_brief(variation.brief, place)
        written.append((place, variation))
    return tuple(written)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise UnusableInputError(
                f"{path.name} is {path.stat().st_size / 1e6:.0f} MB, far too large for a brief.",
                "Give the brief's JSON or TOML file; pictures and sound are named in it by their paths.",
            )
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise UnusableInputError(
            f"There is no file {path}.", "Make one with: clappper brief new TEMPLATE"
        ) from error
    except UnicodeDecodeError as error:
        raise UnusableInputError(
            f"{path.name} is not a text file.", "A brief is JSON or TOML in UTF-8."
        ) from error
    except OSError as error:
        raise UnusableInputError(f"{path} cannot be read: {error.strerror}.") from error


def _parsed(path: Path, text: str) -> Any:
    if not text.strip():
        raise UnusableInputError(f"{path.name} is empty.", "Make a brief with: clappper brief new TEMPLATE")
    try:
        return tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except json.JSONDecodeError as error:
        raise UnusableInputError(
            f"{path.name} is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise UnusableInputError(f"{path.name} is not valid TOML: {error}.") from error
    except RecursionError as error:
        raise UnusableInputError(f"{path.name} is nested too deeply to be a brief.") from error
