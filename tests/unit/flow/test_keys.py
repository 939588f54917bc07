from __future__ import annotations

from pathlib import Path

import pytest

from clappper.base.errors import UnusableInputError
from clappper.base.secrets import Secrets
from clappper.flow.keys import list_keys, remove_key, set_key, try_keys
from clappper.providers.keys import KEYS
from clappper.providers.workbench import Workbench
from tests.doubles import MemoryKeychain

CANARY = "r8_canarycanarycanary42"


@pytest.fixture
def secrets() -> Secrets:
    chain = MemoryKeychain()
    return Secrets({"FAL_KEY": "a1b2c3d4"}, lambda: chain)


def test_a_key_is_kept_listed_and_taken_away_without_being_shown(secrets: Secrets) -> None:
    line = set_key(secrets, "replicate", f"{CANARY}\n")
    assert line.source == "keychain"
    listed = {one.service: one.source for one in list_keys(secrets)}
    assert set(listed) == set(KEYS)
    assert (listed["replicate"], listed["fal"], listed["runway"]) == (
        "keychain",
        "environment variable FAL_KEY",
        "",
    )
    assert CANARY not in repr((line, list_keys(secrets)))
    assert remove_key(secrets, "replicate").source == ""


def test_an_unknown_service_is_named(secrets: Secrets) -> None:
    with pytest.raises(UnusableInputError, match="No service nobody"):
        set_key(secrets, "nobody", "x" * 9)
    with pytest.raises(UnusableInputError, match="No service nobody"):
        remove_key(secrets, "nobody")


async def test_a_key_that_nothing_uses_is_said_so(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, secrets=Secrets({}))
    assert await try_keys(bench) == ()
    with pytest.raises(UnusableInputError):
        await try_keys(bench, ["nobody"])
    (test,) = await try_keys(bench, ["llm"])
    assert not test.health.ready
