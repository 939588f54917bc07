"""The strip at the top of the window: menus, project, workspaces, money and jobs, always in sight."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLabel, QMenuBar, QPushButton, QWidget

from clappper.base.units import Money
from clappper.flow.project.session import BriefChanged, HistoryChanged, Session
from clappper.jobs.model import ACTIVE, JobChanged, JobState
from clappper.ui import controls, icons
from clappper.ui.bench import Workspace
from clappper.ui.bridge import watch
from clappper.ui.tokens import Tokens

HEIGHT = 42
NAME_WIDTH = 60


class TitleStrip(QWidget):
    """Shows the open project's name, state, money and jobs, and switches between workspaces."""

    def __init__(self, tokens: Tokens, workspaces: tuple[Workspace, ...], do: Callable[[str], None]) -> None:
        super().__init__()
        self._tokens = tokens
        self._do = do
        self.menus = QMenuBar()
        self.menus.setNativeMenuBar(False)
        self.menus.setAccessibleName("Menus")
        self.project = controls.Elided("title")
        self.saved = controls.label("")
        self.money = self._counter("wallet", "show_money")
        self.jobs = self._counter("list-checks", "show_jobs")
        self._switch: dict[str, QPushButton] = {}
        self._build(workspaces)

    def show_session(self, session: Session | None) -> None:
        """Follow another project, or none."""
        for part in (self.project, self.saved, self.money, self.jobs, *self._switch.values()):
            part.setVisible(session is not None)
        if session is None:
            return
        for kind in (JobChanged, BriefChanged, HistoryChanged):
            watch(self.project, session.hub, kind, lambda _: self._refresh(session))
        self._refresh(session)

    def show_workspace(self, name: str) -> None:
        self._switch[name].setChecked(True)

    def _build(self, workspaces: tuple[Workspace, ...]) -> None:
        self.setProperty("kind", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        grid = QGridLayout(self)
        grid.setContentsMargins(self._tokens.gap, 0, self._tokens.pad, 0)
        left, middle, right = controls.line(), controls.line(gap=2), controls.line(gap=4)
        left.addWidget(_logo())
        left.addWidget(self.menus)
        left.addStretch()
        self._add_switch(workspaces, middle.addWidget)
        right.addSpacing(self._tokens.group)
        right.addStretch()
        right.addWidget(self.saved)
        right.addWidget(self.project)
        right.addSpacing(self._tokens.pad)
        search = controls.icon_button(
            "magnifying-glass", self._tokens, "Find an action", lambda: self._do("palette")
        )
        for part in (self.money, self.jobs, search):
            right.addWidget(part)
        for place, side in enumerate((left, middle, right)):
            grid.addLayout(side, 0, place)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)

    def _add_switch(self, workspaces: tuple[Workspace, ...], add: Callable[[QWidget], object]) -> None:
        group = QButtonGroup(self)
        for place, workspace in enumerate(workspaces, start=1):
            name = workspace.id
            button = controls.button(
                workspace.title,
                lambda name=name: self._do(f"workspace_{name}"),  # type: ignore[misc]
                "switch",
                icon=icons.icon(workspace.icon, self._tokens),
                tip=f"{workspace.title} (Ctrl+{place})",
            )
            button.setCheckable(True)
            group.addButton(button)
            self._switch[name] = button
            add(button)

    def _counter(self, icon: str, action: str) -> QPushButton:
        made = controls.button("", lambda: self._do(action), "quiet", icon=icons.icon(icon, self._tokens))
        made.setProperty("figures", "yes")
        return made

    def _refresh(self, session: Session) -> None:
        self.project.setText(session.brief.project.name)
        self.project.setMinimumWidth(min(NAME_WIDTH, self.project.sizeHint().width()))
        icon, words = (
            ("lock", "Open for reading only") if session.read_only else ("check", "Every change is saved")
        )
        self.saved.setPixmap(icons.pixmap(icon, self._tokens.secondary, 14, self.devicePixelRatioF()))
        self.saved.setToolTip(words)
        self.saved.setAccessibleName(words)
        self.project.setToolTip(str(session.project.path))
        spent, cap = session.queue.ledger.spent(session.brief_id), cap_of(session)
        self._say(self.money, f"{spent} / {cap}", f"Spent {spent} of {cap}. Open the ledger")
        states = [job.state for job in session.queue.list() if job.state in ACTIVE | {JobState.UNSURE}]
        running = sum(state in ACTIVE for state in states)
        unsure = len(states) - running
        text = f"{running} running" if not unsure else f"{unsure} unsure"
        self._say(self.jobs, text, f"{running} jobs running, {unsure} need your decision. Open the jobs")

    def _say(self, counter: QPushButton, text: str, tip: str) -> None:
        counter.setText(text)
        counter.setToolTip(tip)
        counter.setAccessibleName(tip)


def cap_of(session: Session) -> Money:
    """Give the most that this ad may cost: the limit set on its jobs, or what its brief says."""
    limit = session.queue.ledger.cap(session.brief_id)
    return limit if limit is not None else Money.dollars(session.brief.compute.budget_usd_max)


def _logo() -> QLabel:
    logo = controls.label("")
    logo.setPixmap(icons.logo(20, logo.devicePixelRatioF()))
    logo.setAccessibleName("Clappper")
    return logo
