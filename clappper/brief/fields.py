"""One field of a brief by its path, such as ``cta.headline`` or ``scenes[1].camera.move``."""

from __future__ import annotations

import re
from typing import Any

from clappper.brief.schema import AdBrief, load_brief, to_dict

Step = str | int
_STEP = re.compile(r"([A-Za-z_]\w*)|\[(\d+)\]")


def steps(path: str) -> tuple[Step, ...]:
    """Split a path into names and places in lists."""
    return tuple(name or int(place) for name, place in _STEP.findall(path))


def value_at(brief: AdBrief, path: str) -> Any:
    """Give a field's value; None where nothing is given on the way to it."""
    value: Any = brief
    for step in steps(path):
        if value is None:
            return None
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value


def with_value(brief: AdBrief, path: str, value: Any) -> AdBrief:
    """Give the brief with one field changed; None takes an optional one away.

    Raises:
        BriefError: the value does not fit; the message names the field and what is allowed.
    """
    data = to_dict(brief)
    *way, last = steps(path)
    place: Any = data
    for step in way:
        place = place[step] if isinstance(step, int) else place.setdefault(step, {})
    place[last] = value
    return load_brief(data)


def scene_number(path: str) -> int | None:
    """Tell which scene a path leads into; None for one that leads elsewhere."""
    found = steps(path)
    return found[1] if len(found) > 1 and found[0] == "scenes" and isinstance(found[1], int) else None
