"""The versions of an open ad that can be exported side by side: the ad itself, and others that say one thing
differently over the same shots.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clappper.brief.variants import variations
from clappper.flow.briefs import slug
from clappper.flow.delivering.export_queue import Export, Variant, variant_of
from clappper.flow.desk import Desk
from clappper.store.files import write_atomically
from clappper.timeline.model import Timeline, TrackKind
from clappper.timeline.queries import all_clips

MOST_TRIED = 24
TITLES = {"cta": "Button"}
TEST_PLAN = "test-plan.csv"


@dataclass(frozen=True, slots=True)
class Version:
    """One version. ``name`` is empty for the ad itself; ``hypothesis`` is what comparing it should show.

    ``poster_frame`` is where its difference is seen; that of the ad itself stands for all of it.
    """

    name: str
    title: str
    hypothesis: str
    variant: Variant
    poster_frame: int


def versions(desk: Desk, count: int) -> tuple[Version, ...]:
    """Give the ad and up to ``count`` others. What would need new shots is not among them."""
    found = [Version("", "The ad", "", Variant("", desk), calm_frame(desk.timeline))]
    for one in variations(desk.brief, MOST_TRIED):
        if len(found) > count:
            break
        name = slug(f"{one.variable} {one.value}")
        variant = variant_of(desk, name, one.brief)
        frame = _first_difference(desk.timeline, variant.desk.timeline)
        if frame is not None:
            title = f"{TITLES.get(one.variable, one.variable.capitalize())}: {one.value}"
            found.append(Version(name, title, one.hypothesis, variant, frame))
    return tuple(found)


def calm_frame(timeline: Timeline) -> int:
    """Find a frame that stands for the edit: the middle of the longest shot, where no transition is."""
    shots = [clip.placed for track, clip in all_clips(timeline) if track.kind is TrackKind.VIDEO]
    longest = max(shots, key=lambda placed: (len(placed), -placed.start), default=None)
    return timeline.length_frames // 2 if longest is None else longest.start + len(longest) // 2


def _first_difference(ours: Timeline, theirs: Timeline) -> int | None:
    """Find a frame at which the first title that differs is seen in full."""
    before = {clip.id: clip for _, clip in all_clips(ours)}
    for _, clip in all_clips(theirs):
        if clip != before[clip.id]:
            return clip.placed.start + len(clip.placed) * 2 // 3
    return None


def write_test_plan(chosen: Sequence[Version], exports: Sequence[Export]) -> Path:
    """Write beside the first file which file is which version, and what comparing them should show.

    Raises:
        StorageError: it cannot be written; a plan that was there stays.
    """
    known = {version.name: version for version in chosen}
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["file", "version", "change", "hypothesis", "aspect"])
    for export in exports:
        version = known[export.variant]
        row = [Path(export.path).name, version.name or "original", version.title, version.hypothesis]
        rows.writerow([*row, export.preset.aspect])
    path = Path(exports[0].path).parent / TEST_PLAN
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, table.getvalue().encode())
    return path
