"""Loading what the workspaces are made of before they are asked for, in a thread."""

from __future__ import annotations

import pkgutil
import time
from collections.abc import Callable
from importlib import import_module

import clappper.providers.adapters
import clappper.ui
from clappper.flow.desk import prepare

BREATH_SECONDS = 0.002


def warm_up(is_wanted: Callable[[], bool] = lambda: True) -> None:
    """Load windows and services, with pauses in which the window's own thread goes on.

    It ends early when ``is_wanted`` says no.
    """
    for package in (clappper.ui, clappper.providers.adapters):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not is_wanted():
                return
            import_module(module.name)
            time.sleep(BREATH_SECONDS)
    prepare()
