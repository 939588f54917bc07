"""Whether a scene was changed since its last finished render: its files against what is remembered.

``assets.json`` remembers what a build used, its own files by their place in the folder, which can be moved.
It becomes ``rendered.json`` once its film is there, so that a scene whose re-render was broken off stays
changed. Touching a file without changing it does not count; a texture that was painted over does. No USD is
opened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clappper.store.files import sha256_of, write_atomically

STAGE, ROOT = "stage", "root.usda"
BUILT, RENDERED = "assets.json", "rendered.json"


@dataclass(frozen=True, slots=True)
class SceneChanges:
    """The files that differ, by path; ``missing`` are gone."""

    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing)


def scene_changes(folder: Path) -> SceneChanges:
    """Compare the files of a scene's folder with those it was last built from."""
    known = _remembered(folder)
    missing = tuple(path for path in known if not Path(path).is_file())
    changed = tuple(
        path for path, digest in known.items() if path not in missing and sha256_of(Path(path)) != digest
    )
    return SceneChanges(changed, missing)


@dataclass(slots=True)
class SceneWatch:
    """Asks cheaply: hashes are computed only when a size or a time of change differs."""

    folder: Path
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    _last: SceneChanges = field(default_factory=SceneChanges)

    def look(self) -> SceneChanges:
        """Give the changes as of now; call it every few seconds."""
        paths = (*_remembered(self.folder), str(_memory(self.folder)))
        stamps = {path: _stamp(Path(path)) for path in paths}
        if stamps != self._seen:
            self._seen, self._last = stamps, scene_changes(self.folder)
        return self._last


def revision(folder: Path) -> str:
    """Name the scene's present content: the same content, the same name."""
    import hashlib

    digest = hashlib.sha256()
    for path in sorted(_remembered(folder)):
        if Path(path).is_file():
            digest.update(f"{Path(path).name}:{sha256_of(Path(path))}\n".encode())
    return digest.hexdigest()[:16]


def written(hashes: Mapping[str, str], folder: Path) -> bytes:
    """Give the text of ``assets.json`` for the hashes of files by their paths."""
    places = {path: Path(path) for path in hashes}
    own = {path: place.relative_to(folder).as_posix() for path, place in places.items()
           if place.is_relative_to(folder)}  # fmt: skip
    return json.dumps({own.get(path, path): digest for path, digest in hashes.items()}, indent=1).encode()


def remember(folder: Path) -> None:
    """Note that what was built last is now rendered."""
    write_atomically(folder / STAGE / RENDERED, (folder / STAGE / BUILT).read_bytes())


def _memory(folder: Path) -> Path:
    """Find what the last finished render used; before there was one, what was built."""
    rendered = folder / STAGE / RENDERED
    return rendered if rendered.is_file() else folder / STAGE / BUILT


def _remembered(folder: Path) -> dict[str, str]:
    try:
        known = json.loads(_memory(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {str(folder / path): str(digest) for path, digest in known.items()}


def _stamp(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError:
        return 0, 0
    return facts.st_mtime_ns, facts.st_size
