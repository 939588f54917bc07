from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clappper.base.units import Money
from clappper.cli.job_answers import show_jobs
from clappper.flow.jobs import JobBook, JobLine
from clappper.jobs.model import Job, JobState
from clappper.jobs.money.records import Attempt
from clappper.providers.contract import GenRequest, Kind

CENTS = Money.dollars("0.15")


def attempt(actual: Money | None, high: Money | None, billed: str = "yes") -> Attempt:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    return Attempt("j", 1, "k", "r", now, now, None, high, actual, billed, "", "", {}, 1.0)


@pytest.mark.parametrize(
    ("attempts", "words"),
    [
        ((attempt(CENTS, None),), "$0.15"),
        ((attempt(None, CENTS),), "up to $0.15"),
        ((attempt(CENTS, None), attempt(None, CENTS)), "up to $0.30"),
        ((attempt(None, None),), "unknown"),
        ((attempt(None, None, "no"),), "$0.00"),
        ((), "–"),
    ],
)
def test_a_cost_that_nobody_tells_is_not_zero(
    attempts: tuple[Attempt, ...],
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    request = GenRequest("k", Kind.TEXT_TO_VIDEO, "p", "m", "x", 1.0)
    job = Job("j", "b", "s", request, "h", JobState.DONE, "", "")
    show_jobs(JobBook((JobLine(job, attempts),), Money()), Path("p"), as_json=False)
    assert f" {words} " in capsys.readouterr().out
