"""Installing NVIDIA's renderer: its licence first, then a yes, then what is being done, with a way out."""

from __future__ import annotations

import asyncio
import threading

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from clappper.app import Studio
from clappper.base.errors import ClappperError
from clappper.flow.usd.rtx_renderer import LICENCE
from clappper.ui import controls
from clappper.ui.bridge import run
from clappper.ui.tokens import Tokens


class RtxDialog(QDialog):
    """Closes as accepted once the renderer is installed; closing it before cancels, and leaves nothing."""

    told = Signal(str)

    def __init__(self, studio: Studio, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio = studio
        self._stop = threading.Event()
        self.setWindowTitle("Install RTX renderer")
        layout = controls.column(self, gap=tokens.gap, pad=tokens.group)
        layout.addWidget(controls.label("This renderer is NVIDIA's", "heading"))
        layout.addWidget(controls.label("\n".join(LICENCE.summary), wrap=True))
        shown = f'<a href="{LICENCE.address}" style="color: {tokens.accent}">Read the licence</a>'
        link = controls.label(f"{shown}: {LICENCE.name}")
        link.setTextFormat(Qt.TextFormat.RichText)
        link.setOpenExternalLinks(True)
        link.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByKeyboard)
        self.agree = QCheckBox("I have read the licence and agree to it")
        self.agree.setAccessibleName(self.agree.text())
        self.note = controls.label("", "secondary", wrap=True)
        self.install = controls.button("Install", self._press_install, "primary")
        self.install.setEnabled(False)
        self.agree.toggled.connect(self.install.setEnabled)
        self.told.connect(self.note.setText)
        row = controls.line()
        row.addStretch()
        row.addWidget(controls.button("Cancel", self.reject))
        row.addWidget(self.install)
        for widget in (link, self.agree, self.note):
            layout.addWidget(widget)
        layout.addLayout(row)
        self.setMinimumWidth(640)

    def reject(self) -> None:
        self._stop.set()
        super().reject()

    def _press_install(self) -> None:
        self._stop = threading.Event()
        self.install.setEnabled(False)
        self.agree.setEnabled(False)
        run(self, self._install(self._stop), self._show_trouble)

    async def _install(self, stop: threading.Event) -> None:
        await asyncio.to_thread(self._studio.install_rtx, LICENCE.name, self.told.emit, stop.is_set)
        self.accept()

    def _show_trouble(self, error: ClappperError) -> None:
        self.agree.setEnabled(True)
        self.install.setEnabled(self.agree.isChecked())
        self.note.setText(f"{error.message} {error.hint}".strip())
