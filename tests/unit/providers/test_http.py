from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from clappper.base.secrets import KeyName, Secrets
from clappper.providers import http
from clappper.providers.answers import Answer
from clappper.providers.contract import FaultKind, ProviderError, ProviderFault
from clappper.providers.http import Api, bearer
from clappper.providers.workbench import Workbench
from tests.simulators.replicate import ReplicateSimulator
from tests.simulators.stage import Fault, SimulatorClock

KEY = KeyName("replicate", ("REPLICATE_API_TOKEN",))


def bench_of(tmp_path: Path, key: str = "") -> Workbench:
    return Workbench(tmp_path, secrets=Secrets({"REPLICATE_API_TOKEN": key}), clock=SimulatorClock())


async def test_a_key_goes_to_its_own_origin_only(tmp_path: Path) -> None:
    async with ReplicateSimulator() as sim:
        bench = bench_of(tmp_path, sim.key)
        api = Api(bench, "Replicate", sim.api + "/v1", bearer(bench, KEY))
        assert (await api.get(sim.api + "/v1/account"))["username"] == "nobody"
        for strange in (
            sim.cdn + "/v1/account",
            sim.api + "/v1evil",
            sim.api,
            "https://elsewhere.example/v1/",
        ):
            with pytest.raises(ProviderError, match="not its own"):
                await api.get(strange)
        await api.aclose()
        assert sim.leaks == []


async def test_silence_after_a_create_is_doubt_and_after_a_look_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_SECONDS", 0.2)
    async with ReplicateSimulator() as sim:
        bench = bench_of(tmp_path, sim.key)
        api = Api(bench, "Replicate", sim.api + "/v1", bearer(bench, KEY), read_seconds=0.05)
        sim.fail("POST", "/predictions", Fault(hang=True))
        sim.fail("GET", "/account", Fault(hang=True))
        with pytest.raises(ProviderError) as doubt:
            await api.create("/predictions", {})
        with pytest.raises(ProviderError) as passing:
            await api.get("/account")
        await api.aclose()
    assert doubt.value.fault.kind is FaultKind.AMBIGUOUS
    assert passing.value.fault.kind is FaultKind.TRANSIENT


async def test_a_key_that_comes_back_in_an_error_is_not_told(tmp_path: Path) -> None:
    async with ReplicateSimulator() as sim:
        bench = bench_of(tmp_path, sim.key)
        api = Api(bench, "Replicate", sim.api + "/v1", bearer(bench, KEY))
        sim.fail("GET", "/account", Fault(422, body={"detail": f"bad header Bearer {sim.key}"}))
        with pytest.raises(ProviderError) as refused:
            await api.get("/account")
        await api.aclose()
    assert sim.key not in str(refused.value)
    assert "***" in refused.value.message


async def test_an_answer_without_an_end_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER_BYTES", 10)
    async with ReplicateSimulator() as sim:
        bench = bench_of(tmp_path, sim.key)
        api = Api(bench, "Replicate", sim.api + "/v1", bearer(bench, KEY))
        with pytest.raises(ProviderError, match="no end"):
            await api.get("/account")
        await api.aclose()


async def test_a_services_own_reading_goes_first_but_never_over_doubt(tmp_path: Path) -> None:
    def explain(_: Answer) -> ProviderFault:
        return ProviderFault(FaultKind.POLICY, "not allowed")

    async with ReplicateSimulator() as sim:
        bench = bench_of(tmp_path, sim.key)
        api = Api(bench, "Replicate", sim.api + "/v1", bearer(bench, KEY), explain)
        kinds = []
        for status in (422, 500):
            sim.fail("POST", "/predictions", Fault(status))
            with pytest.raises(ProviderError) as refused:
                await api.create("/predictions", {})
            kinds.append(refused.value.fault.kind)
        await api.aclose()
    assert kinds == [FaultKind.POLICY, FaultKind.AMBIGUOUS]


async def test_a_cancelled_call_is_cancelled(tmp_path: Path) -> None:
    async with ReplicateSimulator() as sim:
        bench = bench_of(tmp_path, sim.key)
        api = Api(bench, "Replicate", sim.api + "/v1", bearer(bench, KEY))
        sim.fail("GET", "/account", Fault(hang=True))
        call = asyncio.ensure_future(api.get("/account"))
        await asyncio.sleep(0.05)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await api.aclose()
