"""One workspace on the screen: its centre and its docks, which can be moved, tabbed, hidden and put back.

A page stands at once, with empty docks of their final sizes; its panels are loaded in a thread and made one
after the other, each in a turn of the loop of its own, so that the window is never held.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import pairwise

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QShowEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QWidget,
)

from clappper.ui import controls
from clappper.ui.bench import Bench, Panel, Workspace
from clappper.ui.bridge import run
from clappper.ui.slices import BREATH_SECONDS, Slices

LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
LAYOUT_VERSION = 2
HEADER_HEIGHT = 32
AFLOAT = 0.84
"""The share of the window that a panel takes which opens as one of its own."""


class Page(QMainWindow):
    """A workspace of one open project.

    ``made`` hears of every panel when it is made; ``whole`` is called once when all are.
    """

    def __init__(
        self,
        workspace: Workspace,
        bench: Bench,
        made: Callable[[Panel, QWidget], None] = lambda *_: None,
        whole: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setObjectName(f"page_{workspace.id}")
        self.setAccessibleName(f"{workspace.title} workspace")
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setCorner(Qt.Corner.BottomLeftCorner, BOTTOM)
        self.setCorner(Qt.Corner.BottomRightCorner, BOTTOM)
        self.workspace = workspace
        self._bench, self._tell_made, self._tell_whole = bench, made, whole
        self._to_make = _front_first(workspace)
        self._panels: dict[str, tuple[Panel, QWidget]] = {}
        self._docks: dict[str, QDockWidget] = {}
        self._before_maximised: QByteArray | None = None
        self._sized = False
        self.centre = QStackedWidget()
        self._build()
        self._fresh = self.saveState(LAYOUT_VERSION)
        self._fold_titles()
        self._making = run(self, self._make_all())
        self.installEventFilter(self)

    @property
    def panels(self) -> Iterator[tuple[Panel, QWidget]]:
        """Give every panel that was made, with its row."""
        return iter(self._panels.values())

    @property
    def is_whole(self) -> bool:
        """Whether every panel was made; some may still be filled."""
        return not self._to_make

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to be made."""
        return self.is_whole and all(slices.is_done for slices in self.findChildren(Slices))

    def panel(self, name: str) -> QWidget | None:
        """Give a panel of the page; one whose turn has not come is made now."""
        waiting = next((panel for panel in self._to_make if panel.id == name), None)
        if waiting is not None:
            self._make(waiting)
        return self._panels[name][1] if name in self._panels else None

    def complete(self) -> None:
        """Make all that is not there yet, at once."""
        while self._to_make:
            self._make(self._to_make[0])

    def stop(self) -> None:
        """Make no more panels: the project is being closed."""
        self._making.cancel()
        self._to_make = []

    def show_panel(self, panel: Panel) -> QWidget:
        """Bring a panel to the front; one that does not belong to the workspace opens where it has room."""
        if self.panel(panel.id) is None:
            self._dock(panel, BOTTOM if panel.wide else RIGHT)
            self._join(panel)
            self._make(panel)
            if panel.floats:
                self._set_afloat(self._docks[panel.id])
        if panel.id in self._docks:
            dock = self._docks[panel.id]
            dock.show()
            dock.raise_()
        widget = self._panels[panel.id][1]
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        return widget

    def _set_afloat(self, dock: QDockWidget) -> None:
        """Let a panel stand in the middle of the window, as large as leaves the window in sight."""
        dock.setFloating(True)
        place = self.window().geometry()
        dock.resize(place.size() * AFLOAT)
        dock.move(place.center() - dock.rect().center())

    def _join(self, panel: Panel) -> None:
        """Tab a new panel with one that is there, so that nothing shrinks."""
        dock = self._docks[panel.id]
        area = self.dockWidgetArea(dock)
        old = (one for one in self._docks.values() if one is not dock and not one.isHidden())
        beside = next((one for one in old if self.dockWidgetArea(one) == area and not one.isFloating()), None)
        if beside is not None:
            self.tabifyDockWidget(beside, dock)
        else:
            size = self.workspace.bottom_height if panel.wide else self.workspace.right_width
            way = Qt.Orientation.Vertical if panel.wide else Qt.Orientation.Horizontal
            self.resizeDocks([dock], [size], way)

    def _fold_titles(self) -> None:
        """Let a dock's own header go while a tab says its name."""
        for dock in self._docks.values():
            beside = (one for one in self.tabifiedDockWidgets(dock) if not one.isHidden())
            title = dock.titleBarWidget()
            assert isinstance(title, _DockTitle)
            title.fold(not dock.isFloating() and any(beside))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer on a tab what its folded header offers."""
        tabs = self.childAt(event.pos())
        if isinstance(tabs, QTabBar):
            self._offer_tab(tabs, tabs.mapFrom(self, event.pos()))
        else:
            super().contextMenuEvent(event)

    def _offer_tab(self, tabs: QTabBar, where: QPoint) -> None:
        name = tabs.tabText(tabs.tabAt(where))
        dock = next((one for one in self._docks.values() if one.windowTitle() == name), None)
        if dock is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Float {name}", lambda: dock.setFloating(not dock.isFloating()))
        menu.addAction(f"Close {name}", dock.close)
        menu.popup(tabs.mapToGlobal(where))

    def shows(self, name: str) -> bool:
        return name in self._docks and self._docks[name].isVisibleTo(self)

    def focused(self) -> tuple[Panel, QWidget] | None:
        """Give the panel that holds the keyboard's focus."""
        focus = self.focusWidget()
        for panel, widget in self._panels.values():
            if widget is focus or widget.isAncestorOf(focus):
                return panel, widget
        return None

    def toggle_maximised(self) -> None:
        """Let the focused panel have the whole page, or put all back."""
        if self._before_maximised is not None:
            self.restoreState(self._before_maximised, LAYOUT_VERSION)
            self.centre.show()
            self._before_maximised = None
            return
        self._before_maximised = self.saveState(LAYOUT_VERSION)
        found = self.focused()
        kept = self._docks.get(found[0].id) if found else None
        for dock in self._docks.values():
            dock.setVisible(dock is kept)
        self.centre.setVisible(kept is None)

    def layout_state(self) -> QByteArray:
        """Give the arrangement of the docks, for ``restore``."""
        return self._before_maximised or self.saveState(LAYOUT_VERSION)

    def restore(self, state: QByteArray) -> None:
        """Arrange the docks as they were; what cannot be read is left alone."""
        self._sized = self.restoreState(state, LAYOUT_VERSION)

    def reset(self) -> None:
        """Put every dock back to where it belongs."""
        self._before_maximised = None
        self.centre.show()
        self.restoreState(self._fresh, LAYOUT_VERSION)
        self._size()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A key that is pressed before all panels are there may be one of theirs: none is lost.

        A filter of its own, because its deletion must not run below Python: that would hold the interpreter
        while players end their threads, which wait for it.
        """
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold_titles()
        if event.type() == QEvent.Type.ShortcutOverride:
            self.complete()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Give the docks their sizes when there is a window to divide."""
        super().showEvent(event)
        if not self._sized:
            self._sized = True
            self._size()

    def _build(self) -> None:
        workspace = self.workspace
        self.setCentralWidget(self.centre)
        for side, panels in ((LEFT, workspace.left), (RIGHT, workspace.right), (BOTTOM, workspace.bottom)):
            for panel in panels:
                self._dock(panel, side)
            shown = [self._docks[panel.id] for panel in panels if not panel.hidden]
            if side is RIGHT and workspace.right_heights:
                continue
            for first, second in pairwise(shown):
                self.tabifyDockWidget(first, second)
            if shown:
                shown[0].raise_()

    def _size(self) -> None:
        workspace = self.workspace
        for panels, size, way in (
            (workspace.left, workspace.left_width, Qt.Orientation.Horizontal),
            (workspace.right, workspace.right_width, Qt.Orientation.Horizontal),
            (workspace.bottom, workspace.bottom_height, Qt.Orientation.Vertical),
        ):
            if panels:
                self.resizeDocks([self._docks[panels[0].id]], [size], way)
        if workspace.right_heights:
            stacked = [self._docks[panel.id] for panel in workspace.right]
            self.resizeDocks(stacked, workspace.right_heights, Qt.Orientation.Vertical)

    async def _make_all(self) -> None:
        while self._to_make:
            panel = self._to_make[0]
            await asyncio.to_thread(panel.load)
            if panel in self._to_make:
                self._make(panel)
            await asyncio.sleep(BREATH_SECONDS)
            for slices in self.findChildren(Slices):
                await slices.ended()

    def _make(self, panel: Panel) -> None:
        """Put a panel in its place."""
        widget = panel.load()(self._bench)
        widget.setAccessibleName(widget.accessibleName() or panel.title)
        self._panels[panel.id] = (panel, widget)
        if panel is self.workspace.centre:
            focused = self.centre.hasFocus()
            self.centre.addWidget(widget)
            self.centre.setFocusProxy(widget)
            if focused:
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            self._docks[panel.id].setWidget(widget)
        self._tell_made(panel, widget)
        if panel in self._to_make:
            self._to_make.remove(panel)
            if not self._to_make:
                self._tell_whole()

    def _dock(self, panel: Panel, side: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(panel.title, self)
        dock.setObjectName(f"dock_{panel.id}")
        dock.setTitleBarWidget(_DockTitle(dock, self._bench, panel.title))
        empty = QWidget()
        empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        dock.setWidget(empty)
        self.addDockWidget(side, dock)
        dock.setVisible(not panel.hidden)
        self._docks[panel.id] = dock


def _front_first(workspace: Workspace) -> list[Panel]:
    """Order the panels by when they are seen: the centre, what lies in front, then the other tabs."""
    sides = (workspace.left, workspace.right, workspace.bottom)
    front = [side[0] for side in sides if side]
    behind = [panel for side in sides for panel in side[1:]]
    return [workspace.centre, *front, *behind]


class _DockTitle(QWidget):
    """A dock's header: its name, and what can be done with it. It drags the dock."""

    def __init__(self, dock: QDockWidget, bench: Bench, title: str) -> None:
        super().__init__(dock)
        self._folded = False
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = controls.line(self, gap=2)
        row.setContentsMargins(bench.tokens.pad, 4, 6, 4)
        row.addWidget(controls.label(title, "title"))
        row.addStretch()
        row.addWidget(
            controls.icon_button(
                "arrow-square-out",
                bench.tokens,
                f"Float {title}",
                lambda: dock.setFloating(not dock.isFloating()),
            )
        )
        row.addWidget(controls.icon_button("x", bench.tokens, f"Close {title}", dock.close))

    def fold(self, folded: bool) -> None:
        """Take no room, or show again."""
        if folded != self._folded:
            self._folded = folded
            self.setVisible(not folded)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(120, 0 if self._folded else HEADER_HEIGHT)
