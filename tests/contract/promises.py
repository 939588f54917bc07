"""The promises of every adapter to a service, each as one case that runs against the service's simulator.

Where a promise depends on what a service can do, the case follows the capabilities, never a name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.media.sniff import sniff
from clappper.providers.contract import (
    Capabilities,
    FaultKind,
    GenRequest,
    Kind,
    Output,
    Progress,
    ProviderError,
    RemoteState,
    Role,
    from_json,
    to_json,
)
from tests.contract.services import RUNNING, Rig
from tests.simulators.stage import Fault

Case = Callable[[Rig], Coroutine[None, None, None]]
PROMISES: dict[str, Case] = {}
ORDER = [RemoteState.QUEUED, RemoteState.RUNNING, RemoteState.SUCCEEDED]
NEEDED = frozenset({Kind.KEYFRAMES, Kind.IMAGE_TO_VIDEO})


def promise(case: Case) -> Case:
    PROMISES[case.__name__] = case
    return case


def skip_silent(rig: Rig) -> None:
    if rig.service.is_silent:
        pytest.skip("a job is one long call, and free")


def skip_without_uploads(model: Capabilities) -> None:
    if model.upload_limit_bytes <= model.inline_limit_bytes:
        pytest.skip("files travel inside the request")


async def fault_of(call: Awaitable[object]) -> FaultKind:
    with pytest.raises(ProviderError) as caught:
        await call
    return caught.value.fault.kind


@promise
async def a_job_goes_its_way_and_brings_a_file(rig: Rig) -> None:
    remote_id = await rig.submit(rig.sample())
    seen = await rig.settle(remote_id)
    steps = [ORDER.index(one.state) for one in seen]
    assert steps == sorted(steps)
    last = seen[-1]
    assert from_json(Progress, to_json(last)) == last
    target = rig.folder / "result"
    await rig.provider.fetch(remote_id, last.outputs[0], target)
    assert sniff(target).name in {"MP4", "PNG", "WAV"}
    assert rig.sim.billed == 1
    assert not list(rig.folder.glob(".result*"))


@promise
async def every_model_is_asked_in_its_own_words(rig: Rig) -> None:
    for model in rig.provider.models():
        for kind in model.kinds:
            request = rig.request(model, kind)
            assert [issue for issue in rig.provider.validate(request) if issue.blocking] == [], request
            before = rig.sim.billed
            remote_id = await rig.submit(request)
            assert rig.sim.billed == before + 1, request
            progress = await rig.provider.poll(remote_id)
            assert progress.state in RUNNING
            if model.volatile:
                await rig.provider.cancel(remote_id)


@promise
async def what_was_sent_is_told(rig: Rig) -> None:
    request = rig.sample("a lighthouse of glass")
    told = rig.provider.sent(request)
    assert "a lighthouse of glass" in str(told)
    await rig.submit(request)
    assert "a lighthouse of glass" in str(rig.sim.bodies[-1])


@promise
async def a_key_of_nobody_is_said_without_asking(rig: Rig) -> None:
    if not rig.service.variable:
        pytest.skip("it needs no key")
    provider = rig.anew(key="")
    health = await provider.check()
    assert not health.ready
    assert rig.service.variable.split(":")[0] in health.hint
    assert await fault_of(provider.submit(rig.sample())) is FaultKind.AUTH
    assert rig.sim.ledger == []


@promise
async def a_wrong_key_costs_nothing(rig: Rig) -> None:
    if not rig.service.variable:
        pytest.skip("it needs no key")
    provider = rig.anew(key="wrong-key-of-nobody")
    assert not (await provider.check()).ready
    assert await fault_of(provider.submit(rig.sample())) is FaultKind.AUTH
    assert rig.sim.billed == 0


@promise
async def a_good_key_is_found_good_for_nothing(rig: Rig) -> None:
    health = await rig.provider.check()
    assert health.ready, health
    assert rig.sim.billed == 0


@promise
async def progress_is_told_as_declared(rig: Rig) -> None:
    remote_id = await rig.submit(rig.sample())
    fractions = [one.fraction for one in (await rig.settle(remote_id))[:-1]]
    some = [one for one in fractions if one is not None]
    assert some == sorted(some)
    assert all(0 <= one <= 1 for one in some)
    if rig.model.progress:
        assert any(0 < one < 1 for one in some)


@promise
async def failures_are_told_by_their_kind(rig: Rig) -> None:
    for word, kinds in (
        ("policy", {FaultKind.POLICY}),
        ("crash", {FaultKind.TRANSIENT_MODEL}),
        ("broken", {FaultKind.MODEL, FaultKind.TRANSIENT_MODEL}),
        ("memory", {FaultKind.RESOURCE}),
    ):
        if word not in rig.sim.failures:
            continue
        remote_id = await rig.submit(rig.sample(f"a tin [{word}]"))
        last = (await rig.settle(remote_id))[-1]
        assert last.state is RemoteState.FAILED
        assert last.error is not None
        assert last.error.kind in kinds, last.error
        assert last.error.message


@promise
async def what_a_model_cannot_do_is_refused_before_it_is_paid(rig: Rig) -> None:
    request = rig.sample()
    longest = rig.model.seconds[1]
    for odd in (
        dataclasses.replace(request, extra={"no_such_option": 1}),
        dataclasses.replace(request, seconds=longest + 100),
    ):
        assert any(issue.blocking for issue in rig.provider.validate(odd))
        with pytest.raises(ClappperError):
            await rig.provider.submit(odd)
    assert rig.creates() == 0


@promise
async def a_missing_picture_is_said_before_it_is_paid(rig: Rig) -> None:
    for model in rig.provider.models():
        for kind in NEEDED & set(model.kinds):
            request = dataclasses.replace(rig.request(model, kind), files=())
            assert any(issue.blocking for issue in rig.provider.validate(request)), request
    assert rig.creates() == 0


@promise
async def too_many_requests_wait_as_long_as_asked(rig: Rig) -> None:
    skip_silent(rig)
    date = format_datetime(rig.sim.clock.now() + timedelta(seconds=90), usegmt=True)
    for headers, low, high in (({"Retry-After": "7"}, 7, 7), ({"Retry-After": date}, 85, 91)):
        rig.sim.fail("POST", rig.service.create_path, Fault(429, headers=headers))
        with pytest.raises(ProviderError) as caught:
            await rig.provider.submit(rig.sample())
        fault = caught.value.fault
        assert fault.kind is FaultKind.RATE_LIMITED
        assert low <= (fault.retry_after_seconds or 0) <= high
    rig.sim.fail("POST", rig.service.create_path, Fault(429))
    assert await fault_of(rig.provider.submit(rig.sample())) is FaultKind.RATE_LIMITED
    assert rig.sim.billed == 0
    assert rig.creates() == 3


@promise
async def no_money_left_is_said(rig: Rig) -> None:
    skip_silent(rig)
    rig.sim.fail("POST", rig.service.create_path, Fault(402))
    assert await fault_of(rig.provider.submit(rig.sample())) is FaultKind.BILLING
    assert rig.sim.billed == 0


@promise
async def trouble_while_looking_is_passing(rig: Rig) -> None:
    skip_silent(rig)
    remote_id = await rig.submit(rig.sample())
    for fault in (Fault(500), Fault(503), Fault(0)):
        rig.sim.fail("GET", "", fault)
        assert await fault_of(rig.provider.poll(remote_id)) is FaultKind.TRANSIENT
    assert (await rig.provider.poll(remote_id)).state in RUNNING


@promise
async def a_lost_answer_is_in_doubt_and_asked_for_once(rig: Rig) -> None:
    skip_silent(rig)
    for number, fault in enumerate((Fault(500, after=True), Fault(0, after=True), Fault(502))):
        rig.sim.fail("POST", rig.service.create_path, fault)
        assert await fault_of(rig.provider.submit(rig.sample())) is FaultKind.AMBIGUOUS
        assert rig.creates() == number + 1


@promise
async def a_lost_job_is_found_where_the_service_can_be_asked(rig: Rig) -> None:
    skip_silent(rig)
    since = rig.sim.clock.now() - timedelta(minutes=15)
    others = [await rig.submit(rig.sample(f"another thing {n}")) for n in range(4)]
    twin = await rig.submit(rig.sample("the lost one"))
    rig.sim.fail("POST", rig.service.create_path, Fault(0, after=True))
    lost = rig.sample("the lost one")
    assert await fault_of(rig.provider.submit(lost)) is FaultKind.AMBIGUOUS
    later = [await rig.submit(rig.sample(f"later {n}")) for n in range(4)]
    known = frozenset({*others, *later, twin})
    creates = rig.creates()
    found = await rig.anew().reconcile(lost, since, known)
    if rig.model.reconcile:
        assert found is not None
        assert found not in known
        rig.provider = rig.anew()
        assert (await rig.settle(found))[-1].state is RemoteState.SUCCEEDED
        assert await rig.provider.reconcile(lost, since, known | {found}) is None
    else:
        assert found is None
    assert rig.creates() == creates


@promise
async def nobody_there_is_no_doubt(rig: Rig) -> None:
    given = rig.service.addresses(rig.sim)
    nowhere = {name: "http://127.0.0.1:9" for name, value in given.items() if "://" in str(value)}
    provider = rig.anew(**nowhere)
    assert await fault_of(provider.submit(rig.sample())) is FaultKind.OFFLINE
    assert not (await provider.check()).ready


@promise
async def a_job_is_cancelled_as_declared(rig: Rig) -> None:
    for wait in (0.0, 3.0):
        remote_id = await rig.submit(rig.sample())
        rig.sim.clock.advance(wait)
        await rig.provider.poll(remote_id)
        outcome = await rig.provider.cancel(remote_id)
        assert outcome.stopped == rig.model.cancel
        if rig.model.cancel and not rig.model.volatile:
            again = await rig.provider.cancel(remote_id)
            assert again.stopped or again.detail


@promise
async def a_finished_job_is_not_cancelled_away(rig: Rig) -> None:
    remote_id = await rig.submit(rig.sample())
    last = (await rig.settle(remote_id))[-1]
    outcome = await rig.provider.cancel(remote_id)
    assert not outcome.stopped
    await rig.provider.fetch(remote_id, last.outputs[0], rig.folder / "kept")
    assert (rig.folder / "kept").exists()


@promise
async def an_unknown_state_is_waited_out(rig: Rig) -> None:
    skip_silent(rig)
    remote_id = await rig.submit(rig.sample())
    rig.sim.frozen = "reticulating"
    assert (await rig.provider.poll(remote_id)).state is RemoteState.RUNNING
    rig.sim.frozen = ""
    assert (await rig.settle(remote_id))[-1].state is RemoteState.SUCCEEDED


async def offer(rig: Rig) -> tuple[str, Output]:
    remote_id = await rig.submit(rig.sample())
    return remote_id, (await rig.settle(remote_id))[-1].outputs[0]


@promise
async def a_bad_file_is_no_file(rig: Rig) -> None:
    remote_id, output = await offer(rig)
    if output.location.startswith("/"):
        pytest.skip("the file comes with the answer")
    for what, kinds in (
        ("expired", {FaultKind.EXPIRED}),
        ("html", {FaultKind.TRANSIENT}),
        ("empty", {FaultKind.TRANSIENT}),
        ("truncated", {FaultKind.TRANSIENT}),
        ("gzip", {FaultKind.MODEL}),
        ("redirect to file", {FaultKind.MODEL}),
        ("redirect elsewhere", {FaultKind.MODEL}),
    ):
        rig.sim.file_fault = what
        target = rig.folder / "bad"
        assert await fault_of(rig.provider.fetch(remote_id, output, target)) in kinds, what
        assert not [path for path in rig.folder.iterdir() if "bad" in path.name], what
    rig.sim.file_fault = "cut once"
    await rig.provider.fetch(remote_id, output, rig.folder / "good")
    assert sniff(rig.folder / "good").name


@promise
async def a_strangers_address_is_not_visited(rig: Rig) -> None:
    remote_id, output = await offer(rig)
    if output.location.startswith("/"):
        pytest.skip("the file comes with the answer")
    for address in ("https://elsewhere.example/a.mp4", "file:///etc/passwd", "http://127.0.0.1:9/a.mp4"):
        foreign = dataclasses.replace(output, location=address)
        assert await fault_of(rig.provider.fetch(remote_id, foreign, rig.folder / "bad")) is FaultKind.MODEL


@promise
async def what_the_service_has_deleted_is_said_to_be_lost(rig: Rig) -> None:
    if rig.model.retention_seconds is None:
        pytest.skip("it keeps what it made")
    remote_id = await rig.submit(rig.sample())
    rig.sim.clock.advance(rig.model.retention_seconds + 100)
    try:
        last = await rig.provider.poll(remote_id)
    except ProviderError as error:
        kind = error.fault.kind
    else:
        if last.outputs:
            call = rig.provider.fetch(remote_id, last.outputs[0], rig.folder / "late")
            kind = await fault_of(call)
        else:
            assert last.error is not None
            kind = last.error.kind
    assert kind in {FaultKind.EXPIRED, FaultKind.LOST}


@promise
async def a_large_picture_is_brought_first_and_once(rig: Rig) -> None:
    fitting = [model for model in rig.provider.models() if Kind.IMAGE_TO_VIDEO in model.kinds]
    if not fitting:
        pytest.skip("it takes no pictures of ours")
    skip_without_uploads(fitting[0])
    request = rig.request(fitting[0], Kind.IMAGE_TO_VIDEO)
    file = rig.file(Role.FIRST_FRAME, fitting[0].inline_limit_bytes + 1000)
    request = dataclasses.replace(request, files=(file,))
    held = set(rig.sim.files)
    await rig.submit(request)
    stored = set(rig.sim.files) - held
    await rig.submit(dataclasses.replace(request, prompt="the same picture again"))
    assert set(rig.sim.files) - held == stored
    assert [rig.sim.files[name] for name in stored] == [bytes_of(file.path)]
    assert rig.sim.billed == 2
    for body in rig.sim.bodies[-2:]:
        assert len(str(body)) < 20_000


@promise
async def an_upload_that_fails_has_cost_nothing(rig: Rig) -> None:
    fitting = [model for model in rig.provider.models() if Kind.IMAGE_TO_VIDEO in model.kinds]
    if not fitting:
        pytest.skip("it takes no pictures of ours")
    skip_without_uploads(fitting[0])
    file = rig.file(Role.FIRST_FRAME, fitting[0].inline_limit_bytes + 1000)
    request = dataclasses.replace(rig.request(fitting[0], Kind.IMAGE_TO_VIDEO), files=(file,))
    rig.sim.fail("POST", "", Fault(500))
    assert await fault_of(rig.provider.submit(request)) is FaultKind.OFFLINE
    assert rig.sim.billed == 0
    await rig.submit(request)
    assert rig.sim.billed == 1


@promise
async def a_restart_changes_nothing(rig: Rig) -> None:
    if rig.model.volatile:
        pytest.skip("it forgets its work, free of charge")
    remote_id = await rig.submit(rig.sample())
    rig.provider = rig.anew()
    last = (await rig.settle(remote_id))[-1]
    assert last.state is RemoteState.SUCCEEDED
    rig.provider = rig.anew()
    await rig.provider.fetch(remote_id, last.outputs[0], rig.folder / "later")


@promise
async def an_unknown_price_is_not_zero(rig: Rig) -> None:
    for model in rig.provider.models():
        estimate = rig.provider.estimate(rig.request(model, model.kinds[0]))
        if model.volatile:
            assert estimate.low == Money()
        elif not model.prices:
            assert estimate.low is None
            assert estimate.high is None
        elif estimate.high is not None:
            assert estimate.high.micros > 0
        assert estimate.basis


def bytes_of(path: str) -> bytes:
    return Path(path).read_bytes()


def unusual(request: GenRequest) -> GenRequest:
    return dataclasses.replace(request, prompt=request.prompt + " 猫 ünïcode \N{GRINNING FACE}" * 3)


@promise
async def words_of_any_script_arrive_whole(rig: Rig) -> None:
    request = unusual(rig.sample())
    await rig.submit(request)
    assert request.prompt in str(rig.sim.bodies[-1])
