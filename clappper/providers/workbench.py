"""What an adapter is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from clappper.base.clock import Clock
from clappper.base.paths import AppPaths
from clappper.base.secrets import Secrets
from clappper.base.settings import Settings
from clappper.providers.addresses import Resolver, resolve


@dataclass(frozen=True, slots=True)
class Workbench:
    """``scratch`` is a folder that an adapter may write into until its outputs are fetched.

    As it is made here, it has no keys and asks nobody: only what is embedded is ready. ``own`` are the user's
    folders, with model rows and prices of their own; None for none.
    """

    scratch: Path
    settings: Settings = field(default_factory=Settings)
    secrets: Secrets = field(default_factory=Secrets)
    own: AppPaths | None = None
    clock: Clock = field(default_factory=Clock)
    resolver: Resolver = resolve


EMBEDDED = Workbench(Path())
"""What to start from where no keys are: whoever opens providers with it puts a scratch folder in."""
