"""The Review workspace's fixtures."""

from tests.unit.ui.review_workspace import left_alone, make, no_guesses

__all__ = ["left_alone", "make", "no_guesses"]
