"""On the card of a scene that failed: why, and the three things a person can do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clappper.flow.second_try import Unmade
from clappper.ui import controls, icons
from clappper.ui.tokens import Tokens

REASON_LINES = 2


class ChoiceCard(QWidget):
    """Covers the picture of one card; ``area`` is its picture within the card, as x, y, width, height."""

    def __init__(
        self,
        tokens: Tokens,
        offer: Unmade,
        area: tuple[int, int, int, int],
        retry: Callable[[], object],
        make_here: Callable[[], object],
        edit: Callable[[], object],
    ) -> None:
        super().__init__()
        cover = controls.panel("well")
        cover.setParent(self)
        cover.setGeometry(*area)
        column = controls.column(cover, gap=4, pad=8)
        column.addLayout(self._reason(tokens, offer, area[2] - 16))
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

    def _reason(self, tokens: Tokens, offer: Unmade, width: int) -> QHBoxLayout:
        row = controls.line(gap=6)
        mark = controls.label("")
        mark.setPixmap(icons.pixmap("warning-circle", tokens.error, 14, self.devicePixelRatioF()))
        mark.setAccessibleName("Failed")
        row.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
        words = controls.label("", "dense", wrap=True)
        room = int((width - 20) * REASON_LINES * 0.9)
        words.setText(QFontMetrics(words.font()).elidedText(offer.reason, Qt.TextElideMode.ElideRight, room))
        words.setToolTip(offer.reason)
        words.setAccessibleName(offer.reason)
        row.addWidget(words, 1)
        return row


def _retry_words(offer: Unmade) -> str:
    if offer.cost is None:
        return "Retry"
    return f"Retry for {offer.cost}" if offer.cost.micros else "Retry"
