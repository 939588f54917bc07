"""A predictor that is there at once: it gives every prompt the same chance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clappper.flow.predictor_process import PredictorProcess
from clappper.review.prediction import Answers, Asked, Prediction

CHANCE = 0.6


def foretell(asked: Sequence[Asked]) -> Answers:
    one = Prediction(CHANCE, 0.5, 0.7, 3.5, 1.0, (), "prior-1")
    return Answers((one,) * len(asked), is_prior=True, labels=0)


class Answering(PredictorProcess):
    """Stands for the predictor's process."""

    async def foretell(self, _: Path, asked: Sequence[Asked]) -> Answers:
        return foretell(asked)

    def foretell_in_thread(self, _: Path, asked: Sequence[Asked]) -> Answers:
        return foretell(asked)
