"""What can generate here: every provider, whether it is ready, and what its models can do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from clappper.base.errors import ClappperError
from clappper.flow.open_project import open_providers
from clappper.providers.contract import Capabilities, Health, Provider, Refreshable
from clappper.providers.keys import service_of
from clappper.providers.workbench import EMBEDDED, Workbench


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """One provider. ``models`` is empty where its adapter cannot be loaded; ``health`` says why.

    ``key`` names the key it uses, empty for none. ``prices_as_of`` is the date of its oldest price, empty
    where it has none.
    """

    name: str
    health: Health
    models: tuple[Capabilities, ...]
    key: str = ""
    prices_as_of: str = ""


async def list_providers(bench: Workbench = EMBEDDED) -> tuple[ProviderLine, ...]:
    """Ask every provider how it is, all at the same time, without spending money."""
    async with open_providers(bench) as registry:
        providers = registry.all()
        healths = await asyncio.gather(*(health_of(provider) for provider in providers))
        lines = [_line(provider, health) for provider, health in zip(providers, healths, strict=True)]
        broken = [
            ProviderLine(adapter.name, Health(ready=False, detail=adapter.reason), ())
            for adapter in registry.broken
        ]
        return (*lines, *broken)


@dataclass(frozen=True, slots=True)
class Renewed:
    """What was read anew from one provider: the models whose fields have changed, or why it was not read."""

    provider: str
    changed: tuple[str, ...] = ()
    problem: str = ""


async def renew_models(bench: Workbench) -> tuple[Renewed, ...]:
    """Read the fields of models anew from every provider that tells them and is ready. Spends nothing."""
    async with open_providers(bench) as registry:
        able = [provider for provider in registry.all() if isinstance(provider, Refreshable)]
        ready = [provider for provider in able if (await health_of(provider)).ready]
        return tuple([await _renewed(provider) for provider in ready])


async def _renewed(provider: Refreshable) -> Renewed:
    try:
        return Renewed(provider.name, await provider.refresh())
    except ClappperError as error:
        return Renewed(provider.name, problem=error.message)


async def health_of(provider: Provider) -> Health:
    """Ask one provider how it is; a fault of its own is an answer too."""
    try:
        return await provider.check()
    except ClappperError as error:
        return Health(ready=False, detail=error.message, hint=error.hint)


def _line(provider: Provider, health: Health) -> ProviderLine:
    models = provider.models()
    dates = [price.as_of for model in models for price in (model.price, *model.prices) if price]
    return ProviderLine(provider.name, health, models, service_of(provider.name), min(dates, default=""))
