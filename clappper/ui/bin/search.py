"""The head of the bin: words and kinds that narrow what is listed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.bin.model import Kind, Wanted


class Search(QWidget):
    """Says what is ``wanted`` whenever that changes."""

    wanted = Signal(object)

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        tokens = bench.tokens
        self._wanted = Wanted()
        self._kinds: dict[Kind, QAbstractButton] = {}
        outer = controls.column(self, gap=0)
        head = controls.panel()
        outer.addWidget(head)
        row = controls.column(head, gap=6)
        row.setContentsMargins(tokens.pad, tokens.gap, tokens.pad, tokens.gap)
        self.words = QLineEdit()
        self.words.setPlaceholderText("Search media")
        self.words.setAccessibleName("Search media")
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(lambda words: self._want(Wanted(self._wanted.kind, words)))
        top = controls.line(gap=4)
        top.addWidget(self.words, 1)
        top.addWidget(
            controls.icon_button(
                "download-simple", tokens, "Import media  (Ctrl+I)", lambda: bench.do("import_media")
            )
        )
        row.addLayout(top)
        chips = controls.line(gap=4)
        for kind in Kind:
            chip = controls.button(kind.value, partial(self.choose_kind, kind), "chip")
            chip.setCheckable(True)
            chip.setChecked(kind is Kind.ALL)
            self._kinds[kind] = chip
            chips.addWidget(chip)
        chips.addStretch()
        row.addLayout(chips)

    def choose_kind(self, kind: Kind) -> None:
        for one, chip in self._kinds.items():
            chip.setChecked(one is kind)
        self._want(Wanted(kind, self._wanted.words))

    def clear(self) -> None:
        """List everything."""
        self.words.clear()
        self.choose_kind(Kind.ALL)

    def _want(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self.wanted.emit(wanted)
