"""The table of actions: every row can be reached, and no key means two things in one place."""

import pytest

from clappper.base.paths import resource
from clappper.ui.action_table import ACTIONS
from clappper.ui.actions import MENUS, PRESETS, Preset
from clappper.ui.shortcuts import KeyMap
from tools.write_keys import page


def test_every_row_has_an_id_of_its_own_and_a_place() -> None:
    assert len({row.id for row in ACTIONS}) == len(ACTIONS)
    assert {row.menu for row in ACTIONS} <= {*MENUS, ""}


def test_every_icon_is_there() -> None:
    assert not [
        row.icon for row in ACTIONS if row.icon and not resource("icons", f"{row.icon}.svg").is_file()
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_means_two_things_in_one_panel(preset: Preset) -> None:
    assert KeyMap(preset).conflicts(ACTIONS) == ()


def test_every_row_is_reached_from_a_menu_or_by_a_key() -> None:
    lost = [row.id for row in ACTIONS if not row.menu and not row.keys_in("premiere")]
    assert not lost


def test_the_page_of_keys_lists_everything() -> None:
    text = page()
    assert [row.text for row in ACTIONS if row.text.removesuffix("…") not in text] == []
