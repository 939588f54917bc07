"""What the program has noted, newest first, with a filter; and the report for others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSplitter, QWidget

from clappper.flow.report import LogLine, read_log
from clappper.ui import controls, dialogs, errors, icons
from clappper.ui.bench import Bench
from clappper.ui.bridge import run
from clappper.ui.rows import Column, RowsModel, RowsTable

LEVELS = {"Everything": 0, "Warnings": 30, "Errors": 40}
RANKS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}
SIGNS = {"INFO": ("info", "info"), "WARNING": ("warning", "warn"), "ERROR": ("warning-circle", "error")}
EVERY_MS = 2000


def _local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%m-%d %H:%M:%S}"


COLUMNS: tuple[Column[LogLine], ...] = (
    Column("When", lambda one: _local(one.time), 116, figures=True),
    Column("", lambda one: one.level.capitalize(), 96, sign=lambda one: SIGNS.get(one.level)),
    Column("Where", lambda one: one.logger.removeprefix("clappper."), 130),
    Column("What", lambda one: one.message, 300, stretch=True),
)


class LogPanel(QWidget):
    """Reads the log's file while it is in sight."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._lines: tuple[LogLine, ...] = ()
        self.model = RowsModel(
            COLUMNS, bench.tokens, lambda one: (one.time, one.message), lambda one: one.message
        )
        self.table = RowsTable(self.model, COLUMNS, bench.tokens, "Log")
        self.words = QLineEdit()
        self.level = QComboBox()
        self.details = QPlainTextEdit()
        self._build()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh()

    def verbs(self) -> dict[str, Callable[[], object]]:
        return {"save_report": self.save_report}

    def refresh(self) -> None:
        """Read the file anew, if anybody looks."""
        if self.isVisible() or not self._lines:
            self._lines = read_log(self._bench.studio.paths.logs)
            self._filter()

    async def save_report(self) -> None:
        """Ask where, and write a report that can be shown to anybody."""
        start = Path.home() / "clappper-report.txt"
        target = await dialogs.chosen_target(self, "Save a report", start, "Text (*.txt)")
        if target is not None:
            await asyncio.to_thread(self._bench.studio.write_report, target)
            errors.tell(self, f"Saved {target.name}.", "Keys and private parts of addresses are not in it.")

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = controls.column(self, gap=4)
        layout.setContentsMargins(tokens.pad, 0, tokens.pad, 4)
        bar = controls.line()
        self.words.setPlaceholderText("Search the log")
        self.words.setAccessibleName("Search the log")
        self.level.setAccessibleName("Which lines")
        self.level.addItems(list(LEVELS))
        bar.addWidget(self.words, 1)
        bar.addWidget(self.level)
        save = controls.button(
            "Save a report…", lambda: run(self, self.save_report()), icon=icons.icon("file-arrow-up", tokens)
        )
        bar.addWidget(save)
        layout.addLayout(bar)
        self.details.setReadOnly(True)
        self.details.setPlaceholderText("Choose a line to see all of it.")
        self.details.setAccessibleName("The whole line")
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.details)
        split.setSizes([300, 90])
        layout.addWidget(split, 1)
        self.words.textChanged.connect(self._filter)
        self.level.currentIndexChanged.connect(self._filter)
        self.table.selectionModel().currentRowChanged.connect(self._show_details)

    def _filter(self) -> None:
        words, least = self.words.text().casefold(), LEVELS[self.level.currentText()]
        fitting = [
            line
            for line in self._lines
            if RANKS.get(line.level, 20) >= least and words in f"{line.logger} {line.message}".casefold()
        ]
        chosen = self.table.chosen()
        self.model.show_records(fitting)
        if chosen is not None:
            self.table.choose((chosen.time, chosen.message))

    def _show_details(self) -> None:
        line: LogLine | None = self.table.chosen()
        self.details.setPlainText(f"{line.message}\n{line.details}".strip() if line else "")
