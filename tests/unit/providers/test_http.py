from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from clappper.base.secrets import KeyName, Secrets
from clappper.providers import http
from clappper.providers.contract import FaultKind, ProviderError, ProviderFault
from clappper.providers.http import Answer, Api, bearer, message_of, retry_after_seconds, usual_fault
from clappper.providers.workbench import Workbench
from tests.simulators.replicate import ReplicateSimulator
from tests.simulators.stage import Fault, SimulatorClock

KEY = KeyName("replicate", ("REPLICATE_API_TOKEN",))


def refusal(status: int, body: Any = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, b"" if body is None else json.dumps(body).encode())


def bench_of(tmp_path: Path, key: str = "") -> Workbench:
    return Workbench(tmp_path, secrets=Secrets({"REPLICATE_API_TOKEN": key}), clock=SimulatorClock())


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (refusal(429, retry_after="7"), 7.0),
        (refusal(429, retry_after=" 0 "), 0.0),
        (refusal(429, retry_after="Mon, 30 Nov 2026 12:01:30 GMT"), 90.0),
        (refusal(429, retry_after="Mon, 30 Nov 2026 11:00:00 GMT"), 0.0),
        (refusal(429, retry_after="soon"), None),
        (refusal(429, retry_after_ms="1500"), 1.5),
        (refusal(429, {"retry_after": 5}), 5.0),
        (refusal(429, {"detail": "Your rate limit resets in ~12s."}), 12.0),
        (refusal(429), None),
    ],
)
def test_how_long_to_wait_is_read_from_header_body_or_words(answer: Answer, seconds: float | None) -> None:
    assert retry_after_seconds(answer, SimulatorClock()) == seconds


@pytest.mark.parametrize(
    ("status", "called", "created"),
    [
        (401, FaultKind.AUTH, FaultKind.AUTH),
        (402, FaultKind.BILLING, FaultKind.BILLING),
        (404, FaultKind.LOST, FaultKind.INVALID),
        (422, FaultKind.INVALID, FaultKind.INVALID),
        (429, FaultKind.RATE_LIMITED, FaultKind.RATE_LIMITED),
        (500, FaultKind.TRANSIENT, FaultKind.AMBIGUOUS),
        (302, FaultKind.TRANSIENT, FaultKind.AMBIGUOUS),
        (408, FaultKind.TRANSIENT, FaultKind.AMBIGUOUS),
    ],
)
def test_a_status_has_a_meaning(status: int, called: FaultKind, created: FaultKind) -> None:
    clock = SimulatorClock()
    assert usual_fault("It", refusal(status), clock).kind is called
    assert usual_fault("It", refusal(status), clock, is_create=True).kind is created


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"detail": "too many\n cooks"}, "too many cooks"),
        ({"error": {"message": "no credits", "code": 3}}, "no credits"),
        ({"detail": [{"loc": ["body", "prompt"], "msg": "missing"}]}, "prompt: missing"),
        ({"detail": None, "message": "second"}, "second"),
        ({"number": 3}, "no reason given (answer 400)"),
        ("plain", "plain"),
    ],
)
def test_the_sentence_in_an_error_is_found(body: Any, text: str) -> None:
    assert message_of(refusal(400, body)) == text


def test_a_page_is_no_sentence() -> None:
    assert message_of(Answer(502, {}, b"<html><h1>Bad gateway</h1></html>")) == "no reason given (answer 502)"
    assert message_of(Answer(502, {}, b"upstream is down")) == "upstream is down"


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
