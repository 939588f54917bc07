"""The Review workspace's fixtures."""

from tests.unit.ui.review_workspace import make, no_guesses

__all__ = ["make", "no_guesses"]
