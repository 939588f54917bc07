"""The projects that were open before, the newest first, with a picture of each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from clappper.flow.project.session import Session
from clappper.store.files import write_atomically
from clappper.store.project import DATABASE
from clappper.timeline.model import Footage

FILE = "recent.json"
MOST = 24


@dataclass(frozen=True, slots=True)
class Recent:
    """One project. ``opened`` is ISO 8601, UTC; ``picture`` is a file or empty."""

    path: str
    name: str
    opened: str
    picture: str = ""

    @property
    def is_there(self) -> bool:
        return (Path(self.path) / DATABASE).is_file()


def read(folder: Path) -> tuple[Recent, ...]:
    """List the projects known in the user's ``folder``; a list that cannot be read is empty."""
    try:
        rows = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return tuple(Recent(**row) for row in rows)
    except (OSError, ValueError, TypeError):
        return ()


def note(folder: Path, session: Session, now: datetime) -> None:
    """Put an open project at the top of the list."""
    path = str(session.project.path)
    one = Recent(path, session.brief.project.name, now.isoformat(), _picture(session))
    _write(folder, (one, *(other for other in read(folder) if other.path != path)))


def forget(folder: Path, path: str) -> None:
    """Take a project off the list; the project stays where it is."""
    _write(folder, tuple(other for other in read(folder) if other.path != path))


def _write(folder: Path, recents: tuple[Recent, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = [asdict(one) for one in recents[:MOST]]
    write_atomically(folder / FILE, json.dumps(rows, indent=1, ensure_ascii=False).encode())


def _picture(session: Session) -> str:
    """Find a picture of the edit's first clip, else of the newest asset that has one."""
    project = session.project
    assets = {asset.path: asset for asset in project.assets.list("video")}
    clips = (clip for track in session.timeline.tracks for clip in track.clips)
    used = [clip.content.take.path for clip in clips if isinstance(clip.content, Footage)]
    for path in (*used, *assets):
        thumbnail = assets[path].derived.get("thumbnail", "") if path in assets else ""
        if thumbnail and (project.path / thumbnail).is_file():
            return str(project.path / thumbnail)
    return ""
