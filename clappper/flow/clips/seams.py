"""Looking for stitches that show in a finished clip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clappper.base.errors import UnusableInputError
from clappper.base.units import FrameRate
from clappper.media.decode import FrameReader
from clappper.media.motion import WIDTH
from clappper.media.picture import Yuv
from clappper.media.probe import MediaFacts, probe
from clappper.media.seams import Inspection, inspect


@dataclass(frozen=True, slots=True)
class Inspected:
    """A clip and what was found in it."""

    path: Path
    rate: FrameRate
    inspection: Inspection


def inspect_file(path: Path) -> Inspected:
    """Look at every place of a clip.

    Raises:
        UnusableInputError: it is no clip, or damaged.
    """
    facts = probe(path)
    if facts.kind != "video":
        raise UnusableInputError(f"{path.name} is no clip.", "Choose a file with moving pictures.")
    return Inspected(path, facts.rate, inspect(small_pictures(path, facts)))


def small_pictures(path: Path, facts: MediaFacts) -> Iterator[Yuv]:
    """Read a clip as small pictures, one for each of its frames."""
    scale = min(1.0, WIDTH / facts.width)
    width, height = (max(16, round(side * scale / 2) * 2) for side in (facts.width, facts.height))
    counted = None if facts.is_variable_rate else facts.frame_count
    total = max(1, counted or facts.rate.frame_at(facts.duration_seconds))
    with FrameReader(path, rate=facts.rate, width=width, height=height) as reader:
        for frame in range(total):
            yield reader.at(frame)
