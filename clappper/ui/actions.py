"""What can be done, as rows: the type of the one table that menus, tooltips, keys and help come from.

An area's rows stand in its own ``verbs.py``; ``ui.action_table`` gathers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Scope = Literal["window", "brief", "jobs", "timeline", "viewer", "bin", "inspector", "review", "deliver"]
Preset = Literal["premiere", "resolve", "kdenlive", "shotcut"]
PRESETS: tuple[Preset, ...] = ("premiere", "resolve", "kdenlive", "shotcut")
MENUS = ("File", "Edit", "Brief", "Jobs", "Clip", "Timeline", "Playback", "Review", "View", "Help")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    ``scope`` is the panel that must have the focus for its keys; ``also`` are further ones. ``keys`` are
    portable key sequences for each preset; a preset that has none of its own uses Premiere's. ``habits``
    replace them for those who judge clips with an editor's hands, where they are not None. ``tip`` is a
    sentence where ``text`` does not say enough. ``menu`` is one of ``MENUS``, or empty.
    """

    id: str
    text: str
    scope: Scope
    menu: str = ""
    icon: str = ""
    keys: Mapping[Preset, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    tip: str = ""
    checkable: bool = False
    also: tuple[Scope, ...] = ()
    habits: tuple[str, ...] | None = None

    def keys_in(self, preset: Preset) -> tuple[str, ...]:
        return self.keys.get(preset, self.keys.get("premiere", ()))

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return (self.scope, *self.also)


def keys(*premiere: str, **others: str | tuple[str, ...]) -> Mapping[Preset, tuple[str, ...]]:
    """Write the keys of a row: Premiere's first, then those of the presets that differ."""
    table: dict[Preset, tuple[str, ...]] = {"premiere": premiere}
    for preset in PRESETS:
        if preset in others:
            given = others[preset]
            table[preset] = (given,) if isinstance(given, str) else given
    return MappingProxyType(table)
