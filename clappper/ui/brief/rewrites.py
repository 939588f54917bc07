"""Up to three other ways to say the brief: what changes, what it gains, and a button for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from clappper.brief.rewrite import Rewrite, WordChange
from clappper.ui import controls
from clappper.ui.brief.fields import title_of
from clappper.ui.tokens import Tokens


class RewriteSheet(QWidget):
    """Lists the offers; ``use`` gets the one that is taken. The brief as it was is one undo away."""

    def __init__(self, tokens: Tokens, offers: Sequence[Rewrite], use: Callable[[Rewrite], object]) -> None:
        super().__init__()
        self._tokens = tokens
        page = controls.panel()
        layout = controls.column(page, gap=tokens.group, pad=tokens.group)
        if not offers:
            layout.addWidget(
                controls.EmptyState(
                    tokens, "magic-wand", "No rewrite would score higher than the brief as it is."
                )
            )
        for offer in offers:
            layout.addWidget(self._offer(offer, use))
        layout.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName("Rewrites")
        scroll.setWidget(page)
        controls.column(self, gap=0).addWidget(scroll)

    def _offer(self, offer: Rewrite, use: Callable[[Rewrite], object]) -> QWidget:
        made = QWidget()
        layout = controls.column(made, gap=4)
        head = controls.line(gap=self._tokens.gap)
        head.addWidget(controls.label(offer.title, "title"))
        head.addWidget(controls.label(_gain(offer), "ok" if offer.score_delta > 0 else "secondary"))
        head.addStretch()
        take = controls.button("Use this", lambda: use(offer), "primary")
        take.setAccessibleName(f"Use the rewrite: {offer.title}")
        head.addWidget(take)
        layout.addLayout(head)
        for change in offer.changes:
            layout.addWidget(controls.label(title_of(change.field), "dense"))
            layout.addWidget(self._diff(change))
        return made

    def _diff(self, change: WordChange) -> QLabel:
        """Show what goes struck through and what comes underlined: never by colour alone."""
        tokens = self._tokens
        styles = {
            "same": f"color: {tokens.text}",
            "removed": f"color: {tokens.error}; text-decoration: line-through",
            "added": f"color: {tokens.ok}; text-decoration: underline",
        }
        pieces = (f'<span style="{styles[kind]}">{escape(words)}</span>' for kind, words in change.pieces)
        shown = QLabel(" ".join(pieces))
        shown.setTextFormat(Qt.TextFormat.RichText)
        shown.setWordWrap(True)
        shown.setAccessibleName(
            f"{title_of(change.field)}: was {change.before or 'empty'}; becomes {change.after}"
        )
        return shown


def _gain(offer: Rewrite) -> str:
    chance = "" if offer.chance is None else f", predicted pass {offer.chance:.0%}"
    return f"{offer.score} points ({offer.score_delta:+d}){chance}"
