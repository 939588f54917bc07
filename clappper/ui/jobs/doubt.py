"""A job in doubt: what happened, in words, and the three ways out of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit

from clappper.base.errors import ClappperError
from clappper.jobs.model import Job
from clappper.ui import controls, dialogs, errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import run


class DoubtBar(QFrame):
    """Shows while the chosen job is in doubt. Nothing is sent before a person has decided."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._job: Job | None = None
        self._text = controls.label("", wrap=True)
        self._why = controls.label("", "secondary", wrap=True)
        self.remote_id = QLineEdit()
        self._build()
        self.hide()

    def show_job(self, job: Job | None) -> None:
        """Ask about a job, or about none."""
        self._job = job
        self.setVisible(job is not None)
        if job is None:
            return
        who = job.request.provider
        price = "an unknown amount" if job.estimate_high is None else f"up to {job.estimate_high}"
        self._text.setText(
            f"Nobody knows whether {who} has accepted {job.scene_id or 'this job'}."
            f" Sent again, it may cost {price} once more."
        )
        self._why.setText(" ".join(part for part in (job.error, job.hint) if part))
        self.remote_id.setText(job.remote_id)

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setStyleSheet(
            f"DoubtBar {{ background: {tokens.raised}; border-left: 3px solid {tokens.warn};"
            " margin: 0 8px; }"
        )
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = controls.column(self, gap=6)
        layout.setContentsMargins(20, 8, 20, 8)
        layout.addWidget(self._text)
        layout.addWidget(self._why)
        row = controls.line()
        self.remote_id.setPlaceholderText("Its id in the provider's own list")
        self.remote_id.setAccessibleName("Id at the provider")
        row.addWidget(self.remote_id, 1)
        row.addWidget(controls.button("It is there: wait for it", self._adopt, "primary"))
        row.addWidget(controls.button("It is not there: send again", lambda: run(self, self._resend())))
        row.addWidget(controls.button("Give up", self._give_up, "quiet"))
        layout.addLayout(row)

    def _adopt(self) -> None:
        if self._job is not None:
            self._try(lambda job: self._bench.session.queue.adopt(job.id, self.remote_id.text()))

    async def _resend(self) -> None:
        job = self._job
        if job is None:
            return
        detail = f"If {job.request.provider} has it after all, you pay twice."
        if await dialogs.agreed(self, "Send this job once more?", detail, "Send again"):
            self._bench.session.queue.resend(job.id)

    def _give_up(self) -> None:
        self._try(lambda job: self._bench.session.queue.give_up(job.id))

    def _try(self, settle: Callable[[Job], object]) -> None:
        try:
            if self._job is not None:
                settle(self._job)
        except ClappperError as error:
            errors.show(self, error)
