"""The workspaces of the open project, one of them in front."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QStackedWidget, QWidget

from clappper.ui.bench import Bench, Panel
from clappper.ui.page import Page
from clappper.ui.workspaces import WORKSPACES


class Pages(QStackedWidget):
    """Makes each workspace when it is first shown, and remembers how its docks were arranged."""

    def __init__(
        self,
        layouts: QSettings | None,
        made: Callable[[Panel, QWidget], None],
        whole: Callable[[], None],
    ) -> None:
        """``made`` hears of every panel that was made, ``whole`` when a workspace has all of its panels."""
        super().__init__()
        self._layouts, self._made, self._whole = layouts, made, whole
        self._pages: dict[str, Page] = {}

    @property
    def current(self) -> Page | None:
        """Give the workspace in front; None while something else is."""
        page = self.currentWidget()
        return page if isinstance(page, Page) else None

    def show_page(self, name: str, bench: Bench) -> Page:
        """Bring a workspace to the front."""
        page = self._pages.get(name) or self._new(name, bench)
        self.setCurrentWidget(page)
        return page

    def drop(self) -> None:
        """Let all workspaces go; how they were arranged is kept."""
        for name, page in self._pages.items():
            if self._layouts is not None:
                self._layouts.setValue(f"layout/{name}", page.layout_state())
            page.stop()
            self.removeWidget(page)
            page.deleteLater()
        self._pages = {}

    def _new(self, name: str, bench: Bench) -> Page:
        workspace = next(one for one in WORKSPACES if one.id == name)
        page = self._pages[name] = Page(workspace, bench, self._made, self._whole)
        self.addWidget(page)
        if self._layouts is not None and (kept := self._layouts.value(f"layout/{name}")) is not None:
            page.restore(QByteArray(kept))
        return page
