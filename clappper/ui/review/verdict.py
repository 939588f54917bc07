"""The verdict on one clip: score, pass or fail, tags with their keys, a note, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from clappper.flow.review_desk import Draft, ReviewClip
from clappper.review.metrics import described, place_among
from clappper.review.predictor import Prediction
from clappper.review.records import StoredMetric
from clappper.review.tags import TAGS
from clappper.ui import controls
from clappper.ui.tokens import Tokens

SCORES = range(1, 6)


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


class VerdictPanel(QWidget):
    """Shows a draft and changes it by clicks; ``changed`` carries the new one."""

    changed = Signal(object)

    def __init__(self, tokens: Tokens, do: Callable[[str], None]) -> None:
        super().__init__()
        self._tokens, self._do = tokens, do
        self._draft = Draft()
        self.title = controls.label("", "title")
        self.facts = controls.label("", "secondary", wrap=True)
        self.prompt = controls.label("", "secondary", wrap=True)
        self.scores = QButtonGroup(self, exclusive=False)
        self.verdicts = QButtonGroup(self, exclusive=False)
        self.tags = {
            tag.code: controls.button(
                f"{tag.text}  {tag.key}", _presser(self._toggle_tag, tag.code), "chip", tip=tag.advice
            )
            for tag in TAGS
        }
        self.note = NoteField()
        self.metrics = QWidget()
        self._metric_grid = QGridLayout(self.metrics)
        self._build()
        self._bind()

    def show_clip(
        self, clip: ReviewClip | None, draft: Draft, title: str, *, blind: bool, guess: str = ""
    ) -> None:
        """Show whose verdict it is; while blind, not who made the clip. ``guess`` is the predictor's."""
        self.setEnabled(clip is not None)
        self.title.setText(title)
        self.prompt.setText(clip.prompt if clip else "")
        facts = _facts(clip, blind=blind) if clip else ""
        self.facts.setText("\n".join(filter(None, (facts, guess))))
        self.show_draft(draft)

    def show_draft(self, draft: Draft) -> None:
        self._draft = draft
        for score in SCORES:
            self.scores.button(score).setChecked(draft.overall == score)
        said = {1: draft.verdict is True, 2: draft.verdict is False, 3: draft.unsure}
        for number, on in said.items():
            self.verdicts.button(number).setChecked(on)
        for code, chip in self.tags.items():
            chip.setChecked(code in draft.tags)
        if self.note.toPlainText() != draft.notes:
            self.note.setPlainText(draft.notes)

    def show_metrics(
        self,
        stored: Sequence[StoredMetric],
        project: Sequence[StoredMetric],
        *,
        blind: bool,
        faces_allowed: bool = True,
    ) -> None:
        """Show each number with its place, and faces against the brief; nothing while blind."""
        while (item := self._metric_grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if blind:
            self._row(0, "Hidden while blind; press B to see them.", "", "")
            return
        known = [one for one in stored if one.value is not None]
        if not known:
            reason = stored[0].reason if stored else "They come when the clip was measured."
            self._row(0, reason, "", "")
            return
        for row, one in enumerate(known):
            told = described(one.name, one.value, one.version, one.reason)
            own = [other.value for other in project if other.name == one.name and other.value is not None]
            place = place_among(one.value or 0.0, own)
            places = [f"{told.percentile} % of reference clips" if told.percentile is not None else ""]
            places += [f"{place} % of this project" if place is not None else ""]
            unwanted = one.name == "faces" and not faces_allowed and one.value
            self._row(
                row,
                f"{told.text}, though the brief allows none" if unwanted else told.text,
                f"{one.value:.3g} {told.unit}".strip(),
                "higher than " + ", ".join(filter(None, places)) if any(places) else "",
                quality=told.is_quality,
                tip=one.reason,
            )
        missing = [one for one in stored if one.value is None]
        if missing:
            names = ", ".join(described(one.name, None, one.version).text for one in missing)
            tip = "\n".join(dict.fromkeys(f"{one.name}: {one.reason}" for one in missing))
            self._row(len(known), f"Not computed: {names}", "", "", tip=tip)

    def _row(
        self, row: int, text: str, value: str, place: str, *, quality: bool = False, tip: str = ""
    ) -> None:
        name = controls.label(text, "" if quality else "secondary", wrap=not value)
        name.setToolTip(
            tip or ("People's ratings follow it." if quality else "A fact; ratings do not follow it.")
        )
        if not value:
            self._metric_grid.addWidget(name, row, 0, 1, 2)
            return
        number = controls.label(value, "mono")
        number.setAlignment(Qt.AlignmentFlag.AlignRight)
        number.setToolTip(place)
        self._metric_grid.addWidget(name, row, 0)
        self._metric_grid.addWidget(number, row, 1)

    def _build(self) -> None:
        tokens = self._tokens
        inner = QWidget()
        layout = controls.column(inner, gap=tokens.gap, pad=tokens.pad)
        layout.addWidget(self.title)
        layout.addWidget(self.facts)
        layout.addWidget(self.prompt)
        layout.addSpacing(tokens.gap)
        layout.addLayout(self._score_line())
        layout.addLayout(self._verdict_line())
        layout.addSpacing(tokens.gap)
        self._section(layout, "What is wrong")
        grid = QGridLayout()
        grid.setSpacing(4)
        for number, chip in enumerate(self.tags.values()):
            chip.setCheckable(True)
            chip.setMinimumHeight(tokens.control)
            grid.addWidget(chip, number // 2, number % 2)
        layout.addLayout(grid)
        layout.addSpacing(tokens.gap)
        self._section(layout, "Note")
        self.note.setAccessibleName("Note")
        self.note.setPlaceholderText("Press N to write, Esc when done")
        self.note.setFixedHeight(64)
        layout.addWidget(self.note)
        layout.addSpacing(tokens.gap)
        self._section(layout, "Measured")
        self._metric_grid.setContentsMargins(0, 0, 0, 0)
        self._metric_grid.setVerticalSpacing(2)
        layout.addWidget(self.metrics)
        layout.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = controls.column(self, gap=0)
        whole.addWidget(scroll, 1)
        foot = controls.line(gap=tokens.gap, pad=tokens.pad)
        foot.addWidget(
            controls.button(
                "Send back",
                lambda: self._do("review_send_back"),
                "quiet",
                tip="Send back to Prompt Coach (R)",
            )
        )
        foot.addStretch()
        foot.addWidget(
            controls.button("Store and go on", lambda: self._do("review_commit"), "primary", tip="Return")
        )
        whole.addLayout(foot)

    def _section(self, layout: QVBoxLayout, text: str) -> None:
        layout.addWidget(controls.label(text, "title"))

    def _score_line(self) -> QGridLayout:
        line = QGridLayout()
        line.setSpacing(4)
        for score in SCORES:
            made = controls.button(
                str(score), _presser(self._score, score), "chip", tip=f"Rate {score} of 5 ({score})"
            )
            made.setAccessibleName(f"Rate {score} of 5")
            made.setCheckable(True)
            made.setMinimumHeight(self._tokens.control)
            self.scores.addButton(made, score)
            line.addWidget(made, 0, score - 1)
        return line

    def _verdict_line(self) -> QGridLayout:
        line = QGridLayout()
        line.setSpacing(4)
        words = ((1, "Pass", "Space"), (2, "Fail", "Space again"), (3, "Unsure", "U"))
        for number, text, key in words:
            made = controls.button(text, _presser(self._decide, number), "chip", tip=f"{text} ({key})")
            made.setCheckable(True)
            made.setMinimumHeight(self._tokens.control)
            self.verdicts.addButton(made, number)
            line.addWidget(made, 0, number - 1)
        return line

    def _bind(self) -> None:
        self.note.textChanged.connect(self._note_changed)

    def _note_changed(self) -> None:
        text = self.note.toPlainText()
        if text != self._draft.notes:
            self._draft = replace(self._draft, notes=text)
            self.changed.emit(self._draft)

    def _score(self, score: int) -> None:
        self.changed.emit(scored(self._draft, score))

    def _decide(self, number: int) -> None:
        self.changed.emit(
            replace(self._draft, passed={1: True, 2: False, 3: None}[number], unsure=number == 3)
        )

    def _toggle_tag(self, code: str) -> None:
        self.changed.emit(tagged(self._draft, code))


def scored(draft: Draft, score: int) -> Draft:
    """Give a score; the same once more takes it back."""
    return replace(draft, overall=None if draft.overall == score else score, unsure=False)


def tagged(draft: Draft, code: str) -> Draft:
    """Put a tag on, or take it off."""
    tags = tuple(tag for tag in draft.tags if tag != code)
    return replace(draft, tags=tags if code in draft.tags else (*tags, code))


def decided(draft: Draft) -> Draft:
    """Turn pass into fail and back; the first press says pass, unless the score said so."""
    return replace(draft, passed=not draft.verdict, unsure=False)


def _presser(act: Callable[[int], None] | Callable[[str], None], value: object) -> Callable[[], None]:
    return lambda: act(value)  # type: ignore[arg-type]


def guess_of(found: Prediction | None) -> str:
    """Say what the predictor expects, and why."""
    if found is None:
        return "Working out what the predictor expects."
    if found.chance is None:
        return f"The predictor abstains: {found.abstained}"
    between = f" ({found.low:.0%} to {found.high:.0%})" if found.low is not None is not found.high else ""
    why = "".join(f"\n{'+' if one.effect > 0 else '−'} {one.text}" for one in found.reasons[:3])
    return f"Expected to pass: {found.chance:.0%}{between}{why}"


def _facts(clip: ReviewClip, *, blind: bool) -> str:
    shape = f"Scene {clip.scene_id}, {clip.seconds:.1f} s at {clip.fps:g} fps"
    if blind:
        return shape
    cost = "cost unknown" if clip.cost is None else f"{clip.cost}"
    took = "" if clip.latency_seconds is None else f", took {clip.latency_seconds:.0f} s"
    maker = f"{clip.provider} {clip.model}, {cost}{took}"
    credit = "\nPowered by Runway" if clip.provider == "runway" else ""
    return f"{shape}\n{maker}{credit}"
