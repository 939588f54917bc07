"""The rating of one clip: score, pass or fail, tags with their keys, and a note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from textwrap import shorten

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from clappper.review.tags import TAGS
from clappper.ui import controls, icons
from clappper.ui.bench import Bench
from clappper.ui.review.keyed import KeyedPanel, with_key
from clappper.ui.reviewing.drafts import decided, turned
from clappper.ui.reviewing.state import Against

SCORES = range(1, 6)
LONGEST_PROMPT = 220
"""Characters that are shown; a tip shows all."""
VERDICTS = ((True, "Pass", "thumbs-up"), (False, "Fail", "thumbs-down"), (None, "Unsure", ""))
CHOICES = ("the left one is better", "the right one", "no difference")
QUESTION = " ".join(f"{key}: {choice}." for key, choice in enumerate(CHOICES, 1))
WORDS = {1: "Unusable", 2: "Poor", 3: "Fair", 4: "Good", 5: "Excellent"}


class NoteField(QPlainTextEdit):
    """A note; Escape and Ctrl+Return give the keyboard back to the clip."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        done = event.key() == Qt.Key.Key_Escape or (
            event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        )
        if done:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class RatingPanel(KeyedPanel):
    """Shows what is being said of the clip in hand; presses and keys change it, nothing else stores it."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.state = bench.review
        self.prompt = controls.label("", wrap=True)
        self.question = controls.label(QUESTION, "info", wrap=True)
        self.scores = {score: self._chip(str(score), partial(self.state.score, score)) for score in SCORES}
        self.verdicts: dict[bool | None, QPushButton] = {}
        self.tags: dict[str, QPushButton] = {}
        self._pass_keys = {"review_pass": "", "review_verdict": ""}
        self.note = NoteField()
        self._asked = QWidget()
        self._build()
        self._bind()
        self._show_clip()

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Everything by one key; in pairs 1, 2 and 3 choose."""
        state = self.state
        return {
            **{f"rate_{score}": partial(state.score, score) for score in SCORES},
            **{f"tag_{tag.code}": partial(state.tag, tag.code) for tag in TAGS},
            "review_verdict": lambda: state.change(turned(state.draft)),
            "review_pass": partial(self._decide, passed=True),
            "review_fail": partial(self._decide, passed=False),
            "review_unsure": partial(self._decide, passed=None),
            "review_commit": state.commit,
            "review_note": lambda: self.note.setFocus(Qt.FocusReason.ShortcutFocusReason),
            "review_send_back": self._send_back,
        }

    def _build(self) -> None:
        tokens = self._bench.tokens
        inner = controls.panel()
        layout = controls.column(inner, gap=6)
        layout.setContentsMargins(tokens.pad, 4, tokens.pad, tokens.gap)
        layout.addWidget(controls.label("Asked for", "dense"))
        layout.addWidget(self.prompt)
        layout.addSpacing(4)
        layout.addWidget(self.question)
        layout.addLayout(self._score_line())
        layout.addLayout(self._verdict_line())
        self._section(layout, "What is wrong")
        layout.addLayout(self._tag_grid())
        self._section(layout, "Note")
        self.note.setAccessibleName("Note")
        self.note.setFixedHeight(52)
        self.note.setTabChangesFocus(True)
        self.follow_key("review_note", self._print_note_key)
        layout.addWidget(self.note)
        layout.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = controls.column(self, gap=0)
        whole.addWidget(scroll, 1)
        whole.addLayout(self._foot())
        self.setMinimumSize(280, 400)

    def _foot(self) -> QVBoxLayout:
        tokens = self._bench.tokens
        foot = controls.line(gap=tokens.gap)
        foot.setContentsMargins(tokens.pad, 6, tokens.pad, tokens.gap)
        self.back = controls.button("Send back", lambda: self._bench.do("review_send_back"), "quiet")
        self.store = controls.button("Store and go on", lambda: self._bench.do("review_commit"), "primary")
        for button, name, tip in (
            (self.back, "review_send_back", "Send back to Prompt Coach"),
            (self.store, "review_commit", "Store and go on"),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.follow_key(name, partial(_tell, button, tip))
        foot.addWidget(self.back)
        foot.addStretch()
        foot.addWidget(self.store)
        outer = controls.column(gap=0)
        outer.addLayout(foot)
        return outer

    def _section(self, layout: QVBoxLayout, text: str) -> None:
        layout.addSpacing(4)
        layout.addWidget(controls.label(text, "dense"))

    def _chip(self, text: str, press: Callable[[], object], tip: str = "") -> QPushButton:
        made = controls.button(text, press, "chip", tip=tip)
        made.setCheckable(True)
        made.setMinimumHeight(self._bench.tokens.control)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def _score_line(self) -> QGridLayout:
        line = QGridLayout()
        line.setSpacing(4)
        for score, chip in self.scores.items():
            chip.setAccessibleName(f"Rate {score} of 5")
            self.follow_key(f"rate_{score}", partial(_tell, chip, f"{WORDS[score]}: rate {score} of 5"))
            line.addWidget(chip, 0, score - 1)
        return line

    def _verdict_line(self) -> QGridLayout:
        line = QGridLayout()
        line.setSpacing(4)
        for place, (passed, text, icon) in enumerate(VERDICTS):
            chip = self.verdicts[passed] = self._chip(text, partial(self._decide, passed=passed))
            if icon:
                controls.put_icon(chip, icons.icon(icon, self._bench.tokens))
            line.addWidget(chip, 0, place)
        self._print_key(self.verdicts[False], "Fail", "review_fail")
        self._print_key(self.verdicts[None], "Unsure", "review_unsure")
        for name in self._pass_keys:
            self.follow_key(name, partial(self._print_pass_key, name))
        self.verdicts[True].setToolTip("Pass; the key of pass or fail pressed again says fail")
        return line

    def _print_pass_key(self, name: str, key: str) -> None:
        """Print the key of *Pass*, or else that of *Pass or fail*."""
        self._pass_keys[name] = key
        printed = next(filter(None, self._pass_keys.values()), "")
        self.verdicts[True].setText(f"Pass  {printed}".rstrip())

    def _tag_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for number, tag in enumerate(TAGS):
            chip = self.tags[tag.code] = self._chip(tag.text, partial(self.state.tag, tag.code), tag.advice)
            self._print_key(chip, tag.text, f"tag_{tag.code}")
            grid.addWidget(chip, number // 2, number % 2)
        return grid

    def _print_key(self, chip: QPushButton, text: str, name: str) -> None:
        self.follow_key(name, lambda key: chip.setText(f"{text}  {key}".rstrip()))

    def _print_note_key(self, key: str) -> None:
        self.note.setPlaceholderText(f"Press {key} to write, Esc when done" if key else "Esc when done")

    def _bind(self) -> None:
        state = self.state
        state.clip_changed.connect(self._show_clip)
        state.queue_changed.connect(self._show_clip)
        state.draft_changed.connect(self._show_draft)
        state.against_changed.connect(self._show_clip)
        self.note.textChanged.connect(self._note_changed)
        self.note.left.connect(lambda: self._bench.do("review_to_clip"))

    def _show_clip(self) -> None:
        clip, pair = self.state.clip, self.state.against is Against.PAIR
        for part in (*self.verdicts.values(), *self.tags.values(), self.note, self.back, self.store):
            part.setEnabled(clip is not None and not pair)
        for score, chip in self.scores.items():
            chip.setEnabled(clip is not None and (score <= len(CHOICES) or not pair))
        asked = (clip.prompt or clip.path.name) if clip else "Nothing yet."
        self.prompt.setText(shorten(asked, LONGEST_PROMPT, placeholder="…"))
        self.prompt.setToolTip(asked)
        self.question.setVisible(pair)
        self._show_draft()

    def _show_draft(self) -> None:
        draft = self.state.draft
        for score, chip in self.scores.items():
            chip.setChecked(draft.overall == score)
        said = None if draft.is_empty else draft.verdict
        for passed, chip in self.verdicts.items():
            chip.setChecked(draft.unsure if passed is None else said is passed)
        for code, chip in self.tags.items():
            chip.setChecked(code in draft.tags)
        if self.note.toPlainText() != draft.notes:
            self.note.setPlainText(draft.notes)

    def _note_changed(self) -> None:
        text = self.note.toPlainText()
        if text != self.state.draft.notes:
            self.state.draft = replace(self.state.draft, notes=text)

    def _decide(self, *, passed: bool | None) -> None:
        self.state.change(decided(self.state.draft, passed=passed))

    def _send_back(self) -> None:
        """Open the brief with a fix for every tag."""
        self.state.send_back()
        self._bench.do("workspace_brief")
        self._bench.do("preflight")


def _tell(button: QPushButton, tip: str, key: str) -> None:
    button.setToolTip(with_key(tip, key))
