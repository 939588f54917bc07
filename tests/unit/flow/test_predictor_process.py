"""Predictions from another process: the very same numbers, in turns, and gone at once when it is closed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from clappper.flow import predictor_process as module
from clappper.flow.predictor import load_predictor_of
from clappper.flow.predictor_process import Inquiry, PredictorProcess
from clappper.jobs.workers import WorkerDiedError
from clappper.review.prediction import Answers, Asked
from tests.unit.review.answers import Answering, foretell

ASKED = tuple((f"a red boat on a calm sea, take {number}", "alpha") for number in range(2))


@pytest.fixture
async def process() -> AsyncIterator[PredictorProcess]:
    made = PredictorProcess()
    yield made
    await made.aclose()


async def test_it_says_what_the_predictor_says_here(
    process: PredictorProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_A_TIME", 1)
    models = tmp_path / "models"
    found = await process.foretell(models, ASKED)
    assert found == load_predictor_of(models).foretell(ASKED)
    nothing = await process.foretell(models, ())
    assert nothing == Answers((), is_prior=True, labels=0)
    inquiry = Inquiry(process, models)
    assert await asyncio.to_thread(inquiry.foretell, ASKED[:1]) == Answers(
        found.predictions[:1], is_prior=True, labels=0
    )


async def test_whoever_waits_is_told_of_the_closing(process: PredictorProcess, tmp_path: Path) -> None:
    waiting = asyncio.create_task(process.foretell(tmp_path / "models", ASKED * 100))
    await asyncio.sleep(0)
    await process.aclose()
    with pytest.raises((WorkerDiedError, asyncio.CancelledError)):
        await waiting


async def test_an_inquiry_puts_no_question_twice(tmp_path: Path) -> None:
    class Counting(Answering):
        asked = 0

        def foretell_in_thread(self, models: Path, asked: Sequence[Asked]) -> Answers:
            self.asked += 1
            return super().foretell_in_thread(models, asked)

    process = Counting()
    inquiry = Inquiry(process, tmp_path)
    await inquiry.prepare(ASKED)
    assert inquiry.foretell(list(ASKED)) == foretell(ASKED)
    assert process.asked == 0
    assert inquiry.foretell(ASKED[:1]) == inquiry.foretell(ASKED[:1]) == foretell(ASKED[:1])
    assert process.asked == 1
