"""The predictor in a process of its own: whoever shows and edits a project is never held up by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.flow.predictor import load_predictor_of, stamp_of
from clappper.jobs.workers import Workers
from clappper.review.prediction import Answers, Asked

if TYPE_CHECKING:
    from clappper.review.predictor import Predictor

AT_A_TIME = 4
"""So many questions are put at once; who asks more lets others in between, and may give up the rest."""


class PredictorProcess:
    """One for each open project. Nothing starts before the first question."""

    def __init__(self) -> None:
        self._workers = Workers(1)

    async def foretell(self, models: Path, asked: Sequence[Asked]) -> Answers:
        """Ask the best predictor that lies by ``models``; once cancelled, the rest is not asked any more.

        Raises:
            ClappperError: the predictor cannot be loaded, or its process ended, as by ``aclose``.
        """
        return _joined([await self._workers.run(answer, models, part) for part in _parts(asked)])

    def foretell_in_thread(self, models: Path, asked: Sequence[Asked]) -> Answers:
        """Do the same for a thread, which waits.

        Raises:
            ClappperError: as ``foretell``.
        """
        return _joined([self._workers.call(answer, models, part) for part in _parts(asked)])

    async def aclose(self) -> None:
        """End at once, also in the middle of an answer."""
        await self._workers.aclose()


class Inquiry:
    """What one piece of work asks of the predictor; no question is put twice."""

    def __init__(self, process: PredictorProcess, models: Path) -> None:
        self._process, self._models = process, models
        self._known: dict[tuple[Asked, ...], Answers] = {}

    async def prepare(self, asked: tuple[Asked, ...]) -> None:
        """Ask beforehand what is sure to be asked.

        Raises:
            ClappperError: as ``PredictorProcess.foretell``.
        """
        self._known[asked] = await self._process.foretell(self._models, asked)

    def foretell(self, asked: Sequence[Asked]) -> Answers:
        """Give the answers; a thread waits for those that are new.

        Raises:
            ClappperError: as ``PredictorProcess.foretell``.
        """
        key = tuple(asked)
        if key not in self._known:
            self._known[key] = self._process.foretell_in_thread(self._models, key)
        return self._known[key]


def answer(models: Path, asked: Sequence[Asked]) -> Answers:
    """Be the process: keep the predictor in memory until another one lies there."""
    return _predictor(models, stamp_of(models)).foretell(asked)


@lru_cache(maxsize=1)
def _predictor(models: Path, _: tuple[int, ...]) -> Predictor:
    return load_predictor_of(models)


def _parts(asked: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    """Cut questions into parts; no questions are one part, which still tells who would answer."""
    for begin in range(0, max(len(asked), 1), AT_A_TIME):
        yield asked[begin : begin + AT_A_TIME]


def _joined(parts: Sequence[Answers]) -> Answers:
    predictions = tuple(one for part in parts for one in part.predictions)
    return Answers(predictions, parts[-1].is_prior, parts[-1].labels)
