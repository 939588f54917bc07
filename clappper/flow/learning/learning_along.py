"""Learning from ratings by itself, in a worker, whenever enough new ones have come."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.flow.learning import learn
from clappper.flow.predictor import library
from clappper.flow.project.session import Session
from clappper.flow.reviewing.review_desk import ReviewDesk
from clappper.review.ratings import RatingSaved

log = logging.getLogger(__name__)

NEW_RATINGS = 10


class LearningAlong:
    """Counts ratings; one run at a time, and what comes meanwhile counts for the next."""

    def __init__(self, session: Session, models: Path, every: int = NEW_RATINGS) -> None:
        self._desk, self._models, self._every = ReviewDesk(session, ""), models, every
        self._new = 0
        self.task: asyncio.Task[None] | None = None
        self._leave = session.hub.subscribe(RatingSaved, self._on_rating)

    def start(self) -> None:
        """Count what was rated before and never learned from."""
        kept = learn.kept_count(library(self._models), self._desk.session.project.path)
        self._new = max(0, self._desk.learnable() - kept)
        self._begin()

    def stop(self) -> None:
        """Give up a run under way; the ratings stay and are learned from next time."""
        self._leave()
        if self.task is not None:
            self.task.cancel()

    def _on_rating(self, _: RatingSaved) -> None:
        self._new += 1
        self._begin()

    def _begin(self) -> None:
        idle = self.task is None or self.task.done()
        if idle and self._new >= self._every:
            self._new = 0
            self.task = asyncio.create_task(self._run(), name="learning")

    async def _run(self) -> None:
        try:
            learned = await learn.learn_from(self._desk, library(self._models), self._models)
        except ClappperError as error:
            log.warning("learning from ratings stopped: %s", error.message)
        else:
            log.info("learned %s from %d ratings", learned.version, learned.standing.labels)
