"""The plan of shots that are made from keyframes: how many each gets, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from clappper.base.units import Money
from clappper.flow.keyframe_shots import KeyframeCost
from clappper.ui import controls
from clappper.ui.tokens import Tokens

CENT = 10_000
NOTE = "The command clappper make works this way. Generate here makes these shots whole, at the cost below."


class KeyframePlans(QWidget):
    """One line a shot; hidden where nothing is made from keyframes."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        layout = controls.column(self, gap=4)
        layout.addWidget(controls.label("Made from keyframes", "title"))
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(tokens.gap)
        self._lines.setVerticalSpacing(3)
        self._lines.setColumnStretch(1, 1)
        layout.addLayout(self._lines)
        layout.addWidget(controls.label(NOTE, "secondary", wrap=True))
        self.hide()

    def show_plans(self, plans: Sequence[KeyframeCost]) -> None:
        """Show the shots' plans in place of those before."""
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for line, plan in enumerate(plans):
            words = controls.label(words_of(plan), wrap=True)
            words.setToolTip("At least the pictures; at most all that may be spent on filling between them.")
            words.setAccessibleName(f"{plan.shot_id}: {words_of(plan)}")
            self._lines.addWidget(
                controls.label(plan.shot_id, "secondary"), line, 0, Qt.AlignmentFlag.AlignTop
            )
            self._lines.addWidget(words, line, 1)
        self.setVisible(bool(plans))


def words_of(plan: KeyframeCost) -> str:
    """Say a shot's plan; what it costs at most is rounded up to a cent."""
    low, high = plan.cost.low, plan.cost.high
    if high is not None and high > low:
        high = Money(-(-high.micros // CENT) * CENT)
    return f"{plan.keyframes} keyframes, {replace(plan.cost, high=high)}"
