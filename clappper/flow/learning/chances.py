"""What the predictor thinks of a project's clips, worked out beside the event loop and remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.flow.learning.predict import load_predictor_of
from clappper.flow.reviewing.review_desk import ReviewClip

if TYPE_CHECKING:
    from clappper.review.predictor import Prediction, Predictor

Key = tuple[str, str]
AT_ONCE = 8
"""So many are worked out before the first of them are shown."""


class Chances:
    """Predictions by prompt and provider, for clips that are there already."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._known: dict[Key, Prediction] = {}
        self._predictor: Predictor | None = None

    def of(self, clip: ReviewClip) -> Prediction | None:
        """Give what is known; None until ``foretell`` was asked for it."""
        return self._known.get((clip.prompt, clip.provider))

    async def foretell(self, clips: Iterable[ReviewClip], most: int = AT_ONCE) -> bool:
        """Work out some of what is not known yet, the first clips first; tells whether there was anything.

        Raises:
            ClappperError: the predictor cannot be loaded.
        """
        keys = dict.fromkeys((clip.prompt, clip.provider) for clip in clips)
        missing = [key for key in keys if key not in self._known][:most]
        if missing:
            known = self._known
            known |= await asyncio.to_thread(self._foretold, missing)
        return bool(missing)

    def forget(self) -> None:
        """Ask the predictor anew, as when there is a newer one."""
        self._known, self._predictor = {}, None

    def _foretold(self, keys: list[Key]) -> dict[Key, Prediction]:
        predictor = self._predictor = self._predictor or load_predictor_of(self._models)
        return {key: predictor.predict(*key) for key in keys}
