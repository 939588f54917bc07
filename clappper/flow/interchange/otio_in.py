"""From an OpenTimelineIO edit to ours: our own comes back equal, a stranger's as far as it goes.

What is not understood is left out and said, one sentence each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from clappper.base.units import FrameRange, FrameRate
from clappper.flow.interchange.otio_out import KEY
from clappper.timeline.change import with_clips
from clappper.timeline.model import (
    Clip,
    Footage,
    Marker,
    MediaKind,
    Solid,
    Take,
    Timeline,
    Title,
    TitleRole,
    Track,
    TrackKind,
    Transition,
    TransitionKind,
)
from clappper.timeline.queries import end_frame

STILLS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".exr", ".dpx"})
SOUNDS = frozenset({".wav", ".mp3", ".aac", ".m4a", ".flac", ".aif", ".aiff", ".ogg"})
LONGEST_NESTING = 16


@dataclass(frozen=True, slots=True)
class Read:
    """An edit from elsewhere. ``media`` gives the file behind each path that is not in the project."""

    timeline: Timeline
    media: Mapping[str, Path]
    notes: tuple[str, ...]


def from_otio(source: Any, rate: FrameRate, root: Path, folder: Path) -> Read:
    """Read an ``opentimelineio.schema.Timeline`` at ``rate``.

    ``root`` is the project; file names that are not absolute are taken from ``folder``.

    Raises:
        ClappperError: the edit breaks a law of the timeline.
    """
    reader = _Reader(rate, root, folder)
    timeline = reader.timeline(source)
    return Read(timeline, reader.media, tuple(dict.fromkeys(reader.notes)))


@dataclass(slots=True)
class _Reader:
    rate: FrameRate
    root: Path
    folder: Path
    media: dict[str, Path] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)

    def timeline(self, source: Any) -> Timeline:
        told = _told(source)
        empty = _bare(told) or Timeline("ad", source.name or "Imported", self.rate, 0)
        tracks = [self._track(track, number) for number, track in enumerate(source.tracks)]
        bare = tuple(replace(track, clips=(), locked=False) for track in tracks)
        timeline = with_clips(replace(empty, tracks=bare), {track.id: track.clips for track in tracks})
        locked = {track.id for track in tracks if track.locked}
        tracks = [replace(track, locked=track.id in locked) for track in timeline.tracks]
        markers = empty.markers or tuple(self._markers(source.tracks.markers))
        length = empty.length_frames or end_frame(timeline)
        return replace(timeline, tracks=tuple(tracks), markers=markers, length_frames=length)

    def _track(self, source: Any, number: int) -> Track:
        told = _told(source)
        is_sound = str(source.kind).lower() == "audio"
        kind = TrackKind(told.get("kind", TrackKind.EFFECTS if is_sound else TrackKind.VIDEO))
        name = source.name or f"{'Sound' if is_sound else 'Video'} {number + 1}"
        track_id = self._fresh(told.get("id") or f"{'a' if is_sound else 'v'}{number + 1}")
        clips = tuple(self._clips(source, is_sound=is_sound))
        muted = bool(told.get("muted", not getattr(source, "enabled", True)))
        return Track(track_id, kind, name, clips, muted=muted, locked=bool(told.get("locked")))

    def _clips(self, track: Any, *, is_sound: bool) -> Iterator[Clip]:
        import opentimelineio as otio

        here, pending = Fraction(0), None
        before: Clip | None = None
        for item in _flattened(track):
            if isinstance(item, otio.schema.Transition):
                pending = item
                continue
            start, here = here, here + _seconds(item.duration())
            placed = FrameRange(self.rate.frame_at(start), self.rate.frame_at(here))
            clip = None
            if isinstance(item, otio.schema.Clip) and len(placed):
                clip = self._clip(item, placed, is_sound=is_sound)
            if clip is not None and pending is not None:
                before, clip = self._crossed(before, clip, pending)
            if before is not None:
                yield before
            before, pending = clip, None
        if before is not None:
            yield before

    def _crossed(self, before: Clip | None, after: Clip, item: Any) -> tuple[Clip | None, Clip]:
        """Lay a transition between two clips: the cut moves under its middle, where ours have it."""
        lead, rest = (self.rate.frame_at(_seconds(offset)) for offset in (item.in_offset, item.out_offset))
        if lead + rest < 1:
            return before, after
        after = replace(after, transition=Transition(self._style(item), lead + rest))
        later = (lead + rest) // 2 - lead
        touches = before is not None and before.placed.end == after.placed.start
        if before is None or not touches or not -len(before.placed) < later < len(after.placed):
            return before, after
        cut = after.placed.start + later
        start = after.source_at(cut)
        before = _within(replace(before, placed=FrameRange(before.placed.start, cut)))
        return before, replace(after, placed=FrameRange(cut, after.placed.end), source_start=max(0, start))

    def _clip(self, item: Any, placed: FrameRange, *, is_sound: bool) -> Clip | None:
        ours = _own_clip(item, placed, self.rate)
        if ours is not None:
            return replace(ours, id=self._fresh(ours.id), content=self._at_home(ours.content, item))
        content = self._content(item, is_sound=is_sound)
        if content is None:
            return None
        start = self.rate.frame_at(_seconds(item.trimmed_range().start_time) - self._zero(item))
        clip = Clip(
            self._fresh(item.name or "clip"), content, placed, max(0, start), self._speed(item), item.name
        )
        return _within(clip)

    def _at_home(self, content: Footage | Solid | Title, item: Any) -> Footage | Solid | Title:
        """Let our own takes lie where the edit says their files are: it may come from another project."""
        if not isinstance(content, Footage):
            return content
        known = item.media_references()
        urls = {key: getattr(known[key], "target_url", "") for key in known}
        takes = (
            replace(take, path=self._path(urls[take.id])) if urls.get(take.id) else take
            for take in content.takes
        )
        return replace(content, takes=tuple(takes))

    def _content(self, item: Any, *, is_sound: bool) -> Footage | Solid | Title | None:
        import opentimelineio as otio

        match item.media_reference:
            case otio.schema.ExternalReference():
                found = {
                    key: self._take(key, reference, item, is_sound=is_sound)
                    for key, reference in item.media_references().items()
                    if isinstance(reference, otio.schema.ExternalReference)
                }
                return Footage(tuple(found.values()), [*found].index(item.active_media_reference_key))
            case otio.schema.GeneratorReference() as generator:
                return self._generated(generator)
            case _ if is_sound:
                self.notes.append(f"The sound {item.name or 'without a name'} names no file and is left out.")
                return None
            case _:
                return Footage((self._lost(item),))

    def _take(self, key: str, reference: Any, item: Any, *, is_sound: bool) -> Take:
        path = self._path(reference.target_url or item.name or key)
        available = reference.available_range or item.trimmed_range()
        kind = _kind(path, is_sound=is_sound)
        frames = max(1, self.rate.frame_at(_seconds(available.duration)))
        name = key if key != "DEFAULT_MEDIA" else PurePosixPath(path).stem
        return Take(
            name,
            path,
            kind,
            FrameRange(0, 0 if kind is MediaKind.STILL else frames),
            has_audio=kind is MediaKind.AUDIO,
            label=PurePosixPath(path).stem,
        )

    def _lost(self, item: Any) -> Take:
        """A clip without a file stays in the edit, so that its file can be found later."""
        used = item.trimmed_range()
        end = self.rate.frame_at(_seconds(used.duration) * max(Fraction(1), self._speed(item)))
        name = item.name or "clip"
        self.notes.append(f"The clip {name} names no file.")
        return Take(name, f"media/{_safe(name)}", MediaKind.VIDEO, FrameRange(0, max(1, end)), label=name)

    def _generated(self, generator: Any) -> Solid | Title:
        told = dict(generator.parameters)
        if generator.generator_kind == "SolidColor":
            return Solid(str(told.get("color", "#000000")))
        if generator.generator_kind == "Title":
            return Title(TitleRole.TEXT, str(told.get("text", "")))
        self.notes.append(f"The generator {generator.generator_kind} is shown as black.")
        return Solid("#000000")

    def _path(self, url: str) -> str:
        """Name a file inside the project; remember where it is when it lies elsewhere."""
        parts = urlsplit(url)
        plain = unquote(parts.path) if parts.scheme in {"file", ""} else url
        path = Path(plain) if Path(plain).is_absolute() else self.folder / plain
        if path.is_relative_to(self.root):
            return path.relative_to(self.root).as_posix()
        inside = f"media/{_safe(PurePosixPath(plain.replace(chr(92), '/')).name)}"
        self.media.setdefault(inside, path)
        return inside

    def _zero(self, item: Any) -> Fraction:
        """Give the time at which a file's own clock starts, such as a tape's time code."""
        import opentimelineio as otio

        reference = item.media_reference
        if reference.available_range is not None:
            return _seconds(reference.available_range.start_time)
        if isinstance(reference, otio.schema.ExternalReference):
            return Fraction(0)
        return _seconds(item.trimmed_range().start_time)

    def _speed(self, item: Any) -> Fraction:
        import opentimelineio as otio

        speed = Fraction(1)
        for effect in item.effects:
            if isinstance(effect, otio.schema.FreezeFrame):
                return Fraction(0)
            if isinstance(effect, otio.schema.LinearTimeWarp):
                scalar = Fraction(effect.time_scalar).limit_denominator(1000)
                if scalar < 0:
                    self.notes.append(f"{item.name} plays forwards: it is reversed in the other program.")
                speed *= abs(scalar)
            else:
                self.notes.append(
                    f"The effect {effect.name or effect.effect_name} of {item.name} is left out."
                )
        return speed

    def _style(self, item: Any) -> TransitionKind:
        known = {kind.value: kind for kind in TransitionKind}
        if item.transition_type != "SMPTE_Dissolve" and item.name not in known:
            self.notes.append(f"The transition {item.name or item.transition_type} became a dissolve.")
        return known.get(item.name, TransitionKind.DISSOLVE)

    def _markers(self, markers: Any) -> Iterator[Marker]:
        for marker in markers:
            yield Marker(self.rate.frame_at(_seconds(marker.marked_range.start_time)), marker.name, "")

    def _fresh(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._ids:
            name, number = f"{wanted}-{number}", number + 1
        self._ids.add(name)
        return name


def _flattened(track: Any, depth: int = 0) -> Iterator[Any]:
    """Give the items of a track; what is nested in it is opened."""
    import opentimelineio as otio

    for item in track:
        if not isinstance(item, (otio.schema.Track, otio.schema.Stack)) or depth > LONGEST_NESTING:
            yield item
            continue
        inner = otio.algorithms.flatten_stack(item) if isinstance(item, otio.schema.Stack) else item
        trimmed = otio.algorithms.track_trimmed_to_range(inner, item.trimmed_range())
        yield from _flattened(trimmed, depth + 1)


def _within(clip: Clip) -> Clip:
    """Let the take have at least what the clip uses of it: its length was not told, or told wrongly."""
    if not isinstance(clip.content, Footage) or clip.content.take.kind is MediaKind.STILL:
        return clip
    end = max(clip.source_at(clip.placed.end - 1) + 1, clip.source_start + 1)
    takes = tuple(
        replace(take, available=FrameRange(0, max(end, take.available.end))) for take in clip.content.takes
    )
    return replace(clip, content=replace(clip.content, takes=takes))


def _own_clip(item: Any, placed: FrameRange, rate: FrameRate) -> Clip | None:
    """Read what we wrote ourselves, unless another program has changed the clip since."""
    told = _told(item)
    if not told:
        return None
    try:
        clip: Clip = _clips().validate_json(json.dumps(told))
    except ValueError:
        return None
    start = rate.frame_at(_seconds(item.trimmed_range().start_time))
    if len(placed) == len(clip.placed) and start == clip.source_start:
        return replace(clip, placed=placed)
    if clip.ramp_to is not None:
        return None
    return replace(clip, placed=placed, source_start=start)


def _bare(told: dict[str, Any]) -> Timeline | None:
    if not told:
        return None
    try:
        timeline: Timeline = _timelines().validate_json(json.dumps(told))
    except ValueError:
        return None
    return timeline


def _told(item: Any) -> dict[str, Any]:
    """Give our own words of an item as plain values."""
    import opentimelineio as otio

    if KEY not in item.metadata:
        return {}
    plain: dict[str, Any] = json.loads(otio.core.serialize_json_to_string(item.metadata[KEY]))
    return plain


def _seconds(time: Any) -> Fraction:
    """Give an exact time: rates such as 23.976 stand for 24000/1001."""
    rate = Fraction(time.rate).limit_denominator(1001)
    for whole in (24, 30, 60, 48, 120):
        if abs(float(rate) - whole * 1000 / 1001) < 0.005:
            rate = Fraction(whole * 1000, 1001)
    return Fraction(time.value).limit_denominator(1_000_000) / rate


def _kind(path: str, *, is_sound: bool) -> MediaKind:
    suffix = PurePosixPath(path).suffix.lower()
    if is_sound or suffix in SOUNDS:
        return MediaKind.AUDIO
    return MediaKind.STILL if suffix in STILLS else MediaKind.VIDEO


def _safe(name: str) -> str:
    kept = "".join(char if char.isalnum() or char in " ._-()" else "_" for char in name).strip(" .")
    return kept[:120] or "clip"


@cache
def _clips() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Clip)


@cache
def _timelines() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Timeline)
