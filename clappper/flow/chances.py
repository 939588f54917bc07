"""What the predictor thinks of a project's clips, worked out beside the event loop and remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.flow.predict import load_predictor_of
from clappper.flow.review_desk import ReviewClip

if TYPE_CHECKING:
    from clappper.review.predictor import Prediction, Predictor

Key = tuple[str, str]


class Chances:
    """Predictions by prompt and provider, for clips that are there already."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._known: dict[Key, Prediction] = {}

    def of(self, clip: ReviewClip) -> Prediction | None:
        """Give what is known; None until ``foretell`` was asked for it."""
        return self._known.get((clip.prompt, clip.provider))

    async def foretell(self, clips: Iterable[ReviewClip]) -> bool:
        """Work out what is not known yet; tells whether anything was.

        Raises:
            ClappperError: the predictor cannot be loaded.
        """
        missing = {(clip.prompt, clip.provider) for clip in clips} - self._known.keys()
        if missing:
            known = self._known
            known |= await asyncio.to_thread(_foretold, self._models, sorted(missing))
        return bool(missing)

    def forget(self) -> None:
        """Ask the predictor anew, as when there is a newer one."""
        self._known = {}


def _foretold(models: Path, keys: list[Key]) -> dict[Key, Prediction]:
    predictor: Predictor = load_predictor_of(models)
    return {key: predictor.predict(*key) for key in keys}
