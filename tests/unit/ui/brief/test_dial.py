"""The dial of the overall score."""

from __future__ import annotations

import pytest

from clappper.ui.brief.dial import Dial
from clappper.ui.tokens import DARK


@pytest.mark.usefixtures("app")
def test_the_first_score_stands_at_once_and_later_ones_are_turned_to() -> None:
    dial = Dial(DARK)
    dial.show_score(98, blocked=False)
    first = dial.shown
    dial.show_score(60, blocked=True)

    assert (first, dial.accessibleName()) == (98.0, "Score 60 of 100, blocked")
    assert dial.shown > 60
