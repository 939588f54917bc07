"""What a predictor says: plain data, cheap to send from one process to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Asked = tuple[str, str]
"""A prompt, and the provider that would make it: empty for any."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of a prediction and how much chance it adds or takes: ``effect`` 0.05 is five points."""

    text: str
    effect: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """``chance`` of a pass with a 90 % interval; ``quality`` on the raters' scale of 1 to 5.

    ``known`` from 0 to 1 is how much the ratings say about such prompts. Without ``chance`` the predictor
    abstains, and ``abstained`` says why.
    """

    chance: float | None
    low: float | None
    high: float | None
    quality: float | None
    known: float
    reasons: tuple[Reason, ...]
    version: str
    abstained: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """One prediction for each question, in order. ``labels`` are the user's own ratings behind them.

    ``is_prior``: only public ratings speak.
    """

    predictions: tuple[Prediction, ...]
    is_prior: bool
    labels: int


Foretell = Callable[[Sequence[Asked]], Answers]
"""Asks a predictor, wherever it is, and waits for it."""
