"""In which order clips come before a reviewer: by chance, the same each time, with hidden repeats."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping

REPEAT_EVERY = 10
"""One clip in so many comes a second time, to see whether the reviewer agrees with themselves."""
FORCED = (0.45, 0.65)
"""Chances of passing where a person must look."""
RANDOM_SHARE = 0.05


def order(asset_ids: Iterable[str], reviewer: str) -> tuple[str, ...]:
    """Shuffle clips for one reviewer: new clips take their place without moving the others."""
    return tuple(sorted(asset_ids, key=lambda name: _draw(name, reviewer)))


def repeats(asset_ids: Iterable[str], reviewer: str) -> tuple[str, ...]:
    """Choose about every tenth clip to be shown again at the end, in another order."""
    drawn = [name for name in asset_ids if _draw(f"again {name}", reviewer) < 1 / REPEAT_EVERY]
    return tuple(sorted(drawn, key=lambda name: _draw(f"later {name}", reviewer)))


def to_look_at(chances: Mapping[str, float | None], share: float = 0.15) -> frozenset[str]:
    """Choose the clips a person should see where not all can be looked at.

    Those with a chance from 0.45 to 0.65 or none, ``share`` of all for being the least certain of the rest,
    and one in twenty by chance.
    """
    forced = {name for name, chance in chances.items() if chance is None or FORCED[0] <= chance <= FORCED[1]}
    rest = sorted(
        (name for name in chances if name not in forced), key=lambda name: abs((chances[name] or 0) - 0.5)
    )
    uncertain = rest[: math.ceil(share * len(chances))]
    by_chance = {name for name in chances if _draw(f"sample {name}", "") < RANDOM_SHARE}
    return frozenset(forced | set(uncertain) | by_chance)


def _draw(name: str, reviewer: str) -> float:
    """Give a number from 0 to 1 that is always the same for these names."""
    found = hashlib.sha256(f"{reviewer}\0{name}".encode()).digest()
    return int.from_bytes(found[:8], "big") / 2**64
