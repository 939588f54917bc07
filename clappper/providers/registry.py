"""Finds the adapters: every module of ``providers/adapters`` that has ``create(bench) -> Provider``.

One adapter that cannot be imported, because an extra is missing or it is broken, must not take the others
with it. It is reported instead.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.providers import adapters
from clappper.providers.contract import Capabilities, GenRequest, Provider
from clappper.providers.workbench import Workbench

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BrokenAdapter:
    """An adapter that could not be loaded, and why."""

    name: str
    reason: str


class Registry:
    """The providers of this run, by name."""

    def __init__(self, providers: Iterable[Provider], broken: Iterable[BrokenAdapter] = ()) -> None:
        self._providers = {provider.name: provider for provider in providers}
        self.broken = tuple(broken)

    def get(self, name: str) -> Provider:
        """Give one provider.

        Raises:
            UnusableInputError: there is none of this name, or its adapter is broken.
        """
        if name in self._providers:
            return self._providers[name]
        reasons = [broken.reason for broken in self.broken if broken.name == name]
        if reasons:
            raise UnusableInputError(f"The provider {name} cannot be used: {reasons[0]}")
        raise UnusableInputError(
            f"There is no provider {name}.", f"Choose one of: {', '.join(sorted(self._providers)) or 'none'}."
        )

    def all(self) -> tuple[Provider, ...]:
        return tuple(self._providers[name] for name in sorted(self._providers))

    def capabilities(self) -> tuple[Capabilities, ...]:
        return tuple(model for provider in self.all() for model in provider.models())

    def model(self, provider: str, model: str) -> Capabilities:
        """Give what one model of one provider can do.

        Raises:
            UnusableInputError: there is no such provider or model.
        """
        models = {known.model: known for known in self.get(provider).models()}
        if model not in models:
            raise UnusableInputError(
                f"The provider {provider} has no model {model!r}.", f"Choose one of: {', '.join(models)}."
            )
        return models[model]

    async def aclose(self) -> None:
        """Let every provider end what it still runs."""
        for provider in self.all():
            await provider.aclose()


def demand_possible(registry: Registry, request: GenRequest) -> None:
    """Check that a request's model can do what is asked. Pure and offline.

    Raises:
        UnusableInputError: there is no such provider or model, or it cannot.
    """
    registry.model(request.provider, request.model)
    issues = [issue for issue in registry.get(request.provider).validate(request) if issue.blocking]
    if issues:
        raise UnusableInputError(
            f"{request.provider} cannot make this: {' '.join(issue.message for issue in issues)}",
            "Change the request or choose another provider.",
        )


def load(bench: Workbench) -> Registry:
    """Make one provider of every adapter found, also in a frozen program."""
    providers: list[Provider] = []
    broken: list[BrokenAdapter] = []
    for module in sorted(pkgutil.iter_modules(adapters.__path__), key=lambda found: found.name):
        made = _made(module.name, bench)
        if isinstance(made, BrokenAdapter):
            broken.append(made)
        else:
            providers.append(made)
    return Registry(providers, broken)


def _made(name: str, bench: Workbench) -> Provider | BrokenAdapter:
    try:
        module = importlib.import_module(f"{adapters.__name__}.{name}")
        provider: Provider = module.create(bench)
    except ClappperError as error:
        return BrokenAdapter(name, str(error))
    except Exception as error:  # noqa: BLE001 - an adapter is a plug-in: whatever it raises is its report
        log.warning("The adapter %s cannot be loaded: %r", name, error)
        return BrokenAdapter(name, f"{type(error).__name__}: {error}")
    return provider
