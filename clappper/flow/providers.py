"""What can generate here: every provider, whether it is ready, and what its models can do."""

from __future__ import annotations

from dataclasses import dataclass

from clappper.flow.open_project import open_providers
from clappper.providers.contract import Capabilities, Health
from clappper.providers.workbench import EMBEDDED, Workbench


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """One provider. ``models`` is empty where its adapter cannot be loaded; ``health`` says why."""

    name: str
    health: Health
    models: tuple[Capabilities, ...]


async def list_providers(bench: Workbench = EMBEDDED) -> tuple[ProviderLine, ...]:
    """Ask every provider how it is, without spending money."""
    async with open_providers(bench) as registry:
        lines = [
            ProviderLine(provider.name, await provider.check(), provider.models())
            for provider in registry.all()
        ]
        broken = [
            ProviderLine(adapter.name, Health(ready=False, detail=adapter.reason), ())
            for adapter in registry.broken
        ]
        return (*lines, *broken)
