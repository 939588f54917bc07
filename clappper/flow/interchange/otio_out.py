"""From our edit to an OpenTimelineIO one, with nothing left out.

Other programs read what OTIO has words for: cuts, takes, speeds, transitions, markers. All that it has no
words for travels in ``metadata["clappper"]``, so that an edit of ours comes back equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from clappper.base.units import FrameRate
from clappper.flow.interchange.facts import facts_of, name_of
from clappper.timeline.model import (
    Clip,
    Footage,
    MediaKind,
    Solid,
    Take,
    Timeline,
    Title,
    Track,
    TrackKind,
    TransitionKind,
    to_json,
)
from clappper.timeline.queries import before

KEY = "clappper"
PICTURES = frozenset({TrackKind.VIDEO, TrackKind.OVERLAY})


def to_otio(timeline: Timeline, root: Path) -> Any:
    """Give an ``opentimelineio.schema.Timeline``; ``root`` is the project folder."""
    import opentimelineio as otio

    bare = replace(timeline, tracks=())
    result = otio.schema.Timeline(timeline.name, metadata={KEY: json.loads(to_json(bare))})
    result.global_start_time = _time(0, timeline.rate)
    result.tracks.extend(_track(track, timeline.rate, root) for track in timeline.tracks)
    result.tracks.markers.extend(
        otio.schema.Marker(
            marker.name,
            otio.opentime.TimeRange(_time(marker.frame, timeline.rate), _time(0, timeline.rate)),
            color=marker.colour or "GREEN",
        )
        for marker in timeline.markers
    )
    return result


def _time(frame: int, rate: FrameRate) -> Any:
    import opentimelineio as otio

    return otio.opentime.RationalTime(frame, float(rate.fps))


def _range(start: int, length: int, rate: FrameRate) -> Any:
    import opentimelineio as otio

    return otio.opentime.TimeRange(_time(start, rate), _time(length, rate))


def _track(track: Track, rate: FrameRate, root: Path) -> Any:
    import opentimelineio as otio

    kind = otio.schema.TrackKind.Video if track.kind in PICTURES else otio.schema.TrackKind.Audio
    told = {"id": track.id, "kind": track.kind.value, "locked": track.locked, "muted": track.muted}
    result = otio.schema.Track(track.name, kind=kind, metadata={KEY: told})
    result.enabled = not track.muted
    result.extend(_items(track, rate, root))
    return result


def _items(track: Track, rate: FrameRate, root: Path) -> Iterator[Any]:
    import opentimelineio as otio

    here = 0
    for index, clip in enumerate(track.clips):
        if clip.placed.start > here:
            yield otio.schema.Gap(source_range=_range(0, clip.placed.start - here, rate))
        if clip.transition is not None:
            length = clip.transition.length_frames
            lead = length // 2 if before(track, index) else 0
            is_dissolve = clip.transition.kind is TransitionKind.DISSOLVE
            style = (
                otio.schema.TransitionTypes.SMPTE_Dissolve
                if is_dissolve
                else otio.schema.TransitionTypes.Custom
            )
            yield otio.schema.Transition(
                clip.transition.kind.value,
                transition_type=style,
                in_offset=_time(lead, rate),
                out_offset=_time(length - lead, rate),
            )
        yield _clip(clip, rate, root)
        here = clip.placed.end


def _clip(clip: Clip, rate: FrameRate, root: Path) -> Any:
    import opentimelineio as otio

    result = otio.schema.Clip(
        name_of(clip),
        source_range=_range(clip.source_start, len(clip.placed), rate),
        metadata={KEY: json.loads(_clips().dump_json(clip))},
    )
    if isinstance(clip.content, Footage):
        references = {take.id: _reference(take, rate, root) for take in clip.content.takes}
        result.set_media_references(references, clip.content.take.id)
    else:
        result.media_reference = _generator(clip.content)
    if clip.mean_speed == 0:
        result.effects.append(otio.schema.FreezeFrame())
    elif clip.mean_speed != 1:
        result.effects.append(otio.schema.LinearTimeWarp(time_scalar=float(clip.mean_speed)))
    return result


def _reference(take: Take, rate: FrameRate, root: Path) -> Any:
    import opentimelineio as otio

    available = (
        None if take.kind is MediaKind.STILL else _range(take.available.start, len(take.available), rate)
    )
    reference = otio.schema.ExternalReference((root / take.path).absolute().as_uri(), available)
    reference.name = take.label or Path(take.path).name
    if facts := facts_of(take, root):
        reference.metadata[KEY] = {"generation": facts}
    return reference


def _generator(content: Solid | Title) -> Any:
    import opentimelineio as otio

    if isinstance(content, Solid):
        return otio.schema.GeneratorReference("Solid", "SolidColor", parameters={"color": content.colour})
    words = {"text": content.text, "role": content.role.value}
    return otio.schema.GeneratorReference(content.role.value, "Title", parameters=words)


@cache
def _clips() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Clip)
