"""The plan of shots that are made from keyframes: what each gets, its price and its time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from clappper.flow.keyframes.plan import KeyframePlan
from clappper.ui import controls
from clappper.ui.tokens import Tokens

NOTE = "Between keyframes that are alike the frames are drawn here, for free; the rest is generated."


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

    def show_plans(self, plans: Sequence[KeyframePlan]) -> None:
        """Show the shots' plans in place of those before."""
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for line, plan in enumerate(plans):
            words = controls.label(str(plan), wrap=True)
            words.setToolTip("100 units are worth half of what generating all of the shot would cost.")
            words.setAccessibleName(f"{plan.shot_id}: {plan}")
            self._lines.addWidget(
                controls.label(plan.shot_id, "secondary"), line, 0, Qt.AlignmentFlag.AlignTop
            )
            self._lines.addWidget(words, line, 1)
        self.setVisible(bool(plans))
