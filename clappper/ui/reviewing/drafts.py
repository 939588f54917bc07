"""How one press of a key changes a rating that is being given."""

from __future__ import annotations

from dataclasses import replace

from clappper.flow.reviewing.review_desk import Draft
from clappper.review.ratings import Rating


def scored(draft: Draft, score: int) -> Draft:
    """Give a score; the same once more takes it back."""
    return replace(draft, overall=None if draft.overall == score else score, unsure=False)


def tagged(draft: Draft, code: str) -> Draft:
    """Put a tag on, or take it off."""
    tags = tuple(tag for tag in draft.tags if tag != code)
    return replace(draft, tags=tags if code in draft.tags else (*tags, code))


def turned(draft: Draft) -> Draft:
    """Turn pass into fail and back; the first press says pass, unless the score said so."""
    return replace(draft, passed=not draft.verdict, unsure=False)


def decided(draft: Draft, *, passed: bool | None) -> Draft:
    """Say pass or fail, or that it cannot be told; the same once more takes it back."""
    again = draft.unsure if passed is None else draft.passed is passed and not draft.unsure
    if again:
        return replace(draft, passed=None, unsure=False)
    return replace(draft, passed=passed, unsure=passed is None)


def draft_of(rating: Rating) -> Draft:
    """Give a stored rating as one that is being given."""
    return Draft(rating.overall, rating.passed, rating.passed is None, rating.tags, rating.notes)
