"""The door for webhooks: true messages wake the queue, others are turned away; usually it is shut."""

import asyncio
import base64
import hashlib
import hmac
import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from clappper.base.settings import Settings
from clappper.flow.project.session import Session
from clappper.flow.webhook_door import KEYS_SECONDS, WebhookDoor
from clappper.jobs.model import WorkReported
from clappper.providers.registry import Registry
from tests.patience import PATIENCE_SECONDS
from tests.unit.jobs.conftest import FakeClock, ScriptedProvider

BODY = b'{"id": "p1", "status": "succeeded"}'
OLD, NEW = b"0123456789abcdef", b"fedcba9876543210"


@dataclass
class Caller(ScriptedProvider):
    name: str = "replicate"
    key: bytes = OLD
    asked_for_keys: int = field(default=0)

    async def webhook_keys(self) -> tuple[str, ...]:
        self.asked_for_keys += 1
        return ("whsec_" + base64.b64encode(self.key).decode(),)


@pytest.fixture
def caller(session: Session) -> Caller:
    made = Caller()
    session.registry = Registry([made, ScriptedProvider("mute")])
    session.queue.clock = FakeClock()
    return made


@pytest.fixture
def door(session: Session, caller: Caller, tmp_path: Path) -> Iterator[WebhookDoor]:
    del caller
    settings = Settings().model_copy(update={"webhook_url": "https://me.example.com", "webhook_port": 0})
    session.shop = replace(session.shop, settings=settings)
    made = WebhookDoor(session, tmp_path)
    yield made
    made.stop()


async def posted(door: WebhookDoor, name: str, clock: FakeClock, key: bytes, message_id: str = "m1") -> int:
    at = str(int(clock.now().timestamp()))
    digest = hmac.new(key, f"{message_id}.{at}.".encode() + BODY, hashlib.sha256).digest()
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }

    def post() -> int:
        connection = http.client.HTTPConnection(door.address.partition("//")[2], timeout=PATIENCE_SECONDS)
        try:
            connection.request("POST", f"/{name}", BODY, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    return await asyncio.to_thread(post)


async def test_a_true_message_wakes_the_queue_once(
    session: Session, caller: Caller, door: WebhookDoor
) -> None:
    heard: list[WorkReported] = []
    session.hub.subscribe(WorkReported, heard.append)
    clock = session.queue.clock
    assert isinstance(clock, FakeClock)
    door.start()
    assert await posted(door, "replicate", clock, OLD) == 200
    assert await posted(door, "replicate", clock, OLD) == 200
    assert heard == [WorkReported("replicate", "p1")]
    assert await posted(door, "replicate", clock, NEW, "m2") == 401
    assert await posted(door, "mute", clock, OLD) == 404
    assert await posted(door, "nobody", clock, OLD) == 404
    assert (len(heard), caller.asked_for_keys) == (1, 1)

    caller.key = NEW
    clock.elapsed += KEYS_SECONDS + 1
    assert await posted(door, "replicate", clock, NEW, "m2") == 200
    assert (len(heard), caller.asked_for_keys) == (2, 2)


async def test_without_an_address_nobody_listens(session: Session, tmp_path: Path) -> None:
    door = WebhookDoor(session, tmp_path)
    door.start()
    assert door.address == ""
    door.stop()
