"""Where the copies of a point instancer stand, frame by frame; those that come and go are shrunk to nothing.

Only worker processes load this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pxr import Usd, UsdGeom

MOST_INSTANCES = 2_000
MOST_PLACES = 50_000
"""How many places, copies times frames, a packet takes of one instancer."""

NOTHING = np.diag([1e-6, 1e-6, 1e-6, 1.0])
"""What is put before the transform of a thing that is not shown: a mesh can be moved, but not left out."""

_MOVING = ("positions", "orientations", "scales", "protoIndices", "invisibleIds", "velocities")


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the prototype numbered ``kind``: where it stands below the instancer in each frame.

    ``shown`` is where it stands first of all.
    """

    kind: int
    shown: Any
    places: list[Any]


def is_moving(prim: Usd.Prim) -> bool:
    return any(prim.GetAttribute(name).ValueMightBeTimeVarying() for name in _MOVING)


def copies_of(prim: Usd.Prim, frames: int, warnings: list[str]) -> Iterator[Copy]:
    """List an instancer's copies, with one place for those that stand still and one a frame for others."""
    instancer = UsdGeom.PointInstancer(prim)
    moments = [_moment(instancer, frame) for frame in range(frames if is_moving(prim) else 1)]
    count = max(len(kinds) for _, kinds in moments)
    if count > MOST_INSTANCES:
        warnings.append(f"{prim.GetPath()} has {count} instances; the first {MOST_INSTANCES} are shown.")
        count = MOST_INSTANCES
    if len(moments) > 1 and count * len(moments) > MOST_PLACES:
        warnings.append(f"{prim.GetPath()} moves too many instances; they stay where they begin.")
        moments = moments[:1]
    for number in range(count):
        found = [
            (places[number], kinds[number]) if number < len(kinds) else None for places, kinds in moments
        ]
        there = [one for one in found if one is not None and one[0] is not None]
        if there:
            shown, kind = there[0]
            gone = NOTHING @ shown
            yield Copy(kind, shown, [gone if one is None or one[0] is None else one[0] for one in found])


def _moment(instancer: UsdGeom.PointInstancer, frame: int) -> tuple[list[Any], list[int]]:
    """Give the copies' transforms at a frame, None for hidden ones, and the numbers of their prototypes."""
    time = Usd.TimeCode(frame)
    kinds = [int(kind) for kind in instancer.GetProtoIndicesAttr().Get(time) or []]
    places = instancer.ComputeInstanceTransformsAtTime(
        time, time, UsdGeom.PointInstancer.IncludeProtoXform, UsdGeom.PointInstancer.IgnoreMask
    )
    mask = list(instancer.ComputeMaskAtTime(time)) or [True] * len(places)
    shown = [np.array(place) if seen else None for place, seen in zip(places, mask, strict=False)]
    return shown, kinds[: len(shown)]
