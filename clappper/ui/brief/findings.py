"""Preflight's remarks as rows: what is wrong, where, and one press that mends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle

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


def folded(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Put together remarks that say the same of several fields and have no fix of their own."""
    rows: dict[object, list[Finding]] = {}
    for place, one in enumerate(findings):
        rows.setdefault(one.message if one.fix is None else place, []).append(one)
    return list(rows.values())


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
        rows = folded(findings)
        for row in rows[:MOST]:
            self._layout.addLayout(self._row(*row))
        if len(rows) > MOST:
            self._layout.addWidget(controls.label(f"and {len(rows) - MOST} more", "secondary"))

    def _row(self, finding: Finding, *others: Finding) -> QHBoxLayout:
        sign, colour, title = LOOKS[self._severity]
        row = controls.line(gap=self._tokens.gap)
        mark = controls.label("")
        mark.setPixmap(icons.pixmap(sign, getattr(self._tokens, colour), 16, self.devicePixelRatioF()))
        mark.setAccessibleName(title)
        row.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
        words: QVBoxLayout = controls.column(gap=1)
        words.addWidget(controls.label(finding.message, wrap=True))
        fields = cycle([finding.field, *(one.field for one in others)])
        more = f" and {len(others)} more" if others else ""
        tip = "\n".join(["Go to this field", *(title_of(one.field) for one in others)])
        where = controls.button(
            title_of(finding.field) + more, lambda: self._point(next(fields)), "field", tip=tip
        )
        where.setAccessibleName(f"Go to {title_of(finding.field)}{more}")
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
