from __future__ import annotations

import asyncio
import errno
import shutil
from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest

from clappper.base.units import Money
from clappper.jobs.ingest import AssetAdded, facts_of
from clappper.jobs.logbook import Logbook
from clappper.jobs.model import TERMINAL, Job, JobsHalted, JobState, ProviderPaused
from clappper.jobs.queue import JobQueue
from clappper.jobs.runner import HELD_SECONDS, JobRunner
from clappper.providers.contract import (
    CancelOutcome,
    FaultKind,
    Output,
    Progress,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from clappper.providers.registry import Registry
from clappper.store import sidecar
from clappper.store.files import StorageError, sha256_of

Bench = Any


def fault(kind: FaultKind, after: float | None = None) -> ProviderFault:
    return ProviderFault(kind, f"It is {kind}.", "Do this.", after)


async def test_a_job_becomes_a_file_with_its_story(bench: Bench) -> None:
    added: list[AssetAdded] = []
    bench.hub.subscribe(AssetAdded, added.append)
    bench.paid.polls.append(Progress(RemoteState.RUNNING, 0.4, "half way"))
    asked = bench.queue.enqueue(bench.request(seed=7), scene_id="s1")

    await bench.run()

    job = bench.queue.job(asked.job.id)
    assert job.state is JobState.DONE
    asset = bench.project.assets.get(job.asset_id)
    path = bench.project.locate(asset.path)
    assert path == bench.project.generated / "paid" / f"{job.id}.wav"
    assert sha256_of(path) == asset.sha256
    assert facts_of(asset).sample_rate == 48000
    assert bench.project.locate(asset.derived["waveform"]).is_file()
    assert added == [AssetAdded(asset.id)]
    states = [event.state for event in bench.events if event.job_id == job.id]
    assert list(dict.fromkeys(states)) == ["queued", "submitting", "running", "fetching", "ingesting", "done"]
    assert ("running", 0.4, "half way") in [(e.state, e.fraction, e.stage) for e in bench.events]
    told = sidecar.read(path)
    assert told.provider_pack is not None
    assert told.provider_pack.sent == {"prompt": "as sent"}
    assert told.cost is not None
    assert (told.cost.actual, told.cost.billed, told.seeds) == (500_000, "yes", (7,))
    assert not list(bench.project.incoming.iterdir())


async def test_the_ledger_has_every_attempt_and_free_ones_at_zero(bench: Bench) -> None:
    bench.paid.submits.append(fault(FaultKind.RATE_LIMITED, 3.0))
    paid = bench.queue.enqueue(bench.request()).job
    free = bench.queue.enqueue(bench.request(provider="free")).job

    await bench.run()

    first, second = bench.queue.ledger.attempts(paid.id)
    assert (first.billed, first.actual, first.fault) == ("no", Money(), "rate_limited")
    assert (second.billed, second.actual) == ("yes", Money.dollars("0.5"))
    assert second.seconds is not None
    (only,) = bench.queue.ledger.attempts(free.id)
    assert (only.billed, only.actual, only.estimated_high) == ("no", Money(), Money())
    assert bench.queue.ledger.spent() == Money.dollars("0.5")
    assert bench.queue.ledger.committed() == Money()


async def test_it_waits_as_long_as_the_provider_asks(bench: Bench) -> None:
    bench.paid.submits.extend([fault(FaultKind.RATE_LIMITED, 42.0), fault(FaultKind.OFFLINE)])
    job = bench.queue.enqueue(bench.request()).job

    await bench.run()

    assert bench.queue.job(job.id).state is JobState.DONE
    assert bench.clock.naps[:2] == [42.0, 15.0]
    assert [request.key for request in bench.paid.asked] == [f"{job.id}-{n}" for n in (1, 2, 3)]


async def test_a_lost_answer_is_not_sent_again(bench: Bench) -> None:
    bench.paid.submits.append(fault(FaultKind.AMBIGUOUS))
    job = bench.queue.enqueue(bench.request()).job

    await bench.run()
    await bench.run()

    assert bench.queue.job(job.id).state is JobState.UNSURE
    assert len(bench.paid.asked) == 1
    assert bench.queue.ledger.spent() == Money.dollars("0.5")
    assert bench.queue.enqueue(bench.request()).outcome == "waiting"


async def test_a_bug_in_a_paid_submit_leaves_doubt(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: object) -> str:
        raise KeyError("id")

    monkeypatch.setattr(bench.paid, "submit", broken)
    job = bench.queue.enqueue(bench.request()).job
    await bench.run()
    assert bench.queue.job(job.id).state is JobState.UNSURE


async def test_a_lost_answer_is_found_by_asking(bench: Bench) -> None:
    bench.paid.reconcile_finds = [None, "remote:found:1"]
    bench.paid.submits.append(fault(FaultKind.AMBIGUOUS))
    job = bench.queue.enqueue(bench.request()).job

    await bench.run()

    assert bench.queue.job(job.id).state is JobState.DONE
    assert bench.queue.job(job.id).remote_id == "remote:found:1"
    assert len(bench.paid.asked) == 1
    assert 60.0 in bench.clock.naps


async def test_after_a_restart_it_waits_only_for_what_is_left_of_the_settling(bench: Bench) -> None:
    bench.paid.reconcile_finds = [None, None]
    job_id = bench.queue.enqueue(bench.request()).job.id
    Logbook(bench.queue, is_free=False).begin(bench.queue.job(job_id))
    bench.clock.elapsed += 90.0
    await bench.run()
    assert bench.queue.job(job_id).state is JobState.UNSURE
    assert bench.clock.naps[-1] == 30.0
    assert not bench.paid.asked


async def test_long_after_a_restart_one_look_is_enough(bench: Bench) -> None:
    bench.paid.reconcile_finds = [None, "too late"]
    job_id = bench.queue.enqueue(bench.request()).job.id
    Logbook(bench.queue, is_free=False).begin(bench.queue.job(job_id))
    bench.clock.elapsed += 3600.0
    await bench.run()
    assert bench.queue.job(job_id).state is JobState.UNSURE
    assert sum(bench.clock.naps) == 0.0


async def test_a_person_may_send_a_job_in_doubt_again_or_give_it_up(bench: Bench) -> None:
    bench.paid.submits.extend([fault(FaultKind.AMBIGUOUS), fault(FaultKind.AMBIGUOUS)])
    again = bench.queue.enqueue(bench.request(seed=1)).job
    over = bench.queue.enqueue(bench.request(seed=2)).job
    await bench.run()

    bench.queue.retry(again.id)
    bench.queue.give_up(over.id)
    await bench.run()

    assert bench.queue.job(again.id).state is JobState.DONE
    assert bench.queue.job(over.id).state is JobState.FAILED
    assert len(bench.paid.asked) == 3


async def test_a_refused_key_holds_back_the_whole_provider(bench: Bench) -> None:
    bench.paid.max_concurrency = 1
    bench.paid.submits.append(fault(FaultKind.AUTH))
    told: list[ProviderPaused] = []
    bench.hub.subscribe(ProviderPaused, told.append)
    jobs = [bench.queue.enqueue(bench.request(seed=seed)).job for seed in (1, 2)]
    free = bench.queue.enqueue(bench.request(provider="free")).job

    await bench.run()

    assert {bench.queue.job(job.id).state for job in jobs} == {JobState.QUEUED}
    assert bench.queue.job(jobs[0].id).error == "It is auth."
    assert told == [ProviderPaused("paid", "It is auth.", "Do this.")]
    assert [pause.provider for pause in bench.queue.gates.shut()] == ["paid"]
    assert len(bench.paid.asked) == 1
    assert bench.queue.job(free.id).state is JobState.DONE
    await bench.run()
    assert {bench.queue.job(job.id).state for job in jobs} == {JobState.DONE}
    assert bench.queue.gates.shut() == ()
    assert bench.queue.ledger.attempts(jobs[0].id)[0].billed == "no"


async def test_paid_work_behind_a_refused_key_rests_until_the_provider_is_resumed(bench: Bench) -> None:
    bench.paid.polls.append(fault(FaultKind.AUTH))
    job = bench.queue.enqueue(bench.request()).job
    work = asyncio.create_task(JobRunner(bench.queue, bench.workers).run())
    await bench.until(lambda: bench.queue.gates.is_shut("paid"))
    later = bench.queue.enqueue(bench.request(seed=2)).job
    for _ in range(20):
        await asyncio.sleep(0)
    assert bench.queue.job(job.id).state is JobState.RUNNING
    assert bench.queue.job(job.id).error == "It is auth."
    assert len(bench.paid.asked) == 1

    bench.queue.gates.resume("paid")
    done = await bench.queue.wait_for([job.id, later.id])

    assert {job.state for job in done} == {JobState.DONE}
    assert done[0].error == ""
    assert len(bench.paid.asked) == 2
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_a_person_s_pause_outlives_the_run_and_lets_running_work_end(bench: Bench) -> None:
    bench.paid.polls.extend([Progress(RemoteState.RUNNING)] * 3)
    running = bench.queue.enqueue(bench.request(seed=1)).job
    run = asyncio.create_task(bench.run())
    await bench.until_running(running.id)
    bench.queue.gates.pause("paid")
    waiting = bench.queue.enqueue(bench.request(seed=2)).job
    await run

    await bench.run()

    assert bench.queue.job(running.id).state is JobState.DONE
    assert bench.queue.job(waiting.id).state is JobState.QUEUED
    bench.queue.gates.resume("paid")
    await bench.run()
    assert bench.queue.job(waiting.id).state is JobState.DONE


async def test_a_model_that_stumbles_is_tried_twice_more_and_each_is_paid(bench: Bench) -> None:
    failed = Progress(RemoteState.FAILED, error=fault(FaultKind.TRANSIENT_MODEL), cost=Money.dollars("0.1"))
    bench.paid.polls.extend([failed] * 3)
    job = bench.queue.enqueue(bench.request()).job

    await bench.run()

    assert bench.queue.job(job.id).state is JobState.FAILED
    assert len(bench.paid.asked) == 3
    assert bench.queue.ledger.spent() == Money.dollars("0.3")


async def test_a_further_attempt_must_fit_the_budget(bench: Bench) -> None:
    bench.paid.polls.append(Progress(RemoteState.FAILED, error=fault(FaultKind.TRANSIENT_MODEL)))
    job = bench.queue.enqueue(bench.request(), brief_id="b", cap=Money.dollars("0.9")).job

    await bench.run()

    assert bench.queue.job(job.id).state is JobState.FAILED
    assert "budget" in bench.queue.job(job.id).error
    assert len(bench.paid.asked) == 1


async def test_polling_survives_short_trouble_but_not_long(bench: Bench) -> None:
    bench.paid.polls.extend([fault(FaultKind.TRANSIENT)] * 35)
    good = bench.queue.enqueue(bench.request(seed=1)).job
    await bench.run()
    assert bench.queue.job(good.id).state is JobState.DONE

    bench.paid.polls.extend([fault(FaultKind.TRANSIENT)] * 36)
    bad = bench.queue.enqueue(bench.request(seed=2)).job
    await bench.run()
    assert bench.queue.job(bad.id).state is JobState.UNSURE
    assert bench.queue.ledger.attempts(bad.id)[-1].billed == "unknown"
    assert bench.queue.ledger.spent() == Money.dollars(1)
    bench.queue.adopt(bad.id)
    await bench.run()
    assert bench.queue.job(bad.id).state is JobState.DONE
    assert len(bench.paid.asked) == 2
    assert bench.queue.ledger.spent() == Money.dollars(1)


async def test_an_expired_address_is_asked_for_once_more(bench: Bench) -> None:
    bench.paid.fetches.append(fault(FaultKind.EXPIRED))
    once = bench.queue.enqueue(bench.request(seed=1)).job
    await bench.run()
    assert bench.queue.job(once.id).state is JobState.DONE

    bench.paid.fetches.extend([fault(FaultKind.EXPIRED)] * 2)
    twice = bench.queue.enqueue(bench.request(seed=2)).job
    await bench.run()
    assert bench.queue.job(twice.id).state is JobState.FAILED
    last = bench.queue.ledger.attempts(twice.id)[-1]
    assert (last.billed, last.fault) == ("yes", "expired")


async def test_free_work_that_was_lost_is_done_again_and_paid_work_is_in_doubt(bench: Bench) -> None:
    bench.free.polls.append(fault(FaultKind.LOST))
    bench.paid.polls.append(fault(FaultKind.LOST))
    free = bench.queue.enqueue(bench.request(provider="free")).job
    paid = bench.queue.enqueue(bench.request()).job

    await bench.run()

    assert bench.queue.job(free.id).state is JobState.DONE
    assert bench.queue.job(free.id).attempts == 2
    assert bench.queue.job(paid.id).state is JobState.UNSURE


async def test_a_file_that_is_no_media_fails_a_free_job_and_leaves_a_paid_one_to_a_person(
    bench: Bench,
) -> None:
    bench.paid.fetches.extend([b"<html>not a video</html>"] * 3)
    bench.free.fetches.append(b"")
    paid = bench.queue.enqueue(bench.request()).job
    free = bench.queue.enqueue(bench.request(provider="free")).job

    await bench.run()

    assert bench.queue.job(paid.id).state is JobState.UNSURE
    assert bench.queue.job(paid.id).error.endswith("cannot be used: it is a web page, not media.")
    assert bench.queue.ledger.spent() == Money.dollars("0.5")
    assert bench.queue.job(free.id).state is JobState.FAILED
    assert not bench.project.assets.list()
    assert not list(bench.project.incoming.iterdir())


async def test_a_spoilt_download_is_fetched_again_and_not_paid_again(bench: Bench) -> None:
    bench.paid.fetches.extend([b"<html>busy</html>", b"RIFF____WAVEdamaged"])
    job = bench.queue.enqueue(bench.request()).job

    await bench.run()

    assert bench.queue.job(job.id).state is JobState.DONE
    assert len(bench.paid.asked) == 1
    assert not list(bench.project.incoming.iterdir())


async def test_a_damaged_file_that_was_paid_for_is_left_for_a_person(bench: Bench) -> None:
    bench.paid.fetches.extend([b"RIFF____WAVEdamaged"] * 3)
    job = bench.queue.enqueue(bench.request()).job

    await bench.run()

    doubtful = bench.queue.job(job.id)
    assert doubtful.state is JobState.UNSURE
    assert "adopt" in doubtful.hint
    assert [path.name for path in bench.project.incoming.iterdir()] == [f"{job.id}.wav"]
    bench.queue.adopt(job.id)
    await bench.run()
    assert bench.queue.job(job.id).state is JobState.DONE
    assert len(bench.paid.asked) == 1


@pytest.mark.parametrize("outputs", [(), (Output("x", "text/html"),)])
async def test_nothing_or_something_else_delivered_fails_the_job(
    bench: Bench, outputs: tuple[Output, ...]
) -> None:
    bench.paid.polls.append(Progress(RemoteState.SUCCEEDED, outputs=outputs))
    job = bench.queue.enqueue(bench.request()).job
    await bench.run()
    assert bench.queue.job(job.id).state is JobState.FAILED


async def test_a_full_disk_stops_the_run_and_pays_nothing_twice(bench: Bench) -> None:
    bench.paid.fetches.append(OSError(errno.ENOSPC, "full"))
    job = bench.queue.enqueue(bench.request()).job

    with pytest.raises(StorageError, match="no room"):
        await bench.run()
    assert bench.queue.job(job.id).state is JobState.FETCHING
    assert not list(bench.project.incoming.iterdir())
    await bench.run()

    assert bench.queue.job(job.id).state is JobState.DONE
    assert len(bench.paid.asked) == 1


async def test_no_more_run_at_a_time_than_the_provider_allows(bench: Bench) -> None:
    for seed in range(6):
        bench.queue.enqueue(bench.request(seed=seed))
    await bench.run()
    assert len(bench.paid.asked) == 6
    assert bench.paid.most_at_once == 2


async def test_urgent_jobs_go_first(bench: Bench) -> None:
    bench.paid.max_concurrency = 1
    bench.queue.enqueue(bench.request(seed=1))
    last = bench.queue.enqueue(bench.request(seed=2)).job
    bench.queue.enqueue(bench.request(seed=3))
    bench.queue.enqueue(bench.request(seed=4), priority=5)
    bench.queue.reorder(last.id)

    await bench.run()

    assert [request.seed for request in bench.paid.asked] == [4, 1, 3, 2]


async def test_the_same_content_is_kept_once(bench: Bench) -> None:
    one = bench.queue.enqueue(bench.request(seed=1)).job
    two = bench.queue.enqueue(bench.request(seed=1, provider="free")).job

    await bench.run()

    assert bench.queue.job(one.id).asset_id == bench.queue.job(two.id).asset_id
    assert len(list(bench.project.generated.rglob("*.wav"))) == 1


async def test_a_deleted_file_is_made_again_under_its_old_asset(bench: Bench) -> None:
    first = bench.queue.enqueue(bench.request(provider="free")).job
    await bench.run()
    asset = bench.project.assets.get(bench.queue.job(first.id).asset_id)
    bench.project.locate(asset.path).unlink()

    again = bench.queue.enqueue(bench.request(provider="free"))
    await bench.run()

    assert again.outcome == "new"
    assert bench.queue.job(again.job.id).asset_id == asset.id
    assert sha256_of(bench.project.locate(asset.path)) == asset.sha256


async def test_cancelling_a_running_job_asks_the_provider(bench: Bench) -> None:
    bench.paid.polls.extend([Progress(RemoteState.RUNNING, poll_after_seconds=1.0)] * 50)
    job = bench.queue.enqueue(bench.request()).job
    run = asyncio.create_task(bench.run())
    await bench.until_running(job.id)

    bench.queue.cancel(job.id)
    await run

    assert bench.queue.job(job.id).state is JobState.CANCELLED
    assert len(bench.paid.cancelled) == 1
    assert bench.queue.ledger.spent() == Money()


async def test_what_cannot_be_stopped_is_kept(bench: Bench) -> None:
    bench.paid.polls.extend([Progress(RemoteState.RUNNING)] * 5)
    bench.paid.cancels.append(CancelOutcome(stopped=False, still_billed=True))
    job = bench.queue.enqueue(bench.request()).job
    run = asyncio.create_task(bench.run())
    await bench.until_running(job.id)

    bench.queue.cancel(job.id)
    await run

    assert bench.queue.job(job.id).state is JobState.DONE


async def test_stopping_the_program_frees_free_work_and_leaves_paid_work(bench: Bench) -> None:
    for provider in (bench.paid, bench.free):
        provider.polls.extend([Progress(RemoteState.RUNNING)] * 500)
    paid = bench.queue.enqueue(bench.request()).job
    free = bench.queue.enqueue(bench.request(provider="free")).job
    run = asyncio.create_task(bench.run())
    await bench.until_running(paid.id, free.id)

    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run

    assert bench.queue.job(paid.id).state is JobState.RUNNING
    assert bench.queue.job(free.id).state is JobState.QUEUED
    assert bench.free.cancelled
    assert not bench.paid.cancelled
    bench.paid.polls.clear()
    bench.free.polls.clear()
    await bench.run()
    assert {bench.queue.job(job.id).state for job in (paid, free)} == {JobState.DONE}
    assert len(bench.paid.asked) == 1


async def test_stopping_in_the_middle_of_a_submit_keeps_the_answer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> str:
        reached.set()
        await go.wait()
        return "remote:slow:1"

    monkeypatch.setattr(bench.paid, "submit", slow)
    job = bench.queue.enqueue(bench.request()).job
    run = asyncio.create_task(bench.run())
    await reached.wait()

    run.cancel()
    await asyncio.sleep(0)
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await run

    assert bench.queue.job(job.id).remote_id == "remote:slow:1"


@pytest.mark.parametrize(
    ("kind", "state"), [(FaultKind.RATE_LIMITED, JobState.QUEUED), (FaultKind.AMBIGUOUS, JobState.SUBMITTING)]
)
async def test_stopping_in_the_middle_of_a_submit_keeps_a_refusal_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, kind: FaultKind, state: JobState
) -> None:
    reached, go = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> str:
        reached.set()
        await go.wait()
        raise ProviderError(fault(kind))

    monkeypatch.setattr(bench.paid, "submit", slow)
    job = bench.queue.enqueue(bench.request()).job
    run = asyncio.create_task(bench.run())
    await reached.wait()

    run.cancel()
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(run, return_exceptions=True)

    assert bench.queue.job(job.id).state is state


async def test_only_the_wanted_jobs_are_sent_but_what_was_sent_is_seen_through(bench: Bench) -> None:
    for provider in (bench.paid, bench.free):
        provider.polls.extend([Progress(RemoteState.RUNNING)] * 500)
    sent = [bench.queue.enqueue(bench.request(provider=name)).job for name in ("paid", "free")]
    run = asyncio.create_task(bench.run())
    await bench.until_running(*[job.id for job in sent])
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    bench.paid.polls.clear()
    wanted, unwanted = (bench.queue.enqueue(bench.request(seed=seed)).job for seed in (8, 9))

    await JobRunner(bench.queue, bench.workers).run_until_idle(only=[wanted.id])

    paid, free = (bench.queue.job(job.id).state for job in sent)
    assert (paid, free) == (JobState.DONE, JobState.QUEUED)
    assert bench.queue.job(wanted.id).state is JobState.DONE
    assert bench.queue.job(unwanted.id).state is JobState.QUEUED


async def test_a_job_whose_provider_is_gone_waits_for_it(bench: Bench) -> None:
    job = bench.queue.enqueue(bench.request()).job
    queue = JobQueue(bench.project, Registry([bench.free]), bench.hub, clock=bench.clock)

    await JobRunner(queue, bench.workers).run_until_idle()

    assert bench.queue.job(job.id).state is JobState.PAUSED
    assert "no provider paid" in bench.queue.job(job.id).error


async def test_waiting_for_jobs_while_a_runner_works(bench: Bench) -> None:
    job = bench.queue.enqueue(bench.request()).job
    work = asyncio.create_task(JobRunner(bench.queue, bench.workers).run())

    (done,) = await bench.queue.wait_for([job.id])

    assert done.state in TERMINAL
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_a_runner_that_goes_on_rests_while_the_disk_is_full_and_pays_nothing_twice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    halted: list[JobsHalted] = []
    bench.hub.subscribe(JobsHalted, halted.append)
    full = deque([StorageError("There is no room.", "Free some space.")] * 3)
    name = bench.queue.money.name

    def flaky(*arguments: object) -> None:
        if full:
            raise full.popleft()
        name(*arguments)

    monkeypatch.setattr(bench.queue.money, "name", flaky)
    work = asyncio.create_task(JobRunner(bench.queue, bench.workers).run())
    job = bench.queue.enqueue(bench.request()).job

    (done,) = await bench.queue.wait_for([job.id])

    assert done.state is JobState.DONE
    assert len(bench.paid.asked) == 1
    assert halted == [JobsHalted("There is no room.", "Free some space.")] * 3
    assert bench.clock.naps.count(HELD_SECONDS) == 3
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_a_fault_in_one_job_leaves_the_others_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begin = bench.queue.money.begin

    def broken(job: Job, *arguments: object) -> None:
        if job.request.seed == 1:
            raise ZeroDivisionError
        begin(job, *arguments)

    monkeypatch.setattr(bench.queue.money, "begin", broken)
    work = asyncio.create_task(JobRunner(bench.queue, bench.workers).run())
    bad, good = (bench.queue.enqueue(bench.request(seed=seed)).job for seed in (1, 2))

    (done,) = await bench.queue.wait_for([good.id])

    assert done.state is JobState.DONE
    assert bench.queue.job(bad.id).state is JobState.QUEUED
    assert "met a fault" in caplog.text
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_no_room_for_the_result_is_noticed_before_anything_is_paid(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000))
    job = bench.queue.enqueue(bench.request()).job

    with pytest.raises(StorageError, match="nothing was sent or paid"):
        await bench.run()

    assert bench.queue.job(job.id).state is JobState.QUEUED
    assert bench.paid.asked == []
