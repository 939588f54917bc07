"""The queue: every job with how far it is, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from inspect import iscoroutine

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QStackedWidget,
    QWidget,
)

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.brief.scenes import scene_title
from clappper.jobs.model import (
    ACTIVE,
    STARTED,
    TERMINAL,
    WAITING,
    Job,
    JobChanged,
    JobState,
    ProviderPaused,
    ProviderResumed,
)
from clappper.jobs.money.ledger import UnknownPriceError
from clappper.providers.contract import GenRequest
from clappper.ui import controls, dialogs, errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import run, watch
from clappper.ui.jobs.doubt import DoubtBar
from clappper.ui.makers import maker_name
from clappper.ui.rows import Column, RowsModel, RowsTable
from clappper.ui.states import SIGNS, WORDS


@dataclass(frozen=True)
class JobRow:
    """A job, what its scene is called, the last that was heard, and what it has cost; None: not known."""

    job: Job
    scene: str
    news: JobChanged | None
    cost: Money | None


def _progress(row: JobRow) -> float | None:
    if row.job.state is JobState.DONE:
        return 1.0
    if row.job.state in STARTED:
        return (row.news.fraction if row.news else None) or 0.0
    return None


def _stage(row: JobRow) -> str:
    if row.job.error and row.job.state not in {JobState.DONE, JobState.RUNNING}:
        return row.job.error
    if row.news is None or row.job.state in TERMINAL:
        return ""
    eta = f", {row.news.eta_seconds:.0f} s left" if row.news.eta_seconds is not None else ""
    return f"{row.news.stage}{eta}"


def _cost(row: JobRow) -> str:
    if row.cost is not None and row.job.state in TERMINAL:
        return "free" if row.cost == Money() else str(row.cost)
    high = row.job.estimate_high
    if high is None:
        return "unknown"
    return "free" if high == Money() else f"≤ {high}"


def _clock(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%H:%M:%S}"


COLUMNS: tuple[Column[JobRow], ...] = (
    Column("State", lambda row: WORDS[row.job.state], 116, sign=lambda row: SIGNS[row.job.state]),
    Column("Scene", lambda row: row.scene, 110),
    Column("Made by", lambda row: maker_name(row.job.request.provider, row.job.request.model), 170),
    Column("Progress", lambda _: "", 120, fraction=_progress),
    Column("What", _stage, 240, stretch=True),
    Column("Cost", _cost, 90, figures=True),
    Column("Started", lambda row: _clock(row.job.created), 84, figures=True),
)


class JobsPanel(QWidget):
    """Shows one project's queue, in the order in which it runs."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._queue = bench.session.queue
        self._news: dict[str, JobChanged] = {}
        self.model = RowsModel(COLUMNS, bench.tokens, lambda row: row.job.id, _tip)
        self.table = RowsTable(self.model, COLUMNS, bench.tokens, "Jobs")
        self.doubt = DoubtBar(bench)
        self.paused = controls.line(gap=bench.tokens.gap)
        self._buttons = {name: self._button(name, icon, tip) for name, icon, tip in BUTTONS}
        self._empty = controls.EmptyState(
            bench.tokens,
            "list-checks",
            "What is being generated shows here, with what it costs.",
            hint="Nothing is queued.",
        )
        self._stack = QStackedWidget()
        self._build()
        self._bind()
        self._refresh()

    def verbs(self) -> dict[str, Callable[[], object]]:
        return {
            "pause_job": self._pause,
            "cancel_job": lambda: self._on_chosen(self._queue.cancel),
            "retry_job": self._retry,
            "edit_job": self._edit,
            "job_earlier": lambda: self._reorder(-1),
            "job_later": lambda: self._reorder(1),
            "remove_job": lambda: self._on_chosen(self._queue.remove),
        }

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = controls.column(self, gap=4)
        layout.setContentsMargins(0, 0, 0, 4)
        bar = controls.line(gap=2)
        bar.setContentsMargins(tokens.gap, 0, tokens.pad, 0)
        for button in self._buttons.values():
            bar.addWidget(button)
        bar.addStretch()
        bar.addLayout(self.paused)
        layout.addLayout(bar)
        layout.addWidget(self.doubt)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        layout.addWidget(self._stack, 1)

    def _button(self, name: str, icon: str, tip: str) -> QWidget:
        return controls.icon_button(icon, self._bench.tokens, tip, lambda: self._start(name))

    def _start(self, name: str) -> None:
        try:
            answer = self.verbs()[name]()
            if iscoroutine(answer):
                run(self, answer)
        except ClappperError as error:
            errors.show(self, error)

    def _bind(self) -> None:
        hub = self._bench.session.hub
        watch(self, hub, JobChanged, self._note)
        watch(self, hub, ProviderPaused, lambda _: self._refresh())
        watch(self, hub, ProviderResumed, lambda _: self._refresh())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_choice())
        self.model.modelReset.connect(self._show_choice)

    def _note(self, events: tuple[JobChanged, ...]) -> None:
        for event in events:
            self._news[event.job_id] = event
            if event.state in {JobState.FAILED, JobState.UNSURE}:
                self._report(event)
        self._refresh()

    def _report(self, event: JobChanged) -> None:
        job = self._queue.job(event.job_id)
        what = f"{maker_name(job.request.provider)} for {job.scene_id}"
        said = "failed" if event.state is JobState.FAILED else "needs your decision"
        offer = errors.Offer("Show the jobs", lambda: self._bench.do("show_jobs"))
        errors.show(self, ClappperError(f"{what} {said}: {job.error}", job.hint), offer)

    def _refresh(self) -> None:
        chosen = self.table.chosen()
        rows = [self._row(job) for job in self._queue.list()]
        self.model.show_records(rows)
        self._stack.setCurrentWidget(self.table if rows else self._empty)
        if chosen is not None:
            self.table.choose(chosen.job.id)
        self._show_pauses()
        self._show_choice()

    def _row(self, job: Job) -> JobRow:
        attempts = self._queue.ledger.attempts(job.id) if job.state in TERMINAL else ()
        costs = [attempt.actual for attempt in attempts]
        known = [cost for cost in costs if cost is not None]
        cost = sum(known, Money()) if len(known) == len(costs) and costs else None
        return JobRow(job, scene_title(self._bench.session.brief, job.scene_id), self._news.get(job.id), cost)

    def _show_pauses(self) -> None:
        controls.clear(self.paused)
        for pause in self._queue.gates.shut():
            name = maker_name(pause.provider)
            text = f"{name} is paused" + (f": {pause.reason}" if pause.reason else "")
            note = controls.label(text, "warn")
            note.setToolTip(pause.hint)
            self.paused.addWidget(note)
            self.paused.addWidget(
                controls.button(f"Resume {name}", partial(self._queue.gates.resume, pause.provider), "link")
            )

    def _show_choice(self) -> None:
        row: JobRow | None = self.table.chosen()
        job = row.job if row else None
        self.doubt.show_job(job if job and job.state is JobState.UNSURE else None)
        able = {
            "pause_job": job is not None and job.state in {JobState.QUEUED, JobState.PAUSED},
            "cancel_job": job is not None and job.state in ACTIVE | WAITING,
            "retry_job": job is not None and job.state in {JobState.FAILED, JobState.CANCELLED},
            "edit_job": job is not None and job.state in WAITING,
            "job_earlier": job is not None and job.state in WAITING,
            "job_later": job is not None and job.state in WAITING,
            "remove_job": job is not None and job.state in TERMINAL | WAITING,
        }
        for name, button in self._buttons.items():
            button.setEnabled(able[name])

    def _on_chosen(self, do: Callable[[str], object]) -> None:
        row: JobRow | None = self.table.chosen()
        if row is not None:
            do(row.job.id)

    def _pause(self) -> None:
        row: JobRow | None = self.table.chosen()
        if row is not None:
            held = row.job.state is JobState.PAUSED
            (self._queue.resume if held else self._queue.pause)(row.job.id)

    def _retry(self) -> None:
        row: JobRow | None = self.table.chosen()
        if row is None:
            return
        try:
            self._queue.retry(row.job.id)
        except UnknownPriceError:
            run(self, self._retry_unpriced(row.job))

    async def _retry_unpriced(self, job: Job) -> None:
        question = f"Nobody knows what {maker_name(job.request.provider)} asks for this."
        if await dialogs.agreed(self, question, "It may cost more than your budget.", "Retry anyway"):
            self._queue.retry(job.id, accept_unknown_price=True)

    def _reorder(self, by: int) -> None:
        row: JobRow | None = self.table.chosen()
        waiting = [job.id for job in self._queue.list(states=WAITING)]
        if row is None or row.job.id not in waiting:
            return
        place = waiting.index(row.job.id) + by
        others = [one for one in waiting if one != row.job.id]
        if 0 <= place < len(waiting):
            self._queue.reorder(row.job.id, others[place] if place < len(others) else None)

    async def _edit(self) -> None:
        row: JobRow | None = self.table.chosen()
        if row is None:
            return
        dialog = _RequestDialog(self, row.job)
        if await dialogs.shown(dialog):
            self._queue.edit(row.job.id, dialog.request())


BUTTONS = (
    ("pause_job", "pause", "Pause or resume this job"),
    ("cancel_job", "prohibit", "Cancel this job"),
    ("retry_job", "arrow-clockwise", "Try this job again"),
    ("edit_job", "pencil-simple", "Change what this job asks for"),
    ("job_earlier", "arrow-up", "Run this job earlier"),
    ("job_later", "arrow-down", "Run this job later"),
    ("remove_job", "trash", "Take this job off the list"),
)


class _RequestDialog(QDialog):
    """What a waiting job asks for."""

    def __init__(self, parent: QWidget, job: Job) -> None:
        super().__init__(parent)
        self._request = job.request
        self.setWindowTitle("Change the job")
        self.setMinimumWidth(460)
        layout = controls.column(self, pad=16)
        self.prompt, self.negative, self.seed = QPlainTextEdit(), QLineEdit(), QSpinBox()
        self.prompt.setPlainText(job.request.prompt)
        self.negative.setText(job.request.negative)
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setValue(job.request.seed)
        for title, control in (("Prompt", self.prompt), ("Never", self.negative), ("Seed", self.seed)):
            control.setAccessibleName(title)
            layout.addWidget(controls.label(title, "dense"))
            layout.addWidget(control)
        box = QDialogButtonBox()
        keep = box.addButton("Change the job", QDialogButtonBox.ButtonRole.AcceptRole)
        keep.setProperty("kind", "primary")
        box.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        layout.addWidget(box)

    def request(self) -> GenRequest:
        """Give the request as it was changed."""
        return replace(
            self._request,
            prompt=self.prompt.toPlainText().strip(),
            negative=self.negative.text().strip(),
            seed=self.seed.value(),
        )


def _tip(row: JobRow) -> str:
    job = row.job
    parts = [
        job.request.prompt,
        f"Job {job.id}",
        f"At its provider: {job.remote_id}" if job.remote_id else "",
    ]
    return "\n".join(part for part in (*parts, job.error, job.hint) if part)
