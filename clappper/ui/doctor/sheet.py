"""What this machine can do, what it cannot, and what would help."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from clappper.app import Studio
from clappper.flow.doctor import Checkup
from clappper.flow.providers import ProviderLine
from clappper.ui import controls, dialogs, icons
from clappper.ui.bridge import run
from clappper.ui.doctor.rtx_dialog import RtxDialog
from clappper.ui.tokens import Tokens

RTX, NOT_INSTALLED = "RTX renderer", "not installed"


class DoctorSheet(QScrollArea):
    """Examines the machine when it opens, in a thread."""

    def __init__(self, studio: Studio, tokens: Tokens) -> None:
        super().__init__()
        self._studio, self._tokens = studio, tokens
        self.setWidgetResizable(True)
        self.setAccessibleName("Check this machine")
        self._show_waiting()
        run(self, self._examine())

    async def _examine(self) -> None:
        checkups = await asyncio.to_thread(self._studio.doctor)
        providers = await self._studio.providers()
        self._show(checkups, providers)

    def _show_waiting(self) -> None:
        self.setWidget(
            controls.EmptyState(self._tokens, "heartbeat", "Trying everything the program can use…")
        )

    def _show(self, checkups: Sequence[Checkup], providers: Sequence[ProviderLine]) -> None:
        page = controls.panel("window")
        layout = controls.column(page, gap=self._tokens.gap, pad=self._tokens.group)
        ready = sum(one.ready for one in checkups)
        layout.addWidget(controls.label(f"{ready} of {len(checkups)} abilities are ready", "heading"))
        layout.addWidget(controls.label("This machine", "title"))
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setHorizontalSpacing(self._tokens.gap)
        grid.setColumnStretch(2, 1)
        for one in sorted(checkups, key=lambda one: one.ready):
            help_ = "" if one.ready else f"Would give {one.gives}: {one.how_to_get}."
            self._add(grid, one.name, one.detail, help_, ready=one.ready)
        layout.addLayout(grid)
        if any(one.name == RTX and not one.ready and NOT_INSTALLED in one.detail for one in checkups):
            row = controls.line()
            row.addWidget(controls.button("Install RTX renderer…", lambda: run(self, self._install_rtx())))
            row.addStretch()
            layout.addLayout(row)
        layout.addSpacing(self._tokens.gap)
        layout.addWidget(controls.label("What can generate", "title"))
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setHorizontalSpacing(self._tokens.gap)
        grid.setColumnStretch(2, 1)
        for line in sorted(providers, key=lambda one: not one.health.ready):
            self._add(grid, line.name, line.health.detail, line.health.hint, ready=line.health.ready)
        layout.addLayout(grid)
        layout.addStretch()
        self.setWidget(page)

    async def _install_rtx(self) -> None:
        """Show the licence and install what was agreed to; then examine the machine anew."""
        if await dialogs.shown(RtxDialog(self._studio, self._tokens, self)):
            self._show_waiting()
            await self._examine()

    def _add(self, grid: QGridLayout, name: str, detail: str, help_: str, *, ready: bool) -> None:
        tokens, row = self._tokens, grid.rowCount()
        icon, colour = ("check-circle", tokens.ok) if ready else ("circle-dashed", tokens.secondary)
        sign = controls.label("")
        sign.setPixmap(icons.pixmap(icon, colour, 16, self.devicePixelRatioF()))
        sign.setAccessibleName("Ready" if ready else "Not ready")
        words = QWidget()
        column = controls.column(words, gap=1)
        column.addWidget(controls.label(detail, wrap=True))
        if help_:
            column.addWidget(controls.label(help_, "dense", wrap=True))
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(sign, row, 0, top)
        grid.addWidget(controls.label(name, "secondary"), row, 1, top)
        grid.addWidget(words, row, 2, top)
