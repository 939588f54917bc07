"""The chat panel: what was said, what it would do, and a tick for each part of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.chat.read import EXAMPLES, read, take
from clappper.flow.chat.reply import Operation, Place, Reply
from clappper.flow.project.session import HistoryChanged
from clappper.ui import controls, errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch


@dataclass(slots=True)
class _Offer:
    """A reply that waits for its ticks."""

    sentence: str
    reply: Reply
    place: int
    ticks: list[tuple[QCheckBox, Operation]] = field(default_factory=list)
    box: QWidget | None = None

    @property
    def chosen(self) -> tuple[Operation, ...]:
        return tuple(operation for tick, operation in self.ticks if tick.isChecked())


class ChatDock(QWidget):
    """Nothing is changed before *Apply* is pressed; until then the viewer shows what would be."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench, self._session, self._state = bench, bench.session, bench.edit
        self._offer: _Offer | None = None
        self._build()
        watch(self, self._session.hub, HistoryChanged, lambda _: self._on_history())

    def verbs(self) -> dict[str, Callable[[], Any]]:
        return {"chat_apply": self.apply, "chat_drop": self.drop}

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setAccessibleName("Edit by words")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        inner = QWidget()
        self._talk = controls.column(inner, gap=tokens.gap, pad=tokens.pad)
        self._examples = self._suggestions()
        self._talk.addWidget(self._examples)
        self._talk.addStretch()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inner)
        self._field = QLineEdit()
        self._field.setPlaceholderText("Make this scene brighter")
        self._field.setAccessibleName("What should be different")
        self._field.returnPressed.connect(self._say)
        bar = controls.panel()
        row = controls.line(bar, gap=4)
        row.setContentsMargins(tokens.pad, tokens.gap, tokens.pad, tokens.gap)
        row.addWidget(self._field, 1)
        row.addWidget(controls.icon_button("arrow-up", tokens, "Show what it would do  (Enter)", self._say))
        layout.addWidget(self._area, 1)
        layout.addWidget(bar)
        self.setFocusProxy(self._field)

    def _suggestions(self) -> QWidget:
        """Teach by examples, until something is said."""
        holder = QWidget()
        column = controls.column(holder, gap=4)
        column.addWidget(controls.label("Say what should be different.", "title"))
        column.addWidget(controls.label("For example:", "secondary"))
        for example in EXAMPLES[:5]:
            button = controls.button(example, partial(self._suggest, example), "link")
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        return holder

    def _suggest(self, sentence: str) -> None:
        self._field.setText(sentence)
        self._field.setFocus()

    def _say(self) -> None:
        sentence = self._field.text().strip()
        if sentence:
            self._field.clear()
            self.say(sentence)

    def say(self, sentence: str) -> None:
        """Read a sentence and show what it would do; nothing is changed."""
        self.drop()
        self._examples.hide()
        place = Place(self._state.playhead, tuple(self._state.selection))
        reply = read(sentence, self._session.desk, place)
        self._add(controls.label(sentence, "title", wrap=True))
        for problem in reply.problems:
            self._add(controls.label(problem, "warn", wrap=True))
        if reply.hint:
            self._add(controls.label(reply.hint, "secondary", wrap=True))
        if reply.operations:
            self._offer = _Offer(sentence, reply, self._session.place)
            self._add(self._ticks(self._offer))
            self._try_out()
        bar = self._area.verticalScrollBar()
        bar.rangeChanged.connect(lambda _, end: bar.setValue(end))

    def _ticks(self, offer: _Offer) -> QWidget:
        box = offer.box = QWidget()
        column = controls.column(box, gap=4)
        for operation in offer.reply.operations:
            tick = QCheckBox(operation.name)
            tick.setChecked(True)
            tick.setAccessibleDescription(operation.words)
            tick.toggled.connect(lambda _: self._try_out())
            offer.ticks.append((tick, operation))
            column.addWidget(tick)
            words = controls.label(operation.words, "secondary", wrap=True)
            words.setContentsMargins(24, 0, 0, 0)
            column.addWidget(words)
        row = controls.line()
        row.addWidget(controls.button("Apply", lambda: self._bench.do("chat_apply"), "primary"))
        row.addWidget(controls.button("Not this", lambda: self._bench.do("chat_drop"), "quiet"))
        row.addStretch()
        column.addLayout(row)
        return box

    def _add(self, widget: QWidget) -> None:
        self._talk.insertWidget(self._talk.count() - 1, widget)

    def _try_out(self) -> None:
        """Let the viewer show the ticked operations."""
        offer = self._offer
        if offer is None:
            return
        try:
            desk = offer.reply.changed(self._session.desk, offer.chosen)
        except ClappperError:
            self._state.try_out(None)
            return
        self._state.try_out(desk.timeline if offer.chosen else None)

    def apply(self) -> None:
        """Take what is ticked, as one undo step.

        Raises:
            ClappperError: nothing is offered or ticked, or one of the operations has become impossible.
        """
        offer = self._offer
        if offer is None or not offer.chosen:
            raise ClappperError(
                "There is nothing to apply.", "Say what should be different, and tick a part of it."
            )
        take(self._session, offer.sentence, offer.reply, offer.chosen)
        self._settle(offer)
        self._add(controls.label("Applied. Undo takes it back.", "ok", wrap=True))
        errors.tell(self, f"{self._session.undo_name} is applied.")

    def drop(self) -> None:
        """Let go of what is offered."""
        if self._offer is not None:
            self._settle(self._offer)

    def _settle(self, offer: _Offer) -> None:
        self._offer = None
        self._state.try_out(None)
        if offer.box is not None:
            offer.box.setEnabled(False)

    def _on_history(self) -> None:
        """An offer was made for another edit than the one there is now."""
        if self._offer is not None and self._offer.place != self._session.place:
            self.drop()

    def sizeHint(self) -> QSize:
        return QSize(320, 360)
