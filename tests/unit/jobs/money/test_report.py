from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from clappper.base.units import Money
from clappper.jobs.model import Job, JobState
from clappper.jobs.money.records import Attempt
from clappper.jobs.money.report import Made, ledger_csv, spendings, spendings_csv
from clappper.providers.contract import GenRequest, Kind

T0 = datetime(2026, 1, 1, tzinfo=UTC)
DONE = Attempt(
    job_id="j",
    number=1,
    key="j-1",
    remote_id="r",
    started=T0,
    finished=T0 + timedelta(seconds=9),
    estimated_low=Money.dollars("0.3"),
    estimated_high=Money.dollars("0.5"),
    actual=Money.dollars("0.4"),
    billed="yes",
    fault="",
    message="",
    sent={"metrics": {"predict_time": 8.5}},
    latency_seconds=8.0,
)
FAILED = replace(DONE, number=2, actual=None, billed="unknown", fault="model", message='=No, "never"')


def made(name: str, scene: str, *attempts: Attempt, seconds: float = 0.0, sound: float = 0.0) -> Made:
    request = GenRequest("", Kind.TEXT_TO_VIDEO, name, "m", "p", 5.0)
    state = JobState.DONE if seconds or sound else JobState.FAILED
    job = Job(f"job-{scene}", "b", scene, request, "h", state, T0.isoformat(), T0.isoformat())
    return Made(job, attempts, seconds, sound)


BOOK = (
    made("paid", "s1", FAILED, DONE, seconds=6.0),
    made("paid", "s2", FAILED),
    made("music", "bed", replace(DONE, actual=Money(), billed="no"), sound=30.0),
)


def test_failed_takes_count_in_the_price_of_a_minute() -> None:
    lines = {(line.group, line.name): line for line in spendings(BOOK)}
    project = lines["project", ""]
    assert (project.attempts, project.failed, project.done) == (4, 2, 2)
    assert project.finished_seconds == 6.0
    assert project.spent == Money.dollars("1.4")
    assert project.per_minute == Money.dollars(14)
    assert lines["provider", "paid"].per_minute == Money.dollars(14)
    assert lines["provider", "music"].finished_seconds == 30.0
    assert lines["scene", "s1"].per_minute == Money.dollars(9)
    assert lines["scene", "s2"].per_minute is None
    assert lines["model", "paid/m"].spent == Money.dollars("1.4")


def test_an_unknown_price_is_counted_apart_and_never_as_nothing() -> None:
    unknown = replace(FAILED, estimated_low=None, estimated_high=None)
    (project, *_) = spendings([made("paid", "s1", unknown, replace(DONE, finished=None, actual=None))])
    assert (project.spent, project.unpriced) == (Money(), 1)
    assert spendings([made("paid", "s1", replace(unknown, billed="no"))])[0].unpriced == 0


def test_both_tables_can_be_read_back_as_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(spendings_csv(spendings(BOOK)))))
    assert rows[0]["usd_per_finished_minute"] == "14.000000"
    assert [row["usd_per_finished_minute"] for row in rows if row["name"] == "s2"] == [""]
    ledger = list(csv.DictReader(io.StringIO(ledger_csv(BOOK))))
    assert len(ledger) == 4
    assert ledger[0]["message"] == '\'=No, "never"'
    assert (ledger[1]["actual_usd"], ledger[1]["predict_seconds"]) == ("0.400000", "8.5")
    assert ledger[0]["actual_usd"] == ""
