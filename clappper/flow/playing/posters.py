"""One picture of an edit, for lists and cards; painted in a worker by the export's compositor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clappper.render.view import View
from clappper.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Poster:
    """``pixels`` are rows of BGRA, ``height`` times ``width`` times four bytes, opaque."""

    width: int
    height: int
    pixels: bytes


def poster(root: Path, timeline: Timeline, frame: int, view: View, proxies: Mapping[str, str]) -> Poster:
    """Paint one frame; what is missing is a labelled placeholder in it."""
    from clappper.render.preview import Previewer

    with Previewer(root) as previewer:
        previewer.proxies = proxies
        pixels = previewer.picture(timeline, frame, view).pixels
    height, width = pixels.shape[:2]
    return Poster(width, height, pixels.tobytes())
