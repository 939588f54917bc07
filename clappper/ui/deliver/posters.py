"""The pictures of the matrix, asked for once each and kept while the edit stays what it is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.flow.delivering.versions import Version
from clappper.flow.playing.posters import Poster, poster
from clappper.flow.project.session import Session
from clappper.render.view import View
from clappper.ui.bridge import run

KEPT = 60
Key = tuple[int, int, str, int]


class Posters:
    """Pictures of versions in an aspect. ``ready`` is called whenever a new one can be painted."""

    def __init__(self, owner: QWidget, session: Session, ready: Callable[[], object]) -> None:
        self._owner, self._session, self._ready = owner, session, ready
        self._kept: OrderedDict[Key, tuple[Version, QImage]] = OrderedDict()
        self._asked: set[Key] = set()

    def picture(self, version: Version, aspect: str, height: int) -> QImage | None:
        """Give the picture, or None while it is being painted."""
        timeline = version.variant.desk.timeline
        key = (id(timeline), version.poster_frame, aspect, height)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][1]
        if key not in self._asked and any(track.clips for track in timeline.tracks):
            self._asked.add(key)
            run(self._owner, self._paint(key, version, View(aspect, height, quality=1)), lambda _: None)
        return None

    async def _paint(self, key: Key, version: Version, view: View) -> None:
        session = self._session
        try:
            made = await session.workers.run(
                poster,
                session.project.path,
                version.variant.desk.timeline,
                version.poster_frame,
                view,
                session.proxies(),
            )
        except ClappperError:
            self._asked.discard(key)
            raise
        self._kept[key] = (version, image_of(made))
        while len(self._kept) > KEPT:
            self._asked.discard(self._kept.popitem(last=False)[0])
        self._ready()


def image_of(made: Poster) -> QImage:
    return QImage(made.pixels, made.width, made.height, made.width * 4, QImage.Format.Format_RGB32).copy()
