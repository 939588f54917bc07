"""A piece of a document's text, with where it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """One line or paragraph. ``page`` counts from 1, 0 where the document has no pages.

    ``heading`` is the nearest one above, or empty.
    """

    text: str
    page: int = 0
    heading: str = ""

    @property
    def place(self) -> str:
        """Say where it stands: ``page 3``, or the heading it stands under."""
        if self.page:
            return f"page {self.page}"
        return f"under {self.heading}" if self.heading else ""
