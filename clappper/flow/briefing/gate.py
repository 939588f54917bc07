"""The gate before anything is made: what it raises, and the mark of what went through it all the same."""

from __future__ import annotations

from clappper.base.errors import UnusableInputError
from clappper.brief.preflight import Scorecard

BADGE = "generated anyway"
"""What marks every clip of a brief that preflight had blocked."""


class BlockedError(UnusableInputError):
    """Preflight stopped the brief; nothing was made and nothing spent."""

    def __init__(self, scorecard: Scorecard) -> None:
        super().__init__(
            f"Preflight blocks this brief: it scores {scorecard.overall} of 100"
            f" and has {len(scorecard.must_fix)} must-fix findings.",
            "See them with: clappper preflight BRIEF. Make it all the same with --yes-blocked.",
        )
        self.scorecard = scorecard
