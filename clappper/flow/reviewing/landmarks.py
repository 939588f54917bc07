"""Places in a generated clip worth stopping at: the keyframes it was made from, and the seams that show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clappper.flow.project.session import Session
from clappper.flow.reviewing.review_desk import ReviewClip
from clappper.jobs.recipes import DOCUMENT, SEAM_MARKER
from clappper.review.drift import Drift
from clappper.timeline.model import Footage, Timeline

SAME_PLACE = 1
"""Frames: the same seam, told by the recipe and by a marker, differs by rounding."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Frames of one clip, in order. ``stitches`` are where its pieces meet, ``seams`` where that shows.

    ``drifts`` say how far what is seen drifts across stitches, one line for each network.
    """

    keyframes: tuple[int, ...] = ()
    stitches: tuple[int, ...] = ()
    seams: tuple[int, ...] = ()
    drifts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def landmarks(session: Session, clips: Mapping[str, ReviewClip]) -> dict[str, Landmarks]:
    """Give what is known of each clip, by asset id: from how it was made, and from the edit's markers."""
    recipes = {str(page.get("job")): page for page in _recipes(session)}
    marked = _marked(session.timeline)
    return {
        name: _of(recipes.get(clip.job_id, {}), clip.fps, marked.get(name, ()))
        for name, clip in clips.items()
    }


def _recipes(session: Session) -> Iterator[Mapping[str, Any]]:
    documents = session.project.documents
    for shot in documents.ids(DOCUMENT):
        for revision in documents.history(DOCUMENT, shot):
            page = _page(revision.text)
            if isinstance(page, dict):
                yield page


def _page(text: str) -> Any:
    """Read a page; None where it is none, as another version may have written it."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _of(page: Mapping[str, Any], fps: float, marked: Sequence[float]) -> Landmarks:
    recipe = page.get("recipe", {})
    scale = fps / recipe.get("fps", fps)

    def frames(places: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({round(place * scale) for place in places}))

    seams = frames(page.get("seams", ()))
    others = {round(seconds * fps) for seconds in marked}
    new = {place for place in others if all(abs(place - seam) > SAME_PLACE for seam in seams)}
    return Landmarks(
        frames(moment["frame"] for moment in recipe.get("moments", ())),
        frames(page.get("stitches", ())),
        tuple(sorted({*seams, *new})),
        _drifts(page, scale),
    )


def _drifts(page: Mapping[str, Any], scale: float) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for one in page.get("drifts", ()):
        drift = Drift(**one)
        frame = round(drift.frame * scale)
        found[frame] = (*found.get(frame, ()), str(drift))
    return found


def _marked(timeline: Timeline) -> dict[str, list[float]]:
    """Find under each marker of a seam which asset plays there, and at which of its seconds."""
    places = [marker.frame for marker in timeline.markers if marker.name.startswith(SEAM_MARKER)]
    found: dict[str, list[float]] = {}
    for clip in (clip for track in timeline.tracks for clip in track.clips):
        if isinstance(clip.content, Footage):
            seconds = [timeline.rate.seconds_at(clip.source_at(at)) for at in places if at in clip.placed]
            found.setdefault(clip.content.take.asset_id, []).extend(seconds)
    return found
