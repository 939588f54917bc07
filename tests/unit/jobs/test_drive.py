"""Whatever a provider answers, in any order: the job ends, the books close, nothing is sent blindly twice."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.base.units import Money
from clappper.jobs.backoff import PASSING
from clappper.jobs.model import ACTIVE, JobState
from clappper.providers.contract import FaultKind, Progress, ProviderFault, RemoteState

Bench = Any
REFUSED = frozenset({FaultKind.RATE_LIMITED, FaultKind.OFFLINE})
REFUSALS = frozenset({FaultKind.AUTH, FaultKind.BILLING})

faults = st.builds(ProviderFault, st.sampled_from(FaultKind), st.just("No."))
progress = st.one_of(
    st.builds(
        Progress,
        st.sampled_from([RemoteState.QUEUED, RemoteState.RUNNING]),
        st.none() | st.floats(0, 1),
    ),
    st.builds(
        Progress,
        st.sampled_from([RemoteState.FAILED, RemoteState.CANCELED]),
        error=st.none() | faults,
        cost=st.none() | st.just(Money.dollars("0.1")),
    ),
)


@settings(max_examples=40, deadline=None)
@given(
    submits=st.lists(st.none() | faults, max_size=4),
    polls=st.lists(faults | progress, max_size=6),
    fetches=st.lists(faults | st.just(b"<html>"), max_size=3),
    finds=st.none() | st.lists(st.none() | st.just("remote:found:1"), max_size=3),
)
def test_any_answers_in_any_order(
    make_bench: Callable[[Path], Bench],
    submits: list[ProviderFault | None],
    polls: list[ProviderFault | Progress],
    fetches: list[ProviderFault | bytes],
    finds: list[str | None] | None,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = make_bench(Path(folder))
        try:
            bench.paid.submits.extend(submits)
            bench.paid.polls.extend(polls)
            bench.paid.fetches.extend(fetches)
            bench.paid.reconcile_finds = finds
            job_id = bench.queue.enqueue(bench.request()).job.id
            asyncio.run(run_out(bench))
            judge(bench, job_id)
        finally:
            bench.project.close()


async def run_out(bench: Bench) -> None:
    """Work, and put right whatever keeps the provider from letting us in."""
    await bench.run()
    while bench.queue.gates.shut():
        await bench.run()


def judge(bench: Bench, job_id: str) -> None:
    job = bench.queue.job(job_id)
    attempts = bench.queue.ledger.attempts(job_id)
    assert job.state not in ACTIVE
    assert len(attempts) == job.attempts == len(bench.paid.asked)
    assert len({request.key for request in bench.paid.asked}) == len(bench.paid.asked)
    for attempt in attempts[:-1]:
        certain = attempt.billed == "no" and FaultKind(attempt.fault) in REFUSED | REFUSALS
        failed_there = attempt.remote_id and FaultKind(attempt.fault) in PASSING | REFUSALS
        assert certain or failed_there, attempt
    assert attempts[-1].finished is not None
    if job.state is JobState.DONE:
        assert bench.project.locate(bench.project.assets.get(job.asset_id).path).is_file()
    else:
        assert not job.asset_id
        assert not bench.project.assets.list()
    assert bench.queue.ledger.spent() <= Money(500_000 * len(attempts))
