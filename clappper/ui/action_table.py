"""The one table of everything that can be done, gathered from the areas."""

from __future__ import annotations

from clappper.ui import verbs
from clappper.ui.actions import Action

ACTIONS: tuple[Action, ...] = (*verbs.ROWS,)
