from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clappper.jobs.model import NEXT, STARTED, TERMINAL, Job, JobState, StaleJobError, content_hash
from clappper.jobs.records import JobRecords
from clappper.providers.contract import GenRequest, InputFile, Kind, Role
from clappper.store.database import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REQUEST = GenRequest(
    key="k",
    kind=Kind.IMAGE_TO_VIDEO,
    provider="p",
    model="m",
    prompt="a lamp",
    seconds=4,
    extra={"b": 1, "a": 2},
)


def a_job() -> Job:
    return Job("job_1", "b", "s", REQUEST, content_hash(REQUEST), JobState.QUEUED, "", "")


def test_every_state_has_its_steps_and_terminal_ones_have_none() -> None:
    assert set(NEXT) == set(JobState)
    assert frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED}) == TERMINAL
    assert all(NEXT[state] <= set(JobState) for state in NEXT)


def test_every_state_can_reach_an_end() -> None:
    ends = set(TERMINAL)
    while grown := {state for state in NEXT if NEXT[state] & ends} - ends:
        ends |= grown
    assert ends == set(JobState)


def test_only_a_submit_leads_to_a_remote_id() -> None:
    entries = {state for state in NEXT if JobState.RUNNING in NEXT[state]}
    assert JobState.QUEUED not in entries
    assert {state for state in NEXT if JobState.SUBMITTING in NEXT[state]} == {JobState.QUEUED}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    events=st.lists(st.tuples(st.sampled_from(JobState), st.booleans()), max_size=25),
)
def test_no_order_or_repetition_of_events_leaves_an_end_or_sends_twice(
    tmp_path: Path, events: list[tuple[JobState, bool]]
) -> None:
    """Each event is a step taken from the job as it is, or from an old copy of it, as a late answer is."""
    db = Database.open(tmp_path / "jobs.db")
    try:
        with db.writing() as connection:
            connection.execute("DELETE FROM jobs")
        records = JobRecords(db)
        old = records.add(a_job())
        submits = 0
        for to, is_late in events:
            before = records.job("job_1")
            try:
                records.move(old if is_late else before, to, NOW, remote_id="r")
            except (StaleJobError, ValueError):
                assert records.job("job_1") == before
                continue
            after = records.job("job_1")
            assert before.state not in TERMINAL
            assert after.state in NEXT[before.state]
            submits += after.state is JobState.SUBMITTING
            if before.state in STARTED | {JobState.UNSURE} and after.state is JobState.SUBMITTING:
                pytest.fail("sent again without having been queued again")
    finally:
        db.close()


def test_the_same_content_has_the_same_hash() -> None:
    file = InputFile(Role.PRODUCT, "a.png", "00ff")
    here = replace(REQUEST, files=(file,))
    there = replace(REQUEST, key="other", files=(replace(file, path="/b.png"),), extra={"a": 2, "b": 1})
    assert content_hash(here) == content_hash(there)
    assert content_hash(here) != content_hash(replace(here, files=(replace(file, sha256="00fe"),)))


@pytest.mark.parametrize(
    "change", [{"seed": 2}, {"prompt": "a lamp "}, {"model": "n"}, {"fps": 24.0}, {"extra": {"a": 2}}]
)
def test_any_difference_in_content_shows(change: dict[str, Any]) -> None:
    changed: GenRequest = replace(REQUEST, **change)
    assert content_hash(changed) != content_hash(REQUEST)
