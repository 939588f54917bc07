"""What the ad has cost: totals, limits, every attempt, and the lists as CSV."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QStackedWidget, QTabWidget, QWidget

from clappper.base.units import Money, price_range
from clappper.flow.money import MoneyBook, money_of_queue
from clappper.flow.project.session import BriefChanged
from clappper.jobs.model import Job, JobChanged
from clappper.jobs.money.records import Attempt
from clappper.jobs.money.report import Spending, ledger_csv, spendings_csv
from clappper.store.files import write_atomically
from clappper.ui import controls, dialogs, errors, icons
from clappper.ui.bench import Bench
from clappper.ui.bridge import run, watch
from clappper.ui.makers import maker_name
from clappper.ui.rows import Column, RowsModel, RowsTable

Entry = tuple[Job, Attempt]

SUMS: tuple[Column[Spending], ...] = (
    Column("Group", lambda one: one.group.capitalize(), 84),
    Column("Name", lambda one: one.name or "Everything", 180, stretch=True),
    Column("Attempts", lambda one: str(one.attempts), 70, figures=True),
    Column("Failed", lambda one: str(one.failed), 60, figures=True),
    Column("Finished", lambda one: f"{one.finished_seconds:.1f} s", 80, figures=True),
    Column("Spent", lambda one: _sum(one.spent, one.unpriced), 90, figures=True),
    Column(
        "A minute", lambda one: str(one.per_minute) if one.per_minute is not None else "–", 90, figures=True
    ),
)
LEDGER: tuple[Column[Entry], ...] = (
    Column("When", lambda one: _when(one[1].started), 120, figures=True),
    Column("Scene", lambda one: one[0].scene_id, 100),
    Column(
        "Made by", lambda one: maker_name(one[0].request.provider, one[0].request.model), 170, stretch=True
    ),
    Column("Try", lambda one: str(one[1].number), 40, figures=True),
    Column("Estimated", lambda one: _estimate(one[1]), 100, figures=True),
    Column(
        "Actual",
        lambda one: str(one[1].actual) if one[1].actual is not None else "not told",
        80,
        figures=True,
    ),
    Column("Billed", lambda one: one[1].billed.capitalize(), 70),
    Column("Fault", lambda one: one[1].fault or "", 90),
)


class MoneyPanel(QWidget):
    """Shows one project's ledger as it grows."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.sums = RowsModel(SUMS, bench.tokens, _sum_key)
        self.ledger = RowsModel(LEDGER, bench.tokens, lambda one: one[1].key, lambda one: one[1].message)
        self._figures = {
            name: controls.label("", "figure") for name in ("Spent", "Committed", "A finished minute")
        }
        self.limited = QCheckBox("Limit the whole project")
        self.cap = controls.spaced(QDoubleSpinBox())
        self._empty = controls.EmptyState(
            bench.tokens,
            "wallet",
            "Nothing was bought yet.",
            hint="Every attempt is written down here with its price.",
        )
        self._stack = QStackedWidget()
        self._build()
        for kind in (JobChanged, BriefChanged):
            watch(self, bench.session.hub, kind, lambda _: self._refresh())
        self._refresh()

    def verbs(self) -> dict[str, Callable[[], object]]:
        return {"save_ledger": self.save_csv}

    async def save_csv(self) -> None:
        """Ask where, and write the list in front as CSV."""
        whole = self._tabs.currentIndex() == 1
        start = Path.home() / ("ledger.csv" if whole else "spending.csv")
        target = await dialogs.chosen_target(self, "Save as CSV", start, "Tables (*.csv)")
        if target is not None:
            book = money_of_queue(self._bench.session.queue)
            text = ledger_csv(book.made) if whole else spendings_csv(book.lines)
            write_atomically(target, text.encode())
            errors.tell(self, f"Saved {target.name}.")

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = controls.column(self, gap=tokens.gap)
        layout.setContentsMargins(tokens.pad, 0, tokens.pad, 4)
        head = controls.line(gap=tokens.group)
        for name, figure in self._figures.items():
            part = controls.column(gap=0)
            part.addWidget(controls.label(name, "dense"))
            part.addWidget(figure)
            head.addLayout(part)
        head.addStretch()
        head.addWidget(self.limited)
        head.addWidget(self.cap)
        head.addWidget(
            controls.button(
                "Save as CSV…", lambda: run(self, self.save_csv()), icon=icons.icon("download-simple", tokens)
            )
        )
        layout.addLayout(head)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.setAccessibleName("Lists")
        self._tabs.addTab(RowsTable(self.sums, SUMS, tokens, "Spending"), "Spending")
        self._tabs.addTab(RowsTable(self.ledger, LEDGER, tokens, "Ledger"), "Ledger")
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._tabs)
        layout.addWidget(self._stack, 1)
        self._build_cap()

    def _build_cap(self) -> None:
        ledger = self._bench.session.queue.ledger
        self.cap.setRange(0.5, 10_000)
        self.cap.setPrefix("$")
        self.cap.setAccessibleName("Limit of the whole project")
        self.cap.setKeyboardTracking(False)
        held = ledger.cap()
        self.limited.setChecked(held is not None)
        self.cap.setEnabled(held is not None)
        self.cap.setValue(held.micros / 1_000_000 if held is not None else 50.0)
        self.limited.toggled.connect(self._set_cap)
        self.cap.valueChanged.connect(self._set_cap)

    def _set_cap(self) -> None:
        self.cap.setEnabled(self.limited.isChecked())
        amount = Money.dollars(self.cap.value()) if self.limited.isChecked() else None
        self._bench.session.queue.ledger.set_cap(amount)
        self._refresh()

    def _refresh(self) -> None:
        book = money_of_queue(self._bench.session.queue)
        self._show_figures(book)
        self.sums.show_records(book.lines)
        entries = [(made.job, attempt) for made in book.made for attempt in made.attempts]
        self.ledger.show_records(sorted(entries, key=lambda one: one[1].started, reverse=True))
        self._stack.setCurrentWidget(self._tabs if entries else self._empty)

    def _show_figures(self, book: MoneyBook) -> None:
        whole = next((line for line in book.lines if line.group == "project"), None)
        minute = whole.per_minute if whole else None
        self._figures["Spent"].setText(_sum(book.spent, book.unpriced))
        self._figures["Committed"].setText(str(book.committed))
        self._figures["A finished minute"].setText("–" if minute is None else str(minute))


def _sum(spent: Money, unpriced: int) -> str:
    return f"≥ {spent}" if unpriced else str(spent)


def _sum_key(one: Spending) -> Hashable:
    return one.group, one.name


def _when(moment: datetime) -> str:
    return f"{moment:%m-%d %H:%M:%S}"


def _estimate(attempt: Attempt) -> str:
    return price_range(attempt.estimated_low, attempt.estimated_high)
