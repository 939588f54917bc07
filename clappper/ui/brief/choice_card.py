"""On the card of a scene that failed: why, and the three things a person can do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clappper.flow.generating.second_try import Unmade
from clappper.ui import controls, icons
from clappper.ui.tokens import Tokens

REASON_LINES, REASON_WIDTH = 3, 140


class ChoiceCard(QWidget):
    """Covers the picture of one card."""

    def __init__(
        self,
        tokens: Tokens,
        offer: Unmade,
        retry: Callable[[], object],
        make_here: Callable[[], object],
        edit: Callable[[], object],
    ) -> None:
        super().__init__()
        self.setProperty("kind", "well")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = controls.column(self, gap=4, pad=8)
        column.addLayout(self._reason(tokens, offer))
        column.addStretch()
        if offer.here:
            free = controls.button("Make it here for free", make_here, "primary")
            free.setToolTip(f"{offer.here.capitalize()} makes this scene on this machine. It costs nothing.")
            column.addWidget(free)
        row = controls.line(gap=4)
        again = controls.button(_retry_words(offer), retry)
        again.setToolTip("Sends the same request again. What is made already is not asked for twice.")
        row.addWidget(again, 1)
        row.addWidget(controls.button("Edit prompt", edit), 1)
        column.addLayout(row)

    def _reason(self, tokens: Tokens, offer: Unmade) -> QHBoxLayout:
        row = controls.line(gap=6)
        mark = controls.label("")
        mark.setPixmap(icons.pixmap("warning-circle", tokens.error, 14, self.devicePixelRatioF()))
        mark.setAccessibleName("Failed")
        row.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
        words = controls.label("", "dense", wrap=True)
        room = int(REASON_WIDTH * REASON_LINES * 0.8)
        words.setText(QFontMetrics(words.font()).elidedText(offer.reason, Qt.TextElideMode.ElideRight, room))
        words.setToolTip(offer.reason)
        words.setAccessibleName(offer.reason)
        row.addWidget(words, 1)
        return row


def _retry_words(offer: Unmade) -> str:
    if offer.cost is None:
        return "Retry"
    return f"Retry for {offer.cost}" if offer.cost.micros else "Retry"
