"""The one table of everything that can be done, gathered from the areas."""

from __future__ import annotations

from clappper.ui import verbs
from clappper.ui.actions import Action
from clappper.ui.bin import verbs as media
from clappper.ui.brief import verbs as brief
from clappper.ui.captions import verbs as captions
from clappper.ui.chat import verbs as chat
from clappper.ui.dashboard import verbs as dashboard
from clappper.ui.deliver import verbs as deliver
from clappper.ui.inspector import verbs as inspector
from clappper.ui.jobs import verbs as jobs
from clappper.ui.review import verbs as review
from clappper.ui.timeline import verbs as timeline
from clappper.ui.viewer import verbs as viewer

ACTIONS: tuple[Action, ...] = (
    *verbs.ROWS,
    *brief.ROWS,
    *jobs.ROWS,
    *timeline.ROWS,
    *media.ROWS,
    *captions.ROWS,
    *chat.ROWS,
    *viewer.ROWS,
    *inspector.ROWS,
    *review.ROWS,
    *dashboard.ROWS,
    *deliver.ROWS,
)
