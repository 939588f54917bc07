"""One workspace's window."""

from __future__ import annotations

from clappper.ui.page import Page


def test_a_page_is_deleted_without_the_interpreter_in_hand() -> None:
    """Overriding ``event`` holds it while the players inside wait for their threads: all stands still."""
    assert "event" not in vars(Page)
