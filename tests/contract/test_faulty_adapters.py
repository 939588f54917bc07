"""The suite of promises catches adapters that break them: one deliberately faulty adapter for each."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from clappper.base.units import Money
from clappper.providers.contract import (
    CancelOutcome,
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    Issue,
    Output,
    Progress,
    Provider,
    ProviderError,
    ProviderFault,
    RemoteState,
)
from tests.contract.promises import PROMISES
from tests.contract.services import SERVICES, Rig, rig_of

SERVICE = SERVICES["replicate"]


class Faulty:
    """Does as the real adapter does; the ones below break one promise each."""

    def __init__(self, rig: FaultyRig, real: Provider) -> None:
        self.rig = rig
        self.real = real
        self.name = real.name

    def models(self) -> tuple[Capabilities, ...]:
        return self.real.models()

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        return self.real.validate(request)

    def estimate(self, request: GenRequest) -> Estimate:
        return self.real.estimate(request)

    def sent(self, request: GenRequest) -> dict[str, Any]:
        return self.real.sent(request)

    async def check(self) -> Health:
        return await self.real.check()

    async def submit(self, request: GenRequest) -> str:
        return await self.real.submit(request)

    async def poll(self, remote_id: str) -> Progress:
        return await self.real.poll(remote_id)

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        await self.real.fetch(remote_id, output, destination)

    async def cancel(self, remote_id: str) -> CancelOutcome:
        return await self.real.cancel(remote_id)

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        return await self.real.reconcile(request, since, known)

    async def aclose(self) -> None:
        await self.real.aclose()


def told_again(fault: ProviderFault, **changes: Any) -> ProviderError:
    return ProviderError(dataclasses.replace(fault, **changes))


class CarriesItsKeyAlong(Faulty):
    """Takes the key to the host of the files."""

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        async with httpx.AsyncClient() as http:
            await http.get(output.location, headers={"Authorization": "Bearer x"})
        await super().fetch(remote_id, output, destination)


class AsksTwice(Faulty):
    """Repeats a create that broke."""

    async def submit(self, request: GenRequest) -> str:
        try:
            return await super().submit(request)
        except ProviderError as error:
            if error.fault.kind is not FaultKind.AMBIGUOUS:
                raise
            return await super().submit(request)


class CallsDoubtAFailure(Faulty):
    async def submit(self, request: GenRequest) -> str:
        try:
            return await super().submit(request)
        except ProviderError as error:
            is_doubt = error.fault.kind is FaultKind.AMBIGUOUS
            raise told_again(error.fault, kind=FaultKind.MODEL if is_doubt else error.fault.kind) from error


class IgnoresHowLongToWait(Faulty):
    async def submit(self, request: GenRequest) -> str:
        try:
            return await super().submit(request)
        except ProviderError as error:
            raise told_again(error.fault, retry_after_seconds=None) from error


class CallsAllRefusalsInvalid(Faulty):
    async def submit(self, request: GenRequest) -> str:
        try:
            return await super().submit(request)
        except ProviderError as error:
            raise told_again(error.fault, kind=FaultKind.INVALID) from error


class TakesStrangeStatesForFailures(Faulty):
    async def poll(self, remote_id: str) -> Progress:
        if self.rig.sim.frozen:
            return Progress(RemoteState.FAILED)
        return await super().poll(remote_id)


class GivesUpWhenLookingFails(Faulty):
    async def poll(self, remote_id: str) -> Progress:
        try:
            return await super().poll(remote_id)
        except ProviderError as error:
            raise told_again(error.fault, kind=FaultKind.LOST) from error


class CallsEveryFailureTheModels(Faulty):
    async def poll(self, remote_id: str) -> Progress:
        seen = await super().poll(remote_id)
        fault = ProviderFault(FaultKind.MODEL, "It failed.")
        return dataclasses.replace(seen, error=fault if seen.error else None)


class KeepsProgressToItself(Faulty):
    async def poll(self, remote_id: str) -> Progress:
        return dataclasses.replace(await super().poll(remote_id), fraction=None)


class SaysNothingIsDeleted(Faulty):
    async def poll(self, remote_id: str) -> Progress:
        seen = await super().poll(remote_id)
        return Progress(RemoteState.SUCCEEDED) if seen.error else seen


class WritesWhateverComes(Faulty):
    """Fetches without looking at host, status or content."""

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        del remote_id
        async with httpx.AsyncClient() as http:
            answer = await http.get(output.location)
        await asyncio.to_thread(destination.write_bytes, answer.content)


class GoesAnywhere(Faulty):
    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        if "elsewhere" not in output.location:
            await super().fetch(remote_id, output, destination)


class NeverFindsAJob(Faulty):
    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        del request, since, known
        return None


class FindsTheWrongJob(Faulty):
    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        del known
        return await super().reconcile(request, since, frozenset())


class PretendsToStop(Faulty):
    async def cancel(self, remote_id: str) -> CancelOutcome:
        del remote_id
        return CancelOutcome(stopped=True, still_billed=False)


class CannotStop(Faulty):
    async def cancel(self, remote_id: str) -> CancelOutcome:
        del remote_id
        return CancelOutcome(stopped=False, still_billed=None)


class LetsEverythingPass(Faulty):
    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        del request
        return ()


class IsAlwaysReady(Faulty):
    async def check(self) -> Health:
        return Health(ready=True, detail="ready")


class IsNeverReady(Faulty):
    async def check(self) -> Health:
        return Health(ready=False, detail="not ready")


class TakesUnknownForFree(Faulty):
    def estimate(self, request: GenRequest) -> Estimate:
        stated = super().estimate(request)
        return dataclasses.replace(stated, low=stated.low or Money(), high=stated.high or Money())


class ForgetsAfterARestart(Faulty):
    async def poll(self, remote_id: str) -> Progress:
        if self.real is not self.rig.first:
            raise ProviderError(ProviderFault(FaultKind.LOST, "forgotten"))
        return await super().poll(remote_id)


class UploadsEachTime(Faulty):
    async def submit(self, request: GenRequest) -> str:
        vars(vars(self.real)["_uploads"])["_known"].clear()
        return await super().submit(request)


class DoubtsItsUploads(Faulty):
    async def submit(self, request: GenRequest) -> str:
        try:
            return await super().submit(request)
        except ProviderError as error:
            raise told_again(error.fault, kind=FaultKind.AMBIGUOUS) from error


class SendsWordsInAscii(Faulty):
    async def submit(self, request: GenRequest) -> str:
        plain = request.prompt.encode("ascii", "replace").decode()
        return await super().submit(dataclasses.replace(request, prompt=plain))


class TellsOtherThanItSends(Faulty):
    def sent(self, request: GenRequest) -> dict[str, Any]:
        return {"model": request.model}


class SendsUnknownFields(Faulty):
    async def submit(self, request: GenRequest) -> str:
        model = vars(self.real)["_catalog"].model(request.model)
        way = model.ways[request.kind]
        strange = dataclasses.replace(way, fixed={**way.fixed, "frames_wanted": 99})
        rules = {**way.inputs.rules, "frames_wanted": next(iter(way.inputs.rules.values()))}
        model.ways[request.kind] = dataclasses.replace(
            strange, inputs=dataclasses.replace(way.inputs, rules=rules)
        )
        return await super().submit(request)


class GoesBackwards(Faulty):
    """Tells states in the wrong order."""

    async def poll(self, remote_id: str) -> Progress:
        seen = await super().poll(remote_id)
        swapped = {RemoteState.QUEUED: RemoteState.RUNNING, RemoteState.RUNNING: RemoteState.QUEUED}
        return dataclasses.replace(seen, state=swapped.get(seen.state, seen.state))


BROKEN: dict[str, Callable[[FaultyRig, Provider], Faulty]] = {
    "a_job_goes_its_way_and_brings_a_file": GoesBackwards,
    "every_model_is_asked_in_its_own_words": SendsUnknownFields,
    "what_was_sent_is_told": TellsOtherThanItSends,
    "a_key_of_nobody_is_said_without_asking": IsAlwaysReady,
    "a_wrong_key_costs_nothing": CallsAllRefusalsInvalid,
    "a_good_key_is_found_good_for_nothing": IsNeverReady,
    "progress_is_told_as_declared": KeepsProgressToItself,
    "failures_are_told_by_their_kind": CallsEveryFailureTheModels,
    "what_a_model_cannot_do_is_refused_before_it_is_paid": LetsEverythingPass,
    "a_missing_picture_is_said_before_it_is_paid": LetsEverythingPass,
    "too_many_requests_wait_as_long_as_asked": IgnoresHowLongToWait,
    "no_money_left_is_said": CallsAllRefusalsInvalid,
    "trouble_while_looking_is_passing": GivesUpWhenLookingFails,
    "a_lost_answer_is_in_doubt_and_asked_for_once": AsksTwice,
    "a_lost_job_is_found_where_the_service_can_be_asked": NeverFindsAJob,
    "nobody_there_is_no_doubt": CallsAllRefusalsInvalid,
    "a_job_is_cancelled_as_declared": CannotStop,
    "a_finished_job_is_not_cancelled_away": PretendsToStop,
    "an_unknown_state_is_waited_out": TakesStrangeStatesForFailures,
    "a_bad_file_is_no_file": WritesWhateverComes,
    "a_strangers_address_is_not_visited": GoesAnywhere,
    "what_the_service_has_deleted_is_said_to_be_lost": SaysNothingIsDeleted,
    "a_large_picture_is_brought_first_and_once": UploadsEachTime,
    "an_upload_that_fails_has_cost_nothing": DoubtsItsUploads,
    "a_restart_changes_nothing": ForgetsAfterARestart,
    "an_unknown_price_is_not_zero": TakesUnknownForFree,
    "words_of_any_script_arrive_whole": SendsWordsInAscii,
}
MORE = (
    ("a_lost_answer_is_in_doubt_and_asked_for_once", CallsDoubtAFailure),
    ("a_lost_job_is_found_where_the_service_can_be_asked", FindsTheWrongJob),
    ("too_many_requests_wait_as_long_as_asked", CallsAllRefusalsInvalid),
)


class FaultyRig(Rig):
    """A rig whose adapters, the first one and those made later, are faulty in the same way."""

    first: Provider
    kind: Callable[[FaultyRig, Provider], Faulty]

    def anew(self, key: str | None = None, **settings: Any) -> Provider:
        return self.kind(self, super().anew(key, **settings))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[FaultyRig]:
    async with rig_of(SERVICE, tmp_path) as whole:
        yield _faulty(whole)


def _faulty(whole: Rig) -> FaultyRig:
    rig = FaultyRig(whole.service, whole.sim, whole.folder, whole.provider, whole.registries)
    rig.first = whole.provider
    return rig


def test_every_promise_has_somebody_who_breaks_it() -> None:
    assert set(BROKEN) == set(PROMISES)


@pytest.mark.parametrize(("promise", "kind"), [*BROKEN.items(), *MORE])
async def test_a_broken_promise_is_noticed(
    rig: FaultyRig, promise: str, kind: Callable[[FaultyRig, Provider], Faulty]
) -> None:
    rig.kind = kind
    rig.provider = kind(rig, rig.first)
    with pytest.raises((AssertionError, pytest.fail.Exception, ProviderError)):
        await PROMISES[promise](rig)


async def test_a_key_in_the_wrong_place_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="a key went"):
        await _carried_along(tmp_path)


async def _carried_along(folder: Path) -> None:
    async with rig_of(SERVICE, folder) as whole:
        rig = _faulty(whole)
        rig.provider = CarriesItsKeyAlong(rig, rig.first)
        await PROMISES["a_job_goes_its_way_and_brings_a_file"](rig)
