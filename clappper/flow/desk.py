"""What undo covers, as one value, and how it is laid down in a project's journal piece by piece."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.brief.schema import AdBrief, load_brief, to_dict
from clappper.flow.assembling.assemble import branding_of, look_of
from clappper.store.database import DamagedError
from clappper.store.journal import Journal, digest_of
from clappper.store.project import ProjectFolder
from clappper.timeline.model import Clip, Timeline, Track, TrackKind, from_json, to_json


@dataclass(frozen=True, slots=True)
class Desk:
    """All that undo covers: the brief and the edit. Before anything was made the timeline has no clips."""

    brief: AdBrief
    timeline: Timeline


def empty_timeline(brief: AdBrief) -> Timeline:
    """Give the edit that a new project starts with: the usual tracks, as long as the ad, nothing on them."""
    rate = FrameRate(brief.project.fps)
    tracks = (
        Track("shots", TrackKind.VIDEO, "Shots"),
        Track("titles", TrackKind.OVERLAY, "Titles"),
        Track("voice", TrackKind.VOICE, "Voice"),
        Track("music", TrackKind.MUSIC, "Music"),
    )
    return Timeline(
        id="ad",
        name=brief.project.name,
        rate=rate,
        length_frames=brief.project.duration_s * brief.project.fps,
        tracks=tracks,
        look=look_of(brief),
        branding=branding_of(brief),
    )


class DeskShelf:
    """Lays desks down in a journal and takes them up again.

    Clips and tracks that two steps share are stored once, and are one object again when read.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._digests: dict[int, tuple[object, str]] = {}
        self._values: dict[str, Any] = {}

    def keep(self, name: str, desk: Desk) -> None:
        """Take ``desk`` as the next step.

        Raises:
            StorageError: nothing was stored.
        """
        pieces: dict[str, str] = {}

        def laid(value: object, text: Callable[[], str]) -> str:
            known = self._digests.get(id(value))
            if known is None:
                written = text()
                known = self._digests[id(value)] = (value, digest_of(written))
                pieces[known[1]] = written
            return known[1]

        def clip_laid(clip: Clip) -> str:
            return laid(clip, lambda: _clips().dump_json((clip,)).decode()[1:-1])

        def track_laid(track: Track) -> str:
            return laid(track, lambda: _track_text(track, [clip_laid(clip) for clip in track.clips]))

        def timeline_laid(timeline: Timeline) -> str:
            return laid(timeline, lambda: _timeline_text(timeline, [track_laid(t) for t in timeline.tracks]))

        brief = laid(desk.brief, lambda: json.dumps(to_dict(desk.brief), ensure_ascii=False))
        root = json.dumps({"brief": brief, "timeline": timeline_laid(desk.timeline)})
        pieces[digest_of(root)] = root
        try:
            self._journal.add(name, digest_of(root), pieces)
        except BaseException:
            self._digests = {key: known for key, known in self._digests.items() if known[1] not in pieces}
            raise

    def take(self, root: str) -> Desk:
        """Read the desk of one step.

        Raises:
            DamagedError: a part of it is missing or damaged.
        """
        try:
            parts = self._json(root)
            return Desk(
                self._found(parts["brief"], lambda digest: load_brief(self._json(digest))),
                self._found(parts["timeline"], self._timeline),
            )
        except (ValueError, KeyError, TypeError, UnusableInputError) as error:
            raise DamagedError("A step of the project's history cannot be read.") from error

    def _timeline(self, digest: str) -> Timeline:
        whole = self._json(digest)
        tracks = tuple(self._found(one, self._track) for one in whole["tracks"])
        return replace(from_json(json.dumps({**whole, "tracks": []})), tracks=tracks)

    def _track(self, digest: str) -> Track:
        whole = self._json(digest)
        new = [one for one in dict.fromkeys(whole["clips"]) if one not in self._values]
        texts = self._journal.read(new)
        clips = _clips().validate_json(f"[{','.join(texts.values())}]")
        for one, clip in zip(new, clips, strict=True):
            self._found(one, lambda _, clip=clip: clip)  # type: ignore[misc]
        track: Track = _bare_track().validate_json(json.dumps({**whole, "clips": []}))
        return replace(track, clips=tuple(self._values[one] for one in whole["clips"]))

    def _found(self, digest: str, read: Callable[[str], Any]) -> Any:
        if digest not in self._values:
            value = self._values[digest] = read(digest)
            self._digests[id(value)] = (value, digest)
        return self._values[digest]

    def _json(self, digest: str) -> Any:
        return json.loads(self._journal.read([digest])[digest])


def _track_text(track: Track, clips: list[str]) -> str:
    bare = json.loads(_bare_track().dump_json(replace(track, clips=())))
    return json.dumps({**bare, "clips": clips}, ensure_ascii=False)


def _timeline_text(timeline: Timeline, tracks: list[str]) -> str:
    bare = json.loads(to_json(replace(timeline, tracks=())))
    return json.dumps({**bare, "tracks": tracks}, ensure_ascii=False)


@cache
def _clips() -> TypeAdapter[tuple[Clip, ...]]:
    return TypeAdapter(tuple[Clip, ...])


@cache
def _bare_track() -> TypeAdapter[Track]:
    return TypeAdapter(Track)


def prepare() -> None:
    """Make what reads and writes desks; it takes a tenth of a second, once."""
    _clips()
    _bare_track()
    to_json(Timeline("", "", FrameRate(30), 0))


def newest_desk(project: ProjectFolder) -> Desk | None:
    """Read where a project stands; None while it has no brief. A failed reading raises as ``take``."""
    place = project.journal.place
    for entry in project.journal.entries():
        if entry.number == place:
            return DeskShelf(project.journal).take(entry.root)
    return _from_documents(project)


def keep_desk(project: ProjectFolder, name: str, desk: Desk) -> None:
    """Take one step in a project that nobody edits, as when an ad was made; the same again is none."""
    if newest_desk(project) != desk:
        DeskShelf(project.journal).keep(name, desk)


def _from_documents(project: ProjectFolder) -> Desk | None:
    """Read a project of the time before the journal: the newest of its briefs, and the edit made of it."""
    briefs = (project.documents.load("brief", name) for name in project.documents.ids("brief"))
    newest = max((brief for brief in briefs if brief), key=lambda document: document.saved_at, default=None)
    if newest is None:
        return None
    brief = load_brief(json.loads(newest.text))
    made = project.documents.load("timeline", newest.id)
    return Desk(brief, from_json(made.text) if made else empty_timeline(brief))
