"""Which keys do what: a preset, and what a person changed of it, kept as TOML in the user's folder."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from clappper.base.errors import UnusableInputError
from clappper.store.files import disk_errors, write_atomically
from clappper.ui.actions import PRESETS, Action, Preset, Scope

FILE = "shortcuts.toml"
EDITOR_HABITS = "editor habits"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two actions that one key would start in the same panel."""

    key: str
    scope: Scope
    actions: tuple[str, str]


@dataclass(frozen=True)
class KeyMap:
    """The keys in force. ``changed`` holds what a person set, by action id; an empty tuple is no key.

    With ``habits`` clips are judged with an editor's keys: Space plays, P and X pass and fail.
    """

    preset: Preset = "premiere"
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    habits: bool = False

    def keys(self, action: Action) -> tuple[str, ...]:
        return self.changed.get(action.id, self.preset_keys(action))

    def preset_keys(self, action: Action) -> tuple[str, ...]:
        """Give the keys that an action has where a person changed nothing."""
        if self.habits and action.habits is not None:
            return action.habits
        return action.keys_in(self.preset)

    def with_keys(self, action: Action, keys: tuple[str, ...]) -> KeyMap:
        """Set an action's keys; the preset's own are no change."""
        changed = {name: value for name, value in self.changed.items() if name != action.id}
        if keys != self.preset_keys(action):
            changed[action.id] = keys
        return replace(self, changed=MappingProxyType(changed))

    def conflicts(self, actions: Iterable[Action]) -> tuple[Conflict, ...]:
        """Name every key that means two things in one panel.

        A panel's key goes before the window's: that is no conflict.
        """
        taken: dict[tuple[Scope, str], str] = {}
        found: list[Conflict] = []
        for action in actions:
            for scope in action.scopes:
                for key in self.keys(action):
                    other = taken.setdefault((scope, key), action.id)
                    if other != action.id:
                        found.append(Conflict(key, scope, (other, action.id)))
        return tuple(found)


class ShortcutFile:
    """The key map in a user's folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def load(self) -> KeyMap:
        """Read the key map; without a file it is Premiere's.

        Raises:
            UnusableInputError: the file is not what this program writes.
        """
        try:
            raw = tomllib.loads(self.path.read_text(encoding="utf-8"))
            preset = raw.get("preset", "premiere")
            changed = {str(name): tuple(map(str, keys)) for name, keys in raw.get("keys", {}).items()}
            habits = raw.get("review") == EDITOR_HABITS
            return KeyMap(PRESETS[PRESETS.index(preset)], MappingProxyType(changed), habits)
        except FileNotFoundError:
            return KeyMap()
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise UnusableInputError(
                f"The shortcuts in {self.path} cannot be read: {error}", "Mend the file, or move it away."
            ) from error

    def save(self, keymap: KeyMap) -> None:
        """Write the key map.

        Raises:
            StorageError: the file cannot be written.
        """
        import tomli_w

        changed = {name: list(keys) for name, keys in sorted(keymap.changed.items())}
        review = {"review": EDITOR_HABITS} if keymap.habits else {}
        page = {"preset": keymap.preset, **review, "keys": changed}
        with disk_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path, tomli_w.dumps(page).encode())
