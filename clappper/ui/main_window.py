"""The window: a title strip, one page for each workspace of the open project, and a status line."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6.QtMultimedia  # noqa: F401 - before there are threads: beside FFmpeg's it can block
from PySide6.QtCore import QByteArray, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from clappper.app import Studio
from clappper.base.errors import ClappperError
from clappper.base.settings import SettingsChanged
from clappper.brief.schema import AdBrief
from clappper.flow.project.session import HistoryChanged, JobsHalted, Session
from clappper.store.project import ProjectInUseError
from clappper.ui import controls, dialogs, errors, icons, theme
from clappper.ui.action_table import ACTIONS
from clappper.ui.actions import Action
from clappper.ui.bench import Bench, Panel
from clappper.ui.bridge import run, watch
from clappper.ui.chrome import Chrome
from clappper.ui.commands import Commands
from clappper.ui.doing import Doing, Handler
from clappper.ui.doorbell import Doorbell, ring
from clappper.ui.draft import BriefDraft
from clappper.ui.editing import hand_over
from clappper.ui.page import Page
from clappper.ui.pages import Pages
from clappper.ui.shortcuts import ShortcutFile
from clappper.ui.tokens import Tokens
from clappper.ui.workspaces import EXTRA, WORKSPACES

if TYPE_CHECKING:
    from clappper.flow.generating.generate_ad import AdMaker
    from clappper.flow.judging import Judge


class MainWindow(QMainWindow):
    """Shows the welcome page, or the workspaces of one project."""

    closed = Signal()

    def __init__(self, studio: Studio, tokens: Tokens, *, layouts: QSettings | None = None) -> None:
        """``layouts`` keeps the arrangement of the docks from one run to the next."""
        super().__init__()
        self.studio = studio
        self.session: Session | None = None
        self._layouts = layouts
        self._bench: Bench | None = None
        self._leaving = False
        self._commands = Commands(self, ACTIONS, self.do)
        self._pages = Pages(layouts, self._attach, self._refresh_actions)
        self._doing = Doing(self, self._commands, self._pages, self.verbs)
        self._middle = controls.column(gap=0)
        self._doorbell = Doorbell(self, self.come_to_front)
        self._build()
        self._dress(tokens)
        self._bind()

    async def open_project(self, folder: Path) -> None:
        """Close what is open and show the project in ``folder``.

        Raises:
            ClappperError: it cannot be opened; what was open stays.
        """
        if self._works_on(folder):
            return
        try:
            session = await self.studio.open(folder)
        except ProjectInUseError:
            if not ring(folder):
                raise
            errors.tell(self, f"{folder.stem} is open in another window, which is in front now.", kind="info")
            return
        await self.show_session(session)

    def _works_on(self, folder: Path) -> bool:
        session = self.session
        return session is not None and not session.read_only and session.project.path == folder.resolve()

    async def start(self, brief: AdBrief) -> None:
        """Make a new project for a brief and show it.

        Raises:
            ClappperError: its folder cannot be written.
        """
        await self.show_session(await self.studio.start(brief))

    async def show_session(self, session: Session | None) -> None:
        """Show another open project, or the welcome page; the one shown before is closed."""
        if session is not None:
            await asyncio.to_thread(_load_makers)
        before, self.session = self.session, session
        self._pages.drop()
        self._chrome.palette.hide()
        self._chrome.key_sheet.hide()
        self._chrome.safety.show_session(None)
        if before is not None:
            await self.studio.close(before)
        self._doorbell.listen(None if session is None or session.read_only else session.project.path)
        if session is None:
            self._bench = None
            self._chrome.show_nothing()
            self.setWindowTitle("Clappper")
            self._pages.setCurrentWidget(self._chrome.welcome)
            self._chrome.welcome.refresh()
            self._refresh_actions()
            return
        judge_of, maker_of = _load_makers()
        judge = judge_of(session, self.studio.paths.models)
        maker = maker_of(session, judge, lambda error: errors.show(self, error))
        self._bench = self._new_bench(session, judge, maker)
        self.setWindowTitle(f"{session.brief.project.name} - Clappper")
        self._follow(session)
        self.studio.note_recent(session)
        self.show_workspace("brief")
        if session.notice and session.rescue is None:
            errors.tell(self, session.notice, kind="info")

    async def use_theme(self, tokens: Tokens) -> None:
        """Dress the whole window in another theme; what is open, running and in hand stays."""
        if tokens is self._tokens:
            return
        session, old, name = self.session, self._bench, self.page.workspace.id if self.page else ""
        if old is not None:
            old.draft.commit("Change the brief")
        self._pages.drop()
        self._chrome.drop()
        theme.apply(QApplication.instance(), tokens)  # type: ignore[arg-type]
        self._dress(tokens)
        if session is None or old is None:
            return
        ending = asyncio.ensure_future(session.end_views())
        await asyncio.sleep(0)  # it has taken hold of the old views before there are new ones
        self._bench = self._new_bench(session, old.judge, old.maker)
        old.edit.run_at(0.0)
        hand_over(old.edit, self._bench.edit)
        hand_over(old.outputs, self._bench.outputs)
        self._bench.draft.select(old.draft.scene)
        for hand in (old.draft, old.edit, old.outputs):
            hand.deleteLater()
        self._follow(session)
        self.show_workspace(name)
        await ending

    def _new_bench(self, session: Session, judge: Judge, maker: AdMaker) -> Bench:
        return Bench(
            self.studio,
            session,
            self._tokens,
            BriefDraft(session),
            judge,
            maker,
            self.do,
            self._check,
            self._chrome.status.say,
        )

    def come_to_front(self) -> None:
        """Show the window over all others, as far as the desktop allows."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_workspace(self, name: str) -> None:
        """Bring one workspace to the front: brief, edit, review or deliver."""
        if self._bench is None:
            return
        page = self._pages.show_page(name, self._bench)
        self._chrome.strip.show_workspace(name)
        page.centre.setFocus(Qt.FocusReason.OtherFocusReason)
        self._refresh_actions()

    @property
    def bench(self) -> Bench:
        """Give what the open project's panels are made from.

        Raises:
            ClappperError: no project is open.
        """
        if self._bench is None:
            raise ClappperError("No project is open.", "Open one first.")
        return self._bench

    @property
    def page(self) -> Page | None:
        """Give the workspace in front; None on the welcome page."""
        return self._pages.current

    async def show_panel(self, name: str) -> None:
        """Open a panel beside the workspace in front."""
        panel = next(extra for extra in EXTRA if extra.id == name)
        await asyncio.to_thread(panel.load)
        if self.page is not None:
            self.page.show_panel(panel)

    def do(self, name: str) -> None:
        """Start an action by its id, from wherever it was asked for."""
        self._doing.do(name)

    def possible(self) -> tuple[Action, ...]:
        """List what can be done now."""
        return self._doing.possible()

    def verbs(self) -> dict[str, Handler]:
        """Give what the window itself does; most of it needs an open project."""
        always: dict[str, Handler] = {
            "open_project": self._choose_project,
            "open_sample": self._open_sample,
            "quit": self.close,
            "palette": lambda: self._chrome.palette.open(self.possible(), self._commands.keymap),
            "key_sheet": lambda: self._chrome.key_sheet.open(self._doing.groups(), self._commands.keymap),
            "full_screen": self._toggle_full_screen,
            "about": self._chrome.welcome.about,
        } | self._chrome.sheets.verbs()
        session, page = self.session, self.page
        if session is None or page is None:
            return always | {"new_ad": self._chrome.welcome.new_ad}
        opened: dict[str, Handler] = {
            "new_ad": self._leave_for_new_ad,
            "show_welcome": lambda: self.show_session(None),
            "undo": session.undo,
            "redo": session.redo,
            "maximise_panel": page.toggle_maximised,
            "reset_workspace": page.reset,
            "export_media": lambda: self.show_workspace("deliver"),
        }
        spaces: dict[str, Handler] = {
            f"workspace_{one.id}": lambda name=one.id: self.show_workspace(name)  # type: ignore[misc]
            for one in WORKSPACES
        }
        panels: dict[str, Handler] = {
            f"show_{one.id}": lambda name=one.id: self.show_panel(name)  # type: ignore[misc]
            for one in EXTRA
        }
        return always | opened | spaces | panels | self._chrome.safety.verbs()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go out of sight at once, and close the project before the end."""
        if self.session is None:
            self._keep_geometry()
            event.accept()
            self.closed.emit()
            return
        event.ignore()
        if not self._leaving:
            self._leaving = True
            self._doorbell.listen(None)
            self.hide()  # all is stored already; what still ends needs no onlooker
            run(self, self._leave())

    async def _leave(self) -> None:
        try:
            await asyncio.shield(self.show_session(None))
        finally:
            self.session = None
            self.close()

    def _build(self) -> None:
        self.setWindowTitle("Clappper")
        self.setWindowIcon(QIcon(icons.logo(64)))
        self.setMinimumSize(1024, 640)
        self.resize(1440, 860)
        middle = QWidget()
        middle.setLayout(self._middle)
        self._middle.addWidget(self._pages, 1)
        self.setCentralWidget(middle)

    def _dress(self, tokens: Tokens) -> None:
        """Make what stands around the workspaces."""
        self._tokens = tokens
        self._chrome = Chrome(
            self, self.studio, tokens, self._commands, self.do, self.open_project, self.start
        )
        self.setMenuWidget(self._chrome.strip)
        self._middle.insertWidget(0, self._chrome.safety)
        self._middle.addWidget(self._chrome.status)
        self._pages.addWidget(self._chrome.welcome)
        self._chrome.show_nothing()
        self._refresh_actions()

    def _bind(self) -> None:
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]
        QApplication.styleHints().colorSchemeChanged.connect(lambda _: self._follow_settings())
        watch(self, self.studio.hub, SettingsChanged, lambda _: self._follow_settings())
        if self._layouts is not None and (kept := self._layouts.value("window")) is not None:
            self.restoreGeometry(QByteArray(kept))

    def _follow_settings(self) -> None:
        """Put the chosen theme on, or the one that the desktop prefers now."""
        chosen = theme.chosen(self.studio.settings().theme, QApplication.instance())  # type: ignore[arg-type]
        run(self, self.use_theme(chosen))

    def _follow(self, session: Session) -> None:
        strip, status = self._chrome.strip, self._chrome.status
        strip.show_session(session)
        self._chrome.safety.show_session(session)
        status.show()
        status.say("machine", f"{os.cpu_count() or 1} processors")
        self._say_saved()
        watch(strip.project, session.hub, HistoryChanged, lambda _: self._say_saved())
        watch(strip.project, session.hub, HistoryChanged, lambda _: self._refresh_actions())
        watch(
            strip.project,
            session.hub,
            JobsHalted,
            lambda events: errors.show(self, ClappperError(events[-1].message, events[-1].hint)),
        )

    def _say_saved(self) -> None:
        self._chrome.status.say("saved", f"Saved at {datetime.now().astimezone():%H:%M:%S}")

    def _attach(self, panel: Panel, widget: QWidget) -> None:
        if panel.scope is not None:
            self._commands.attach(widget, panel.scope)

    def _refresh_actions(self) -> None:
        self._doing.refresh(self.session)

    def _focus_moved(self, _: QWidget | None, now: QWidget | None) -> None:
        if now is not None and now.window() is self:
            self._doing.follow_focus()

    def _check(self, name: str, on: bool) -> None:
        self._commands[name].setChecked(on)

    async def _open_sample(self) -> None:
        await self.show_session(await self.studio.open_sample())

    async def _choose_project(self) -> None:
        folder = await dialogs.chosen_folder(self, "Open a project's folder", Path.home())
        if folder is not None:
            await self.open_project(folder)

    async def _leave_for_new_ad(self) -> None:
        await self.show_session(None)
        self._chrome.welcome.new_ad()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self._check("full_screen", self.isFullScreen())

    def _keep_geometry(self) -> None:
        if self._layouts is not None:
            self._layouts.setValue("window", self.saveGeometry())

    def use_shortcuts(self, file: ShortcutFile) -> None:
        """Put the keys of the user's file in force."""
        self._commands.use(file.load())


def _load_makers() -> tuple[type[Judge], type[AdMaker]]:
    """Load what judges and generates; it takes its time, so a thread does it."""
    from clappper.flow.generating.generate_ad import AdMaker
    from clappper.flow.judging import Judge

    return Judge, AdMaker
