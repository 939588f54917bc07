"""The keys of services: which there are, where they come from, and whether their service takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from clappper.base.secrets import Secrets
from clappper.flow.open_project import open_providers
from clappper.flow.providers import health_of
from clappper.providers.contract import Health
from clappper.providers.keys import KEYS, key_named, service_of
from clappper.providers.workbench import Workbench


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One service. ``source`` says in words where its key comes from, and is empty when there is none.

    ``variables`` are the environment variables that may hold it; ``A:B`` needs both of them.
    """

    service: str
    variables: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class KeyTest:
    """What a provider said when it was asked with the key of its service; nothing was spent."""

    service: str
    provider: str
    health: Health


def list_keys(secrets: Secrets) -> tuple[KeyLine, ...]:
    """Say of every service whether there is a key, without showing it."""
    return tuple(KeyLine(key.service, key.variables, secrets.source(key)) for key in KEYS.values())


def set_key(secrets: Secrets, service: str, value: str) -> KeyLine:
    """Keep a key in the system's keychain.

    Raises:
        UnusableInputError: there is no such service, or that is no key.
        NoKeychainError: there is no keychain to be trusted.
    """
    key = key_named(service)
    secrets.set(key, value)
    return KeyLine(service, key.variables, secrets.source(key))


def remove_key(secrets: Secrets, service: str) -> KeyLine:
    """Take a key out of the keychain; one in the environment stays.

    Raises:
        UnusableInputError: there is no such service.
    """
    key = key_named(service)
    secrets.remove(key)
    return KeyLine(service, key.variables, secrets.source(key))


async def try_keys(bench: Workbench, services: Sequence[str] = ()) -> tuple[KeyTest, ...]:
    """Ask the named services, or all that have a key, whether they take it. Spends nothing.

    Raises:
        UnusableInputError: there is no such service.
    """
    wanted = [key_named(service) for service in services] or [
        key for key in KEYS.values() if bench.secrets.get(key)
    ]
    async with open_providers(bench) as registry:
        asked = [
            (key.service, provider)
            for key in wanted
            for provider in registry.all()
            if service_of(provider.name) == key.service
        ]
        answers = await asyncio.gather(*(health_of(provider) for _, provider in asked))
    tests = [
        KeyTest(service, provider.name, health)
        for (service, provider), health in zip(asked, answers, strict=True)
    ]
    tested = {test.service for test in tests}
    nobody = Health(ready=False, detail="Nothing that is installed here uses this key.")
    return (*tests, *(KeyTest(key.service, "", nobody) for key in wanted if key.service not in tested))
