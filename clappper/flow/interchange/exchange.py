"""Edits out to other programs and in from them, by the name of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import FrameRate
from clappper.flow.briefs import slug
from clappper.flow.footage import take_of
from clappper.flow.interchange import edl, fcpxml, otio_in, otio_out
from clappper.flow.interchange.otio_in import Read
from clappper.flow.project.session import Session
from clappper.jobs.ingest import import_file
from clappper.render.canvas import ASPECTS
from clappper.store.files import write_atomically
from clappper.timeline.captions import captions_of, read_srt, with_captions, write_srt
from clappper.timeline.model import Clip, Footage, Take, Timeline, Track
from clappper.timeline.placing import SOUND

MOST_BYTES = 64_000_000
OTHER_RATES = (24, 25, 30, 60)


class Format(StrEnum):
    """What a timeline can be written as; the value is the file's suffix."""

    OTIO = "otio"
    FCPXML = "fcpxml"
    EDL = "edl"
    SRT = "srt"


ADAPTERS = {".otio": "otio_json", ".edl": "cmx_3600", ".fcpxml": "fcpx_xml", ".xml": "fcp_xml"}
CAPTIONS = frozenset({".srt", ".vtt"})
ELSEWHERE = {
    ".kdenlive": "Kdenlive's own projects cannot be read.",
    ".mlt": "MLT's own projects cannot be read.",
    ".prproj": "Premiere's own projects cannot be read.",
    ".drp": "Resolve's own projects cannot be read.",
    ".aaf": "AAF files cannot be read.",
}


def write_timeline(timeline: Timeline, root: Path, path: Path, to: Format, aspect: str) -> tuple[str, ...]:
    """Write an edit for another program; give what its format has no words for, one sentence each.

    Raises:
        UnusableInputError: the format cannot hold the edit.
        StorageError: the file cannot be written.
    """
    notes: tuple[str, ...] = ()
    match to:
        case Format.OTIO:
            text = otio_out.to_otio(timeline, root).to_json_string(indent=2)
        case Format.FCPXML:
            text, notes = fcpxml.to_fcpxml(timeline, root, ASPECTS[aspect])
        case Format.EDL:
            (main, *others), notes = edl.to_edls(timeline, root)
            text, notes = main.text, (*_beside(path, others), *notes)
        case Format.SRT:
            captions = captions_of(timeline)
            if not captions:
                raise UnusableInputError("The timeline has no captions.", "Import or add captions first.")
            text = write_srt(captions, timeline.rate)
    write_atomically(path, text.encode())
    return notes


def _beside(path: Path, others: Iterable[edl.Listing]) -> Iterator[str]:
    """Write the lists of the other tracks beside the main one, and say so."""
    names = []
    for listing in others:
        target = path.with_name(f"{path.stem}.{listing.place}{path.suffix}")
        write_atomically(target, listing.text.encode())
        names.append(target.name)
    if names:
        yield f"An EDL holds one track; the others are beside it: {', '.join(names)}."


def export_timeline(session: Session, to: Format, out: Path | None = None) -> tuple[Path, tuple[str, ...]]:
    """Write the session's edit as ``write_timeline`` does; give the file and the notes."""
    path = out or session.project.exports / f"{slug(session.brief.project.name)}.{to}"
    aspect = session.brief.project.aspect
    return path, write_timeline(session.timeline, session.project.path, path, to, aspect)


def read_timeline(path: Path, rate: FrameRate, root: Path) -> Read:
    """Read an edit of another program at ``rate``; ``root`` is the project it is for.

    Raises:
        UnusableInputError: it is missing, too large, of a kind that is not known, or damaged.
    """
    source = _opened(path, rate)
    try:
        read = otio_in.from_otio(source, rate, root, path.parent.absolute())
    except ClappperError:
        raise
    except Exception as error:
        raise UnusableInputError(f"{path.name} cannot be understood: {_first_line(error)}.") from error
    if path.suffix.lower() == ".edl":
        told = f"An EDL does not say its frame rate: it was read at {float(rate.fps):g} frames a second."
        return replace(read, timeline=_in_stereo(read.timeline), notes=(told, *read.notes))
    return read


def _in_stereo(timeline: Timeline) -> Timeline:
    """Make one track of the two channels that a list has for one sound."""
    kept: list[Track] = []
    for track in timeline.tracks:
        if track.kind in SOUND and kept and _events(kept[-1]) == _events(track):
            continue
        kept.append(track)
    return replace(timeline, tracks=tuple(kept))


def _events(track: Track) -> list[object]:
    return [track.kind, *((clip.placed, clip.source_start, clip.speed, clip.name) for clip in track.clips)]


async def import_timeline(session: Session, path: Path) -> tuple[str, ...]:
    """Put an edit, or captions, from a file into the project as one undo step; give what was left out.

    Media that are found are copied into the project; what is not found stays in the edit as missing.

    Raises:
        UnusableInputError: as ``read_timeline``.
        ClappperError: the project cannot be changed.
    """
    if path.suffix.lower() in CAPTIONS:
        captions = read_srt(_text(path), session.timeline.rate)
        session.edit(f"Import {path.name}", lambda timeline: with_captions(timeline, captions))
        return ()
    read = read_timeline(path, session.timeline.rate, session.project.path)
    takes, notes = await _brought_in(session, read)
    timeline = _with_takes(read.timeline, takes)
    now = session.timeline
    kept = replace(timeline, id=now.id, look=timeline.look if timeline.look.lut else now.look)
    if kept.branding == type(kept.branding)():
        kept = replace(kept, branding=now.branding)
    session.edit(f"Import {path.name}", lambda _: kept)
    return (*read.notes, *notes)


def _opened(path: Path, rate: FrameRate) -> Any:
    suffix = path.suffix.lower()
    if not path.is_file():
        raise UnusableInputError(f"There is no file {path}.", "Check the path.")
    if suffix in ELSEWHERE:
        raise UnusableInputError(ELSEWHERE[suffix], "Export OTIO, FCPXML or an EDL from there.")
    if suffix not in ADAPTERS:
        raise UnusableInputError(
            f"{path.name} is no edit that can be read.", "Choose .otio, .fcpxml, .xml or .edl."
        )
    if path.stat().st_size > MOST_BYTES:
        raise UnusableInputError(f"{path.name} is too large for an edit.", "Export it again, without media.")
    return _first_timeline(_read(path, suffix, rate), path)


def _read(path: Path, suffix: str, rate: FrameRate) -> Any:
    """Read with the library's reader; a list without a rate is tried at the project's and then at others."""
    import opentimelineio as otio

    text = _text(path)
    if suffix in {".fcpxml", ".xml"}:
        text = _plain_xml(text, path)
    rates = [float(rate.fps), *(float(other) for other in OTHER_RATES)] if suffix == ".edl" else [0.0]
    problem: Exception | None = None
    for fps in dict.fromkeys(rates):
        told: dict[str, Any] = {"rate": fps} if fps else {}
        try:
            return otio.adapters.read_from_string(text, adapter_name=ADAPTERS[suffix], **told)
        except Exception as error:  # noqa: BLE001 - readers raise whatever a stranger's file leads them to
            problem = problem or error
    name = type(problem).__name__
    if name == "UnsupportedSchemaError":
        raise UnusableInputError(
            f"{path.name} was written by a newer OpenTimelineIO than this program knows.",
            "Export it again for an older version.",
        ) from problem
    assert problem is not None
    raise UnusableInputError(
        f"{path.name} is damaged or not understood: {_first_line(problem)}.", "Export it again."
    ) from problem


def _plain_xml(text: str, path: Path) -> str:
    """Name each asset's file where older versions of Final Cut XML had it, since the reader looks there."""
    from xml.etree import ElementTree as ET

    if "<!ENTITY" in text:
        raise UnusableInputError(f"{path.name} defines entities, which no editor writes.", "Export it again.")
    try:
        document = ET.fromstring(text)  # noqa: S314 - it has no entities
    except ET.ParseError as error:
        raise UnusableInputError(f"{path.name} is damaged: it is no XML.", "Export it again.") from error
    for asset in document.iter("asset"):
        original = asset.find("media-rep")
        if original is not None and not asset.get("src"):
            asset.set("src", original.get("src", ""))
    return ET.tostring(document, "unicode")


def _first_timeline(found: Any, path: Path) -> Any:
    import opentimelineio as otio

    if isinstance(found, otio.schema.Timeline):
        return found
    inside = list(found) if isinstance(found, otio.schema.SerializableCollection) else []
    timelines = [item for item in inside if isinstance(item, otio.schema.Timeline)]
    if not timelines:
        raise UnusableInputError(
            f"{path.name} holds no timeline.", "Export a sequence from the other program."
        )
    return timelines[0]


async def _brought_in(session: Session, read: Read) -> tuple[dict[str, Take], tuple[str, ...]]:
    """Import the media that are there; give a take for each path, and who is missing."""
    takes: dict[str, Take] = {}
    notes = []
    for inside, outside in read.media.items():
        try:
            found = await import_file(session.project, outside, session.workers, session.hub)
        except UnusableInputError as error:
            notes.append(error.message)
        else:
            takes[inside] = take_of(session.project, found.asset, session.timeline.rate)
    return takes, tuple(notes)


def _with_takes(timeline: Timeline, takes: dict[str, Take]) -> Timeline:
    def brought(take: Take) -> Take:
        known = takes.get(take.path)
        return replace(known, id=take.id, label=take.label) if known else take

    def relinked(clip: Clip) -> Clip:
        if not isinstance(clip.content, Footage):
            return clip
        content = replace(clip.content, takes=tuple(map(brought, clip.content.takes)))
        return replace(clip, content=content)

    tracks = tuple(replace(track, clips=tuple(map(relinked, track.clips))) for track in timeline.tracks)
    return replace(timeline, tracks=tracks)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()[:MOST_BYTES]
    except OSError as error:
        raise UnusableInputError(f"There is no file {path}.", "Check the path.") from error
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _first_line(error: Exception) -> str:
    if isinstance(error, (AttributeError, TypeError, LookupError, AssertionError)):
        return "its parts are not where they should be"
    text = next(iter(str(error).splitlines()), "").strip().rstrip(".")
    return text[:160] or type(error).__name__
