"""What a plug-in measures: words, and sets of clips."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clappper.base.errors import UnusableInputError

SUFFIXES = frozenset({".mp4", ".mov", ".webm", ".mkv"})


@dataclass(frozen=True, slots=True)
class Material:
    """``reference`` is a description to compare the prompt with, ``caption`` says what the clip shows.

    ``clips`` and ``reference_clips`` are sets to compare. Networks lie in ``models``.
    All but that may be empty.
    """

    models: Path
    prompt: str = ""
    reference: str = ""
    caption: str = ""
    clips: tuple[Path, ...] = ()
    reference_clips: tuple[Path, ...] = ()


def clips_in(folder: Path | None) -> tuple[Path, ...]:
    """List the clips of a folder by name; none without a folder.

    Raises:
        UnusableInputError: it cannot be read, or holds no clip.
    """
    if folder is None:
        return ()
    try:
        found = tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES))
    except OSError as error:
        raise UnusableInputError(f"{folder} cannot be read: {error.strerror}.") from error
    if not found:
        raise UnusableInputError(f"{folder} holds no clip.", f"Clips end in {', '.join(sorted(SUFFIXES))}.")
    return found
