"""Whatever happens, in any order and as often as it likes: nothing is paid twice, what is over stays over.

The provider keeps its own books, and they are the judge. Between any two events the program may be stopped.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.jobs.model import TERMINAL, JobState, WorkReported
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import JobRunner
from clappper.providers.contract import (
    CancelOutcome,
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    Issue,
    Kind,
    Output,
    Price,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from clappper.providers.registry import Registry
from tests.unit.jobs.conftest import Bench, new_bench, write_tone

SEEDS = st.integers(1, 3)
FAULTS = st.sampled_from(FaultKind)
SUBMITS = st.sampled_from(["lost after", "lost before", "accept"]) | FAULTS
POLLS = st.sampled_from(["run", "queue", "fail", "fail passing"]) | FAULTS
PRICE = Money.dollars("0.50")
CAP = Money.dollars(4)


@dataclass
class Generation:
    """One entry of the provider's books: what was accepted, for which of our requests."""

    key: str
    seed: int
    fault: FaultKind = FaultKind.MODEL
    state: RemoteState = RemoteState.RUNNING

    @property
    def job_id(self) -> str:
        return self.key.rpartition("-")[0]


@dataclass
class Bank:
    """A paid provider whose answers are scripted and whose books are not."""

    name: str = "paid"
    can_list: bool = True
    books: dict[str, Generation] = field(default_factory=dict)
    submits: deque[str] = field(default_factory=deque)
    polls: deque[str] = field(default_factory=deque)
    fetches: deque[FaultKind] = field(default_factory=deque)

    def models(self) -> tuple[Capabilities, ...]:
        price = Price("clip", PRICE, "2026-01-01")
        return (Capabilities(self.name, "m1", (Kind.MUSIC,), (1, 10), reconcile=self.can_list, price=price),)

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        assert request.model
        return ()

    def estimate(self, request: GenRequest) -> Estimate:
        assert request.model
        return Estimate(PRICE, PRICE, None, "per clip")

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return {"seed": request.seed}

    async def check(self) -> Health:
        return Health(ready=True, detail="")

    async def submit(self, request: GenRequest) -> str:
        await asyncio.sleep(0)
        how = self.submits.popleft() if self.submits else "accept"
        if how in set(FaultKind):
            raise ProviderError(ProviderFault(FaultKind(how), "No."))
        if how != "lost before":
            remote_id = f"r{len(self.books)}"
            self.books[remote_id] = Generation(request.key, request.seed)
            await asyncio.sleep(0)
        if how != "accept":
            raise ProviderError(ProviderFault(FaultKind.AMBIGUOUS, "The answer was lost."))
        return remote_id

    async def poll(self, remote_id: str) -> Progress:
        await asyncio.sleep(0)
        entry = self.books.get(remote_id)
        if entry is None:
            raise ProviderError(ProviderFault(FaultKind.LOST, "Unknown."))
        how = self.polls.popleft() if self.polls else "succeed"
        if how in set(FaultKind):
            raise ProviderError(ProviderFault(FaultKind(how), "No."))
        if entry.state is RemoteState.RUNNING and how not in {"run", "queue"}:
            entry.state = RemoteState.FAILED if how.startswith("fail") else RemoteState.SUCCEEDED
            entry.fault = FaultKind.TRANSIENT_MODEL if how == "fail passing" else FaultKind.MODEL
        match entry.state:
            case RemoteState.SUCCEEDED:
                return Progress(entry.state, 1.0, outputs=(Output(remote_id, "audio/wav"),), cost=PRICE)
            case RemoteState.FAILED:
                return Progress(entry.state, error=ProviderFault(entry.fault, "It stumbled."), cost=PRICE)
            case RemoteState.CANCELED:
                return Progress(entry.state)
            case _:
                return Progress(RemoteState.QUEUED if how == "queue" else RemoteState.RUNNING, 0.5)

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        await asyncio.sleep(0)
        assert output.location == remote_id
        if self.fetches:
            raise ProviderError(ProviderFault(self.fetches.popleft(), "No."))
        write_tone(destination, self.books[remote_id].seed)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        await asyncio.sleep(0)
        entry = self.books[remote_id]
        if entry.state is not RemoteState.RUNNING:
            return CancelOutcome(stopped=False, still_billed=True)
        entry.state = RemoteState.CANCELED
        return CancelOutcome(stopped=True, still_billed=True)

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        assert since.tzinfo
        found = (name for name, entry in self.books.items() if entry.key == request.key)
        return next((name for name in found if name not in known), None)

    async def aclose(self) -> None:
        return


class Life(RuleBasedStateMachine):
    """The life of one project's jobs."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.bench: Bench = new_bench(Path(self.folder.name))
        self.bank = Bank()
        known = Registry([self.bank])
        self.bench.queue = JobQueue(self.bench.project, known, self.bench.hub, clock=self.bench.clock)
        self.over: dict[str, tuple[object, ...]] = {}
        self.resent: Counter[str] = Counter()

    @initialize(can_list=st.booleans())
    def choose(self, *, can_list: bool) -> None:
        self.bank.can_list = can_list

    def teardown(self) -> None:
        self.bench.project.close()
        self.folder.cleanup()

    @rule(
        asked=st.sets(SEEDS, min_size=1),
        submits=st.lists(SUBMITS, max_size=2),
        polls=st.lists(POLLS, max_size=3),
        fetches=st.lists(FAULTS, max_size=1),
        turns=st.none() | st.integers(1, 60),
    )
    def work(
        self,
        asked: set[int],
        submits: list[str],
        polls: list[str],
        fetches: list[FaultKind],
        turns: int | None,
    ) -> None:
        """Ask, and let a runner work until it is idle or stopped after so many turns of the loop."""
        for seed in asked:
            with suppress(ClappperError):
                self.bench.queue.enqueue(self.bench.request(seed=seed), brief_id="b", cap=CAP)
        self.bank.submits.extend(submits)
        self.bank.polls.extend(polls)
        self.bank.fetches.extend(fetches)
        asyncio.run(self.bench.run() if turns is None else self._work_for(turns))

    async def _work_for(self, turns: int) -> None:
        task = asyncio.ensure_future(JobRunner(self.bench.queue, self.bench.workers).run())
        for _ in range(turns):
            await asyncio.sleep(0)
        self.bench.hub.publish(WorkReported("paid", next(iter(self.bank.books), "r0")))
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    @rule(verb=st.sampled_from(["pause", "resume", "cancel", "retry", "give_up", "remove"]), seed=SEEDS)
    def decide(self, verb: str, seed: int) -> None:
        for job in self._jobs(seed):
            if verb == "retry" and job.state is JobState.UNSURE:
                continue
            with suppress(ClappperError):
                getattr(self.bench.queue, verb)(job.id)

    @rule(seed=SEEDS)
    def resend(self, seed: int) -> None:
        for job in self._jobs(seed):
            with suppress(ClappperError):
                self.bench.queue.resend(job.id)
                self.resent[job.id] += 1

    @rule(seed=SEEDS, name=st.sampled_from(["r0", "r1", "r2", "r99", ""]))
    def adopt(self, seed: int, name: str) -> None:
        for job in self._jobs(seed):
            with suppress(ClappperError):
                self.bench.queue.adopt(job.id, name)

    @rule(seed=SEEDS, other=SEEDS)
    def edit(self, seed: int, other: int) -> None:
        for job in self._jobs(seed):
            with suppress(ClappperError):
                self.bench.queue.edit(job.id, replace(job.request, seed=other))

    @rule()
    def put_right(self) -> None:
        self.bench.queue.gates.try_again()

    def _jobs(self, seed: int) -> list[Any]:
        return [job for job in self.bench.queue.list() if job.request.seed == seed]

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        """More than one acceptance for a job needs a failure at the provider, or a person's word, each."""
        accepted = Counter(entry.job_id for entry in self.bank.books.values())
        stumbled = Counter(
            entry.job_id for entry in self.bank.books.values() if entry.state is RemoteState.FAILED
        )
        for job_id, times in accepted.items():
            assert times <= 1 + stumbled[job_id] + self.resent[job_id], job_id

    @invariant()
    def what_is_over_stays_over(self) -> None:
        for job in self.bench.queue.list(with_removed=True):
            end = (job.state, job.remote_id, job.asset_id, job.attempts)
            if job.state in TERMINAL:
                assert self.over.setdefault(job.id, end) == end

    @invariant()
    def one_job_asks_for_one_thing(self) -> None:
        live = [job.request_hash for job in self.bench.queue.list() if job.state not in TERMINAL]
        assert len(live) == len(set(live))

    @invariant()
    def the_books_agree(self) -> None:
        """Every acceptance is an attempt of ours, and one that we call free was none of theirs."""
        attempts = {attempt.key: attempt for attempt in self.bench.queue.ledger.attempts()}
        for entry in self.bank.books.values():
            attempt = attempts[entry.key]
            is_free = attempt.finished is not None and attempt.billed == "no"
            assert not is_free, attempt
        for job in self.bench.queue.list(states=[JobState.DONE]):
            assert self.bench.project.locate(self.bench.project.assets.get(job.asset_id).path).is_file()
        assert all(attempt.finished for job in self.over for attempt in self._attempts(job))

    def _attempts(self, job_id: str) -> tuple[Any, ...]:
        return self.bench.queue.ledger.attempts(job_id)


Life.TestCase.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
TestLife: Callable[..., Any] = Life.TestCase
