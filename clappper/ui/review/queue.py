"""The clips to judge: which of them, in which order, and how far the reviewer has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QProgressBar

from clappper.brief.direction import own_words
from clappper.flow.reviewing.review_desk import Filter, ReviewClip
from clappper.jobs.model import JobChanged, JobState
from clappper.review.ratings import PredictorTrained, Rating, RatingSaved
from clappper.review.tags import TAGS
from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.bridge import run, watch
from clappper.ui.review.keyed import KeyedPanel
from clappper.ui.reviewing.state import WORTH
from clappper.ui.rows import Column, RowsModel, RowsTable

LISTS = (
    ("To judge", "unrated"),
    ("Worth looking at", WORTH),
    ("Unsure", "unsure"),
    ("To make again", "flagged"),
    ("Judged", "rated"),
    ("All clips", "all"),
)
Row = tuple[int, ReviewClip, Rating | None]
PAUSE_MS = 150
"""After the last letter of a search."""
LEAVING = {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}
SIGNS = {True: ("check", "ok"), False: ("x", "error"), None: ("question", "warn")}
COLUMNS: tuple[Column[Row], ...] = (
    Column("", lambda row: str(row[0] + 1), 32, figures=True),
    Column("Asked for", lambda row: own_words(row[1].prompt) or row[1].path.name, 150, stretch=True),
    Column("Said", lambda row: _word(row[2]), 92, sign=lambda row: SIGNS[row[2].passed] if row[2] else None),
)


class SearchField(QLineEdit):
    """Escape and Return give the keyboard back to the clip."""

    def __init__(self, left: Callable[[], object]) -> None:
        super().__init__()
        self._left = left

    def event(self, event: QEvent) -> bool:
        """Keep these keys from storing the rating."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in LEAVING
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in LEAVING:
            self._left()
        else:
            super().keyPressEvent(event)


class QueuePanel(KeyedPanel):
    """Lists the clips; the one in hand is chosen. Pressing a row takes that clip in hand."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.state = bench.review
        tokens = bench.tokens
        self.lists, self.scenes, self.tags, self.makers = (QComboBox() for _ in range(4))
        self.words = SearchField(partial(bench.do, "review_to_clip"))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self.done = QProgressBar()
        self.progress = controls.label("", "dense")
        self.model = RowsModel(
            COLUMNS, tokens, lambda row: (row[0], row[1].asset_id), lambda row: row[1].prompt
        )
        self.table = RowsTable(self.model, COLUMNS, tokens, "Clips to judge")
        self._build()
        self._bind()
        self._show_rows()
        run(self, self.state.foretell())

    def verbs(self) -> dict[str, Callable[[], object]]:
        state = self.state
        shown = {f"review_list_{name}": partial(self._show_list, name) for _, name in LISTS}
        return {
            **shown,
            "review_skip": lambda: state.go(1),
            "review_next": lambda: state.go(1),
            "review_back": lambda: state.go(-1),
            "review_undo": state.undo,
            "review_search": lambda: self.words.setFocus(Qt.FocusReason.ShortcutFocusReason),
            "review_blind": lambda: state.switch("open" if state.desk.mode == "blind" else "blind"),
            "review_assist": lambda: state.switch("blind" if state.desk.mode == "assist" else "assist"),
        }

    def _build(self) -> None:
        tokens = self._bench.tokens
        for text, name in LISTS:
            self.lists.addItem(text, name)
        for box, what in (
            (self.lists, "Which clips to show"),
            (self.scenes, "Only of this scene"),
            (self.tags, "Only with this tag"),
            (self.makers, "Only by this provider"),
        ):
            box.setAccessibleName(what)
            box.setToolTip(what)
            box.setMinimumContentsLength(6)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.words.setPlaceholderText("Search what was asked for")
        self.words.setAccessibleName("Search what was asked for")
        self.words.setClearButtonEnabled(True)
        self.done.setTextVisible(False)
        self.done.setAccessibleName("How many are judged")
        layout = controls.column(self, gap=tokens.gap)
        layout.setContentsMargins(tokens.pad, tokens.gap, 4, tokens.gap)
        head = controls.line(gap=4)
        head.addWidget(self.lists, 1)
        self.blind = self.tool("review_blind", "eye-slash", checkable=True)
        self.assist = self.tool("review_assist", "lightbulb", checkable=True)
        head.addWidget(self.blind)
        head.addWidget(self.assist)
        layout.addLayout(head)
        layout.addWidget(self.words)
        filters = controls.line(gap=4)
        for box in (self.scenes, self.tags, self.makers):
            filters.addWidget(box, 1)
        layout.addLayout(filters)
        layout.addWidget(self.done)
        layout.addWidget(self.progress)
        self.table.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        layout.addWidget(self.table, 1)
        self.setMinimumWidth(200)

    def _bind(self) -> None:
        for box in (self.lists, self.scenes, self.tags, self.makers):
            box.activated.connect(self._filter)
        self.words.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self._filter)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        state, hub = self.state, self._bench.session.hub
        state.queue_changed.connect(self._show_rows)
        state.clip_changed.connect(self._choose_row)
        state.mode_changed.connect(self._show_mode)
        self._show_mode()
        watch(self, hub, JobChanged, self._on_jobs)
        watch(self, hub, RatingSaved, lambda _: self._show_rows())
        watch(self, hub, PredictorTrained, lambda _: self._ask_anew())

    def _on_jobs(self, events: tuple[JobChanged, ...]) -> None:
        if any(event.state is JobState.DONE for event in events):
            self.state.refresh()
            run(self, self.state.foretell())

    def _ask_anew(self) -> None:
        self.state.forget_guesses()
        run(self, self.state.foretell())

    def _show_list(self, name: str) -> None:
        self.lists.setCurrentIndex(self.lists.findData(name))
        self._filter()

    def _filter(self) -> None:
        scene, tag, maker = (box.currentData() or "" for box in (self.scenes, self.tags, self.makers))
        self.state.show_only(Filter(self.lists.currentData(), maker, scene, tag, self.words.text()))

    def _show_mode(self) -> None:
        mode = self.state.desk.mode
        self.makers.setVisible(mode != "blind")
        for button, name in ((self.blind, "blind"), (self.assist, "assist")):
            button.setChecked(mode == name)
            self._bench.check(f"review_{name}", mode == name)
        if mode == "blind" and self.makers.currentIndex() > 0:
            self.makers.setCurrentIndex(0)
            self._filter()

    def _show_rows(self) -> None:
        state = self.state
        said = zip(state.clips, state.said(), strict=True)
        self.model.show_records([(at, clip, word) for at, (clip, word) in enumerate(said)])
        done = sum(1 for _, _, word in self.model.records if word)
        self._show_done(done, len(state.clips))
        self.progress.setText(f"{done} of {len(state.clips)} judged" if state.clips else self._nothing())
        everything = state.everything.values()
        _offer(self.scenes, "Scene", {one.scene_id: f"Scene {one.scene_id}" for one in everything})
        _offer(self.makers, "Provider", {one.provider: one.provider for one in everything})
        _offer(self.tags, "Tag", {tag.code: tag.text for tag in TAGS})
        self._choose_row()

    def _show_done(self, done: int, count: int) -> None:
        """Fill the bar; by itself it would paint the window at once, before the next clip is there."""
        self.done.setUpdatesEnabled(False)
        self.done.setRange(0, max(1, count))
        self.done.setValue(done)
        self.done.setUpdatesEnabled(True)

    def _nothing(self) -> str:
        if not self.state.everything:
            return "Nothing was generated yet."
        if self.state.wanted == Filter(state="unrated"):
            return "All clips are judged."
        return "No clip is in this list."

    def _choose_row(self) -> None:
        index = self.model.index(self.state.place, 0)
        if index.isValid() and self.table.currentIndex().row() != self.state.place:
            flags = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def _row_chosen(self) -> None:
        row = self.table.currentIndex().row()
        if row not in {-1, self.state.place} and row < len(self.state.clips):
            self.state.go_to(row)


def _offer(box: QComboBox, everything: str, texts: dict[str, str]) -> None:
    """Fill a filter; what was chosen stays."""
    wanted: Iterable[tuple[str, str]] = (("", everything), *sorted(texts.items(), key=lambda one: one[1]))
    now = [(box.itemData(at), box.itemText(at)) for at in range(box.count())]
    if now != list(wanted):
        chosen = box.currentData()
        box.clear()
        for name, text in wanted:
            box.addItem(text, name)
        box.setCurrentIndex(max(0, box.findData(chosen)))


def _word(rating: Rating | None) -> str:
    if rating is None:
        return ""
    verdict = {True: "pass", False: "fail", None: "unsure"}[rating.passed]
    return f"{rating.overall} {verdict}" if rating.overall else verdict
