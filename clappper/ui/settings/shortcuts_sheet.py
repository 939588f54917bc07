"""The shortcuts editor: presets, search, other keys, and a warning where two things share one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QKeySequenceEdit, QLineEdit, QWidget

from clappper.base.errors import ClappperError
from clappper.ui import controls, errors
from clappper.ui.actions import PRESETS, Action
from clappper.ui.rows import Column, RowsModel, RowsTable
from clappper.ui.shortcuts import Conflict, KeyMap, ShortcutFile
from clappper.ui.tokens import Tokens

TITLES = {"premiere": "Premiere", "resolve": "Resolve", "kdenlive": "Kdenlive", "shotcut": "Shotcut"}

JUDGING = (("Review: reviewer's keys", False), ("Review: editor habits", True))


@dataclass(frozen=True)
class KeyRow:
    """An action with the keys in force; ``clash`` names what else one of them means there."""

    action: Action
    keys: tuple[str, ...]
    changed: bool
    clash: str


COLUMNS: tuple[Column[KeyRow], ...] = (
    Column("Action", lambda row: row.action.text.removesuffix("…"), 240, stretch=True),
    Column(
        "Where",
        lambda row: "Everywhere" if row.action.scope == "window" else row.action.scope.capitalize(),
        100,
    ),
    Column("Keys", lambda row: ",  ".join(row.keys), 190, figures=True),
    Column(
        "",
        lambda row: row.clash or ("changed" if row.changed else ""),
        150,
        sign=lambda row: ("warning", "warn") if row.clash else None,
    ),
)


class ShortcutsSheet(QWidget):
    """Every change is in force and kept at once. ``use`` puts a key map in force."""

    def __init__(
        self,
        tokens: Tokens,
        actions: Sequence[Action],
        file: ShortcutFile,
        keymap: KeyMap,
        use: Callable[[KeyMap], None],
    ) -> None:
        super().__init__()
        self._actions, self._file, self._use = tuple(actions), file, use
        self.keymap = keymap
        self.preset, self.judging = QComboBox(), QComboBox()
        self.words, self.keys = QLineEdit(), QKeySequenceEdit()
        self.model = RowsModel(
            COLUMNS, tokens, lambda row: row.action.id, lambda row: row.action.tip or row.action.text
        )
        self.table = RowsTable(self.model, COLUMNS, tokens, "Shortcuts")
        self.warning = controls.label("", "warn", wrap=True)
        self._build(tokens)
        self._refresh()

    def set_keys(self, action: Action, keys: tuple[str, ...]) -> None:
        """Give an action other keys."""
        self._take(self.keymap.with_keys(action, keys))

    def _build(self, tokens: Tokens) -> None:
        layout = controls.column(self, gap=tokens.gap, pad=tokens.group)
        layout.addWidget(controls.label("Keyboard shortcuts", "heading"))
        head = controls.line()
        for name in PRESETS:
            self.preset.addItem(TITLES[name], name)
        self.preset.setCurrentIndex(PRESETS.index(self.keymap.preset))
        self.preset.setAccessibleName("Preset")
        for text, habits in JUDGING:
            self.judging.addItem(text, habits)
        self.judging.setCurrentIndex(int(self.keymap.habits))
        self.judging.setAccessibleName("Keys of Review")
        self.judging.setToolTip("Editor habits: Space plays, P passes and X fails a clip.")
        self.words.setPlaceholderText("Search actions and keys")
        self.words.setAccessibleName("Search actions and keys")
        head.addWidget(self.preset)
        head.addWidget(self.judging)
        head.addWidget(self.words, 1)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.warning)
        foot = controls.line()
        self.keys.setAccessibleName("New key")
        self.keys.setMaximumSequenceLength(1)
        foot.addWidget(controls.label("Press a key:", "secondary"))
        foot.addWidget(self.keys, 1)
        foot.addWidget(controls.button("Set", lambda: self._give(add=False), "primary"))
        foot.addWidget(controls.button("Add", lambda: self._give(add=True)))
        foot.addWidget(controls.button("No key", self._clear))
        foot.addWidget(controls.button("Reset", self._reset))
        foot.addWidget(controls.button("Reset all", self._reset_all, "quiet"))
        layout.addLayout(foot)
        self.preset.activated.connect(
            lambda: self._take(replace(self.keymap, preset=PRESETS[self.preset.currentIndex()]))
        )
        self.judging.activated.connect(
            lambda: self._take(replace(self.keymap, habits=bool(self.judging.currentData())))
        )
        self.words.textChanged.connect(self._refresh)
        self.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _give(self, *, add: bool) -> None:
        row: KeyRow | None = self.table.chosen()
        key = self.keys.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if row is not None and key:
            self.set_keys(row.action, tuple(dict.fromkeys((*row.keys, key))) if add else (key,))
            self.keys.clear()

    def _clear(self) -> None:
        row: KeyRow | None = self.table.chosen()
        if row is not None:
            self.set_keys(row.action, ())

    def _reset(self) -> None:
        row: KeyRow | None = self.table.chosen()
        if row is not None:
            self.set_keys(row.action, self.keymap.preset_keys(row.action))

    def _reset_all(self) -> None:
        self._take(KeyMap(self.keymap.preset, habits=self.keymap.habits))

    def _take(self, keymap: KeyMap) -> None:
        try:
            self._file.save(keymap)
        except ClappperError as error:
            errors.show(self, error)
            return
        self.keymap = keymap
        self._use(keymap)
        self._refresh()

    def _refresh(self) -> None:
        conflicts = self.keymap.conflicts(self._actions)
        words = self.words.text().casefold()
        rows = [self._row(action, conflicts) for action in self._actions]
        self.model.show_records(
            [
                row
                for row in rows
                if words in f"{row.action.text} {row.action.scope} {' '.join(row.keys)}".casefold()
            ]
        )
        self.warning.setVisible(bool(conflicts))
        count = len(conflicts)
        text = "One key means two things." if count == 1 else f"{count} keys mean two things."
        self.warning.setText(f"{text} Only unique keys work: give one of the two another.")

    def _row(self, action: Action, conflicts: Sequence[Conflict]) -> KeyRow:
        others = {
            other: conflict.key
            for conflict in conflicts
            if action.id in conflict.actions
            for other in conflict.actions
        }
        others.pop(action.id, None)
        texts = {one.id: one.text for one in self._actions}
        clash = ", ".join(f"{key} is {texts[name]}" for name, key in others.items())
        return KeyRow(action, self.keymap.keys(action), action.id in self.keymap.changed, clash)
