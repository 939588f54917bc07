from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import Money
from clappper.jobs.model import JobState
from clappper.jobs.money.ledger import BudgetError
from clappper.providers.contract import InputFile, Role

Bench = Any


def test_asking_twice_makes_one_job(bench: Bench) -> None:
    first = bench.queue.enqueue(bench.request())
    second = bench.queue.enqueue(bench.request())
    assert (first.outcome, second.outcome) == ("new", "waiting")
    assert second.job == first.job
    assert second.saved == Money.dollars("0.5")


async def test_asking_for_what_is_made_gives_it_back(bench: Bench) -> None:
    first = bench.queue.enqueue(bench.request())
    await bench.run()
    again = bench.queue.enqueue(bench.request(), cap=Money())
    assert again.outcome == "reused"
    assert again.job.id == first.job.id
    assert again.job.asset_id
    assert again.saved == Money.dollars("0.5")
    assert bench.queue.sent(first.job.id) == {"prompt": "as sent"}


def test_what_the_model_cannot_do_is_refused_before_anything_is_written(bench: Bench) -> None:
    with pytest.raises(UnusableInputError, match="too long"):
        bench.queue.enqueue(bench.request(seconds=60.0))
    with pytest.raises(UnusableInputError, match="no provider nobody"):
        bench.queue.enqueue(bench.request(provider="nobody"))
    assert bench.queue.list() == ()


def test_the_budget_counts_what_waits(bench: Bench) -> None:
    cap = Money.dollars("1.2")
    for seed in (1, 2):
        bench.queue.enqueue(bench.request(seed=seed), brief_id="b", cap=cap)
    with pytest.raises(BudgetError, match=r"\$0\.50, but only \$0\.20 of the budget of \$1\.20"):
        bench.queue.enqueue(bench.request(seed=3), brief_id="b", cap=cap)
    bench.queue.enqueue(bench.request(seed=3), brief_id="other", cap=cap)
    bench.queue.enqueue(bench.request(provider="free"), brief_id="b", cap=cap)
    assert len(bench.queue.list(brief_id="b")) == 3


def test_several_are_asked_for_all_or_none_and_told_only_when_stored(bench: Bench) -> None:
    def ask(cap: str) -> None:
        with bench.project.db.writing():
            for seed in (1, 2):
                bench.queue.enqueue(bench.request(seed=seed), brief_id="b", cap=Money.dollars(cap))
            assert not bench.events

    with pytest.raises(BudgetError):
        ask("0.9")
    assert bench.queue.list() == ()
    assert bench.events == []
    ask("1")
    assert [event.state for event in bench.events] == [JobState.QUEUED, JobState.QUEUED]


def test_cancelling_frees_the_budget(bench: Bench) -> None:
    cap = Money.dollars("0.6")
    first = bench.queue.enqueue(bench.request(seed=1), brief_id="b", cap=cap).job
    bench.queue.cancel(first.id)
    assert bench.queue.enqueue(bench.request(seed=2), brief_id="b", cap=cap).outcome == "new"


def test_an_unknown_price_needs_consent(bench: Bench) -> None:
    bench.paid.price = None
    with pytest.raises(BudgetError, match="unknown"):
        bench.queue.enqueue(bench.request(), cap=Money.dollars(9))
    accepted = bench.queue.enqueue(bench.request(), cap=Money.dollars(9), accept_unknown_price=True)
    assert accepted.job.estimate_high is None


def test_pausing_resuming_and_cancelling_what_waits(bench: Bench) -> None:
    job = bench.queue.enqueue(bench.request()).job
    assert bench.queue.pause(job.id).state is JobState.PAUSED
    with pytest.raises(ClappperError, match="cannot be paused"):
        bench.queue.pause(job.id)
    assert bench.queue.resume(job.id).state is JobState.QUEUED
    assert bench.queue.cancel(job.id).state is JobState.CANCELLED
    assert bench.queue.cancel(job.id).state is JobState.CANCELLED
    assert bench.queue.resume(job.id).state is JobState.CANCELLED
    with pytest.raises(ClappperError, match="not in doubt"):
        bench.queue.give_up(job.id)


async def test_a_paused_job_stays_until_it_is_wanted_again(bench: Bench) -> None:
    job = bench.queue.enqueue(bench.request()).job
    bench.queue.pause(job.id)
    await bench.run()
    assert bench.queue.job(job.id).state is JobState.PAUSED
    assert bench.queue.enqueue(bench.request()).job.state is JobState.QUEUED


def test_retrying_what_is_over_makes_a_new_job(bench: Bench) -> None:
    job = bench.queue.enqueue(bench.request(), brief_id="b", scene_id="s").job
    bench.queue.cancel(job.id)
    again = bench.queue.retry(job.id)
    assert again.id != job.id
    assert (again.brief_id, again.scene_id, again.state) == ("b", "s", JobState.QUEUED)
    assert bench.queue.job(job.id).state is JobState.CANCELLED


def test_what_a_brief_no_longer_asks_for_can_be_withdrawn(bench: Bench) -> None:
    old, new = (bench.queue.enqueue(bench.request(seed=seed), brief_id="b").job for seed in (1, 2))
    other = bench.queue.enqueue(bench.request(seed=3), brief_id="c").job
    assert [job.id for job in bench.queue.withdraw("b", keep=[new.id])] == [old.id]
    assert bench.queue.job(old.id).state is JobState.CANCELLED
    assert {bench.queue.job(job.id).state for job in (new, other)} == {JobState.QUEUED}


def test_reordering(bench: Bench) -> None:
    a, b, c = (bench.queue.enqueue(bench.request(seed=seed)).job.id for seed in (1, 2, 3))
    bench.queue.reorder(c, before=a)
    assert [job.id for job in bench.queue.list()] == [c, a, b]
    bench.queue.reorder(c)
    assert [job.id for job in bench.queue.list()] == [a, b, c]


def test_an_unknown_job_is_a_sentence(bench: Bench) -> None:
    with pytest.raises(UnusableInputError, match="no job job_x"):
        bench.queue.job("job_x")


def test_a_job_of_a_project_that_was_moved_is_asked_for_with_its_files(bench: Bench) -> None:
    folder = bench.project.path / "media"
    folder.mkdir(exist_ok=True)
    (folder / "mug.png").write_bytes(b"a mug")
    digest = sha256(b"a mug").hexdigest()
    lost = InputFile(Role.PRODUCT, "/gone/ad.clappper/media/mug.png", digest, "image/png")
    job = bench.queue.enqueue(replace(bench.request(), files=(lost,))).job
    assert job.request.files[0].path == str(folder / "mug.png")
