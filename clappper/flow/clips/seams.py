"""Looking for stitches that show in a finished clip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import FrameRate
from clappper.jobs.recipes import JOIN
from clappper.media.decode import FrameReader
from clappper.media.motion import WIDTH
from clappper.media.picture import Yuv
from clappper.media.probe import MediaFacts, probe
from clappper.media.seams import Inspection, inspect
from clappper.review import drift
from clappper.review.drift import Drift
from clappper.store import sidecar


@dataclass(frozen=True, slots=True)
class Inspected:
    """A clip and what was found in it.

    ``stitches`` are the frames where it was joined, as far as its sidecar tells; ``drifts`` are measured at
    those and at the seams that show.
    """

    path: Path
    rate: FrameRate
    inspection: Inspection
    stitches: tuple[int, ...]
    drifts: tuple[Drift, ...]


def inspect_file(path: Path, models: Path) -> Inspected:
    """Look at every place of a clip; networks that were fetched lie in ``models``.

    Raises:
        UnusableInputError: it is no clip, or damaged.
    """
    facts = probe(path)
    if facts.kind != "video":
        raise UnusableInputError(f"{path.name} is no clip.", "Choose a file with moving pictures.")
    found = inspect(small_pictures(path, facts))
    stitches = tuple(frame for frame in joined_at(path) if frame < found.frames)
    places = sorted({*stitches, *(seam.frame for seam in found.seams)})
    drifts = drift.measure(path, places, found.frames, models, found.cuts) if places else ()
    return Inspected(path, facts.rate, found, stitches, drifts)


def joined_at(path: Path) -> tuple[int, ...]:
    """Read from a clip's sidecar the frames at which it was joined; none where it has no such sidecar."""
    try:
        pack = sidecar.read(path).provider_pack
    except ClappperError:
        return ()
    if pack is None or (pack.provider, pack.model) != JOIN:
        return ()
    return tuple(accumulate(map(int, pack.sent.get("frames", ()))))[:-1]


def small_pictures(path: Path, facts: MediaFacts) -> Iterator[Yuv]:
    """Read a clip as small pictures, one for each of its frames."""
    scale = min(1.0, WIDTH / facts.width)
    width, height = (max(16, round(side * scale / 2) * 2) for side in (facts.width, facts.height))
    counted = None if facts.is_variable_rate else facts.frame_count
    total = max(1, counted or facts.rate.frame_at(facts.duration_seconds))
    with FrameReader(path, rate=facts.rate, width=width, height=height) as reader:
        for frame in range(total):
            yield reader.at(frame)
