"""Preflight's remarks as rows: what is wrong, where, and one press that mends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clappper.brief.findings import Finding, Severity
from clappper.ui import controls, icons
from clappper.ui.brief.fields import title_of
from clappper.ui.tokens import Tokens

LOOKS = {
    Severity.MUST_FIX: ("x-circle-fill", "error", "Must fix"),
    Severity.WARNING: ("warning", "warn", "Warnings"),
    Severity.SUGGESTION: ("lightbulb", "info", "Suggestions"),
}
MOST = 30


class FindingList(QWidget):
    """The remarks of one severity; ``apply`` mends one, ``point`` shows the field it is about."""

    def __init__(
        self,
        tokens: Tokens,
        severity: Severity,
        apply: Callable[[Finding], object],
        point: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._tokens, self._severity = tokens, severity
        self._apply, self._point = apply, point
        self._shown: tuple[tuple[str, str, int | None], ...] = ()
        self._layout = controls.column(self, gap=tokens.gap)
        self.hide()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show remarks; rows are made anew only when they say something else."""
        key = tuple((one.message, one.field, one.score_delta) for one in findings)
        if key == self._shown:
            return
        self._shown = key
        controls.clear(self._layout)
        self.setVisible(bool(findings))
        if not findings:
            return
        _, _, title = LOOKS[self._severity]
        self._layout.addWidget(controls.label(f"{title} ({len(findings)})", "title"))
        for finding in findings[:MOST]:
            self._layout.addLayout(self._row(finding))
        if len(findings) > MOST:
            self._layout.addWidget(controls.label(f"and {len(findings) - MOST} more", "secondary"))

    def _row(self, finding: Finding) -> QHBoxLayout:
        sign, colour, title = LOOKS[self._severity]
        row = controls.line(gap=self._tokens.gap)
        mark = controls.label("")
        mark.setPixmap(icons.pixmap(sign, getattr(self._tokens, colour), 16, self.devicePixelRatioF()))
        mark.setAccessibleName(title)
        row.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
        words: QVBoxLayout = controls.column(gap=1)
        words.addWidget(controls.label(finding.message, wrap=True))
        where = controls.button(
            title_of(finding.field), lambda: self._point(finding.field), "field", tip="Go to this field"
        )
        where.setAccessibleName(f"Go to {title_of(finding.field)}")
        words.addWidget(where, alignment=Qt.AlignmentFlag.AlignLeft)
        if finding.fix is not None:
            words.addLayout(self._remedy(finding))
        row.addLayout(words, 1)
        return row

    def _remedy(self, finding: Finding) -> QHBoxLayout:
        assert finding.fix is not None
        row = controls.line(gap=self._tokens.gap)
        change = finding.score_delta
        title = finding.fix.title
        apply = controls.button("Apply", lambda: self._apply(finding), tip=title)
        apply.setAccessibleName(f"Apply: {title}")
        row.addWidget(apply)
        row.addWidget(controls.label(title, "dense", wrap=True), 1)
        if change:
            row.addWidget(controls.label(f"{change:+d}", "ok" if change > 0 else "warn"))
        return row
