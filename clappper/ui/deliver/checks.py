"""What was measured on the finished file that is looked at, with a way to each place that fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QWidget

from clappper.flow.delivering.export_queue import Export, ExportChanged, ExportState
from clappper.render.verdicts import Finding, Outcome
from clappper.ui import controls, icons
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.deliver.states import size_text, telling
from clappper.ui.outputs import newest

NAMES = {
    "size": "Picture size",
    "fps": "Frame rate",
    "duration": "Length",
    "av-drift": "Sound in step",
    "file-size": "File size",
    "codec": "Codecs",
    "colour-tags": "Colour tags",
    "faststart": "Web start",
    "sound": "Sound",
    "loudness": "Loudness",
    "true-peak": "True peak",
    "clipping": "Clipped sound",
    "damage": "Damaged frames",
    "black-frames": "Black frames",
    "frozen-frames": "Frozen frames",
}
"""The checks of every file; those of a title are its role and one of ``TITLE_CHECKS``."""
TITLE_CHECKS = {
    "visible": "on screen",
    "text": "as written",
    "contrast": "contrast",
    "safe-zone": "in safe zone",
}
SIGNS = {
    Outcome.PASSED: ("check-circle-fill", "ok"),
    Outcome.FAILED: ("x-circle-fill", "error"),
    Outcome.CANNOT_MEASURE: ("warning-circle", "warn"),
}


class ChecksPanel(QWidget):
    """First what failed or could not be measured, in a sentence each; then every figure that is right."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        controls.set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bench, self._outputs = bench, bench.outputs
        self.setAccessibleName("Checks of the file")
        layout = controls.column(self)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setProperty("kind", "panel")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = controls.panel()
        self._list = controls.column(body, gap=bench.tokens.gap, pad=bench.tokens.pad)
        area.setWidget(body)
        layout.addWidget(area)
        self._outputs.looked_at_changed.connect(self._refresh)
        watch(self, bench.session.hub, ExportChanged, lambda _: self._refresh())
        self._refresh()

    def _refresh(self) -> None:
        controls.clear(self._list)
        export = newest(self._bench.session.exports, self._outputs.looked_at)
        if export is None:
            hint = "Every exported file is measured against the brief: size, loudness, words, logo, price."
            self._list.addWidget(
                controls.EmptyState(
                    self._bench.tokens, "seal-check", "This file is not exported yet.", hint=hint
                )
            )
            return
        self._show(export)
        self._list.addStretch()

    def _show(self, export: Export) -> None:
        told = telling(export)
        self._list.addLayout(self._line(told.icon, told.colour(self._bench.tokens), told.text, "title"))
        if export.problem:
            self._list.addWidget(controls.label(export.problem, wrap=True))
            self._list.addWidget(controls.label(export.hint, "secondary", wrap=True))
        if export.state is ExportState.DONE:
            rendered = export.frames - export.reused_frames
            facts = f"{export.frames} frames, {rendered} rendered anew, {size_text(export.size_bytes)}"
            self._list.addWidget(controls.label(facts, "dense", wrap=True))
        for finding in (*export.checks.failures, *export.checks.unmeasured):
            self._add_sentence(finding)
        passed = [finding for finding in export.checks.findings if finding.passed]
        if passed:
            self._list.addSpacing(self._bench.tokens.gap)
            self._list.addWidget(self._figures(passed))
        for note in export.notes:
            self._list.addWidget(controls.label(note, "dense", wrap=True))

    def _add_sentence(self, finding: Finding) -> None:
        icon, kind = SIGNS[finding.outcome]
        self._list.addLayout(self._line(icon, getattr(self._bench.tokens, kind), finding.message))
        if finding.at_seconds is not None:
            rate = self._bench.session.timeline.rate
            frame = rate.frame_at(finding.at_seconds)
            words = f"Show {rate.timecode(frame)} in the edit"
            go = controls.button(words, lambda: self._jump(frame), "link")
            self._list.addWidget(go, alignment=Qt.AlignmentFlag.AlignLeft)

    def _figures(self, passed: Sequence[Finding]) -> QWidget:
        """Lay out a line for each: a sign, what it is, and the figure; the tip says what was wanted."""
        tokens = self._bench.tokens
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(tokens.gap)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        for row, finding in enumerate(passed):
            for column, widget in enumerate(self._figure(finding)):
                widget.setToolTip(f"{finding.measured}; wanted: {finding.wanted}")
                grid.addWidget(widget, row, column)
        return page

    def _figure(self, finding: Finding) -> Iterator[QLabel]:
        icon, kind = SIGNS[finding.outcome]
        yield self._sign(icon, getattr(self._bench.tokens, kind))
        yield controls.label(name_of(finding.code), "dense")
        figure = controls.Elided("mono")
        figure.setText(finding.measured)
        figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        yield figure

    def _line(self, icon: str, colour: str, text: str, kind: str = "") -> QHBoxLayout:
        row = controls.line(gap=8)
        row.addWidget(self._sign(icon, colour), alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(controls.label(text, kind, wrap=True), 1)
        return row

    def _sign(self, icon: str, colour: str) -> QLabel:
        sign = controls.label("")
        sign.setPixmap(icons.pixmap(icon, colour, 16, self.devicePixelRatioF()))
        return sign

    def _jump(self, frame: int) -> None:
        self._bench.edit.look(aspect=self._outputs.looked_at.aspect)
        self._bench.edit.go_to(frame)
        self._bench.do("workspace_edit")


def name_of(code: str) -> str:
    """Name a check for people."""
    role, _, what = code.partition("-")
    return NAMES.get(code) or f"{role} {TITLE_CHECKS.get(what, what)}".capitalize()
