from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from clappper.base.errors import UnusableInputError
from clappper.base.events import EventHub
from clappper.jobs.logbook import Logbook
from clappper.jobs.model import JobState, WorkReported
from clappper.jobs.runner import JobRunner
from clappper.jobs.webhooks import (
    MOST_REMEMBERED,
    REMEMBERED_SECONDS,
    Doorbell,
    FalSignatures,
    ForgedWebhookError,
    StandardSignatures,
)
from clappper.providers.contract import Progress, RemoteState
from tests.unit.jobs.conftest import FakeClock

Bench = Any
KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
BODY = json.dumps({"id": "p1", "status": "succeeded"}).encode()
PRIVATE = Ed25519PrivateKey.from_private_bytes(KEY)
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def signature(message_id: str, at: str, body: bytes, key: bytes = KEY) -> str:
    digest = hmac.new(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


class Door:
    """A doorbell with everything around it."""

    def __init__(self, signatures: Any = None) -> None:
        self.clock, self.hub = FakeClock(), EventHub()
        self.heard: list[WorkReported] = []
        self.hub.subscribe(WorkReported, self.heard.append)
        self.bell = Doorbell("paid", signatures or StandardSignatures([SECRET]), self.hub, self.clock)

    def at(self, offset: float = 0.0) -> str:
        return str(int(self.clock.now().timestamp() + offset))

    def signed(self, message_id: str = "m1", offset: float = 0.0, body: bytes = BODY) -> dict[str, str]:
        at = self.at(offset)
        return {
            "Webhook-Id": message_id,
            "webhook-timestamp": at,
            "WEBHOOK-SIGNATURE": f"v2,abc {signature(message_id, at, body)}",
        }


def test_a_true_message_wakes_and_its_repetitions_do_not() -> None:
    door = Door()
    assert door.bell.ring(door.signed(), BODY)
    door.clock.elapsed += 3000
    assert not door.bell.ring(door.signed(), BODY)
    assert door.bell.ring(door.signed("m2"), BODY)
    assert door.heard == [WorkReported("paid", "p1")] * 2
    door.clock.elapsed += REMEMBERED_SECONDS + 1
    assert door.bell.ring(door.signed(), BODY)


def test_the_specification_s_own_example_fits() -> None:
    """The vector that the Standard Webhooks project tests its libraries with."""
    signatures = StandardSignatures(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert signatures.verified(headers, b'{"test": 2432232314}').sent_at == 1614265330


@pytest.mark.parametrize("offset", [-301.0, 301.0])
def test_what_is_outside_the_window_is_refused_either_way(offset: float) -> None:
    door = Door()
    with pytest.raises(ForgedWebhookError, match="too old"):
        door.bell.ring(door.signed(offset=offset), BODY)
    assert door.bell.ring(door.signed(offset=offset / 301 * 299), BODY)


@pytest.mark.parametrize(
    "forge",
    [
        {"webhook-id": "other"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "now"},
        {"WEBHOOK-SIGNATURE": signature("m1", "1", BODY)},
        {"WEBHOOK-SIGNATURE": "v1,@@@ v1, ,"},
        {"WEBHOOK-SIGNATURE": ""},
        {"Webhook-Id": ""},
    ],
)
def test_a_forged_message_is_refused(forge: dict[str, str]) -> None:
    door = Door()
    with pytest.raises(ForgedWebhookError):
        door.bell.ring(door.signed() | forge, BODY)
    assert not door.heard


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_one_other_byte_is_enough_to_be_refused(place: int, other: int) -> None:
    door = Door()
    body = bytearray(BODY)
    body[place] ^= other
    with pytest.raises(ForgedWebhookError):
        door.bell.ring(door.signed(), bytes(body))


@pytest.mark.parametrize("body", [b"[]", b"{}", b"no", b'{"id": null}'])
def test_a_message_about_nothing_is_refused(body: bytes) -> None:
    door = Door()
    with pytest.raises(ForgedWebhookError):
        door.bell.ring(door.signed(body=body), body)


def test_another_s_secret_and_no_secret_are_refused() -> None:
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    door = Door(StandardSignatures([other]))
    with pytest.raises(ForgedWebhookError):
        door.bell.ring(door.signed(), BODY)
    assert Door(StandardSignatures([other, SECRET])).bell.ring(door.signed(), BODY)
    for wrong in ("whsec_", "whsec_@@@"):
        with pytest.raises(UnusableInputError):
            StandardSignatures([wrong])


def test_memory_is_bounded() -> None:
    door = Door()
    for number in range(MOST_REMEMBERED + 50):
        assert door.bell.ring(door.signed(f"m{number}"), BODY)
    assert not door.bell.ring(door.signed(f"m{MOST_REMEMBERED}"), BODY)


def test_fal_signs_with_a_published_key() -> None:
    door = Door(FalSignatures(["short", base64.urlsafe_b64encode(PUBLIC).decode().rstrip("=")]))
    body = json.dumps({"request_id": "q1", "status": "OK"}).encode()
    at = door.at()
    text = "\n".join(("q1", "u1", at, hashlib.sha256(body).hexdigest())).encode()
    headers = {
        "X-Fal-Webhook-Request-Id": "q1",
        "X-Fal-Webhook-User-Id": "u1",
        "X-Fal-Webhook-Timestamp": at,
        "X-Fal-Webhook-Signature": PRIVATE.sign(text).hex(),
    }
    assert door.bell.ring(headers, body)
    assert door.heard == [WorkReported("paid", "q1")]
    for forge in ({"X-Fal-Webhook-User-Id": "u2"}, {"X-Fal-Webhook-Signature": "zz"}):
        with pytest.raises(ForgedWebhookError):
            door.bell.ring(headers | forge, body)
    with pytest.raises(ForgedWebhookError):
        door.bell.ring(headers, body + b" ")


def test_a_job_is_found_by_its_provider_s_own_id(bench: Bench) -> None:
    names = {1: "fal-ai/pika:q1", 2: "trainings/q2", 3: "q3"}
    for seed, name in names.items():
        job = bench.queue.enqueue(bench.request(seed=seed)).job
        Logbook(bench.queue, is_free=False).begin(job)
        Logbook(bench.queue, is_free=False).adopt(bench.queue.job(job.id), name)
    found = [bench.queue.records.with_remote_id("paid", name) for name in ("q1", "q2", "q3", "3", "%", "")]
    assert found == [*(job.id for job in bench.queue.list()), "", "", ""]


async def test_it_is_only_a_wake_up(bench: Bench) -> None:
    """A message before, after and instead of what really happens changes nothing but when we look."""
    job_id = bench.queue.enqueue(bench.request()).job.id
    bench.paid.polls.extend([Progress(RemoteState.RUNNING, poll_after_seconds=60.0)] * 3)
    door = Doorbell("paid", StandardSignatures([SECRET]), bench.hub, bench.clock)
    told = Door()
    told.clock = bench.clock

    def ring(number: int) -> None:
        body = json.dumps({"id": f"remote:{job_id}-1:1", "status": "failed"}).encode()
        assert door.ring(told.signed(f"m{number}", body=body), body)

    ring(0)
    run = asyncio.ensure_future(JobRunner(bench.queue, bench.workers).run_until_idle())
    await bench.until_running(job_id)
    ring(1)
    await run
    ring(2)
    assert bench.queue.job(job_id).state is JobState.DONE
    assert len(bench.paid.asked) == 1
