"""What the predictor thinks of a project's clips, worked out in its process and remembered."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from clappper.flow.predictor_process import PredictorProcess
from clappper.flow.reviewing.review_desk import ReviewClip
from clappper.review.prediction import Asked, Prediction

AT_ONCE = 8
"""So many are worked out before the first of them are shown."""


class Chances:
    """Predictions by prompt and provider, for clips that are there already."""

    def __init__(self, predictor: PredictorProcess, models: Path) -> None:
        self._predictor, self._models = predictor, models
        self._known: dict[Asked, Prediction] = {}

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
            answers = await self._predictor.foretell(self._models, missing)
            known |= dict(zip(missing, answers.predictions, strict=True))
        return bool(missing)

    def forget(self) -> None:
        """Ask the predictor anew, as when there is a newer one."""
        self._known = {}
