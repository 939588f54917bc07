"""The palette finds by a few letters."""

import pytest

from clappper.ui.action_table import ACTIONS
from clappper.ui.palette import ranked


@pytest.mark.parametrize(
    ("query", "first"),
    [("undo", "undo"), ("full", "full_screen"), ("sett", "edit_settings"), ("reset work", "reset_workspace")],
)
def test_the_best_match_comes_first(query: str, first: str) -> None:
    assert ranked(query, ACTIONS, [])[0].id == first


def test_without_words_the_recent_come_first() -> None:
    assert [row.id for row in ranked("", ACTIONS, ["redo", "quit"])[:2]] == ["redo", "quit"]


def test_nonsense_finds_nothing() -> None:
    assert ranked("xqzw", ACTIONS, []) == []
