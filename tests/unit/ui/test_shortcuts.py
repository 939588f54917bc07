"""Keys: presets, what a person changes, conflicts, and the file they are kept in."""

from pathlib import Path
from types import MappingProxyType

import pytest

from clappper.base.errors import UnusableInputError
from clappper.ui.actions import Action, keys
from clappper.ui.shortcuts import KeyMap, ShortcutFile

SPLIT = Action("split", "Split", "timeline", keys=keys("Ctrl+K", resolve="Ctrl+B"))
FIND = Action("find", "Find", "window", keys=keys("Ctrl+K"))
VERDICT = Action("verdict", "Verdict", "review", keys=keys("Space"), habits=())
JOIN = Action("join", "Join", "viewer", keys=keys("J"), also=("timeline",))


def test_a_preset_without_its_own_keys_uses_premieres() -> None:
    assert KeyMap("resolve").keys(SPLIT) == ("Ctrl+B",)
    assert KeyMap("shotcut").keys(SPLIT) == ("Ctrl+K",)


def test_editor_habits_go_before_the_presets_keys_and_a_persons_before_both() -> None:
    habits = KeyMap("resolve", habits=True)
    assert habits.keys(VERDICT) == ()
    assert habits.keys(SPLIT) == ("Ctrl+B",)
    changed = habits.with_keys(VERDICT, ("Space",))
    assert changed.keys(VERDICT) == ("Space",)
    assert not changed.with_keys(VERDICT, ()).changed


def test_a_panels_key_may_hide_the_windows() -> None:
    assert KeyMap().conflicts([SPLIT, FIND]) == ()


def test_one_key_for_two_actions_of_a_panel_is_a_conflict() -> None:
    changed = KeyMap().with_keys(JOIN, ("Ctrl+K",))
    (conflict,) = changed.conflicts([SPLIT, FIND, JOIN])
    assert (conflict.key, conflict.scope, conflict.actions) == ("Ctrl+K", "timeline", ("split", "join"))


def test_going_back_to_the_presets_keys_is_no_change() -> None:
    changed = KeyMap().with_keys(SPLIT, ("X",))
    assert changed.changed == {"split": ("X",)}
    assert not changed.with_keys(SPLIT, ("Ctrl+K",)).changed


def test_a_key_map_is_read_as_it_was_written(tmp_path: Path) -> None:
    keymap = KeyMap("kdenlive", MappingProxyType({"split": ("X", "Y"), "find": ()}), habits=True)
    ShortcutFile(tmp_path / "new").save(keymap)
    assert ShortcutFile(tmp_path / "new").load() == keymap


def test_without_a_file_the_keys_are_premieres(tmp_path: Path) -> None:
    assert ShortcutFile(tmp_path).load() == KeyMap()


@pytest.mark.parametrize("text", ['preset = "emacs"', "keys = 3", "[", "[keys]\nsplit = 1"])
def test_a_spoilt_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "shortcuts.toml").write_text(text)
    with pytest.raises(UnusableInputError, match=r"shortcuts\.toml cannot be read"):
        ShortcutFile(tmp_path).load()
