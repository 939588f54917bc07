"""What is known of a clip without looking: who made it, what the predictor expects, and what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QStackedWidget, QWidget

from clappper.flow.reviewing.review_desk import ReviewClip
from clappper.review.metrics import Measured, described, place_among
from clappper.review.ratings import MetricsReady
from clappper.review.records import StoredMetric
from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.review.keyed import KeyedPanel
from clappper.ui.review.measuring_bar import MeasuringBar
from clappper.ui.tokens import Tokens

if TYPE_CHECKING:
    from clappper.review.prediction import Prediction

FOLLOWED, FACT = "People's ratings follow it.", "A fact; ratings do not follow it."
REASONS = 4
GOOD_FROM, BAD_BELOW = 67, 33


class PlaceBar(QWidget):
    """Where a number stands among others, 0 to 100; nothing where that is not known."""

    def __init__(self, tokens: Tokens, place: int | None, better: int, words: str) -> None:
        super().__init__()
        self._tokens, self._place, self._better = tokens, place, better
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setMinimumWidth(56)

    def sizeHint(self) -> QSize:
        return QSize(72, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._place is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            middle = self.height() / 2
            painter.setBrush(QColor(self._tokens.well))
            painter.drawRoundedRect(QRectF(0, middle - 2, self.width(), 4), 2, 2)
            painter.setBrush(QColor(self._colour()))
            left = (self.width() - 6) * self._place / 100
            painter.drawRoundedRect(QRectF(left, middle - 6, 6, 12), 3, 3)

    def _colour(self) -> str:
        """Good and bad only where ratings follow the number."""
        if not self._better or self._place is None:
            return self._tokens.secondary
        goodness = self._place if self._better > 0 else 100 - self._place
        if goodness >= GOOD_FROM:
            return self._tokens.ok
        return self._tokens.warn if goodness < BAD_BELOW else self._tokens.text


class MeasuredPanel(KeyedPanel):
    """Hidden while blind. A number is shown with its place among others, never bare."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.state = bench.review
        self.facts = controls.label("", wrap=True)
        self.guess = controls.label("", wrap=True)
        self.missing = controls.label("", "dense", wrap=True)
        self._project: dict[str, list[float]] | None = None
        self._rows = QGridLayout()
        self._stack = QStackedWidget()
        self._build()
        self._bind()
        self._show()

    def _build(self) -> None:
        tokens = self._bench.tokens
        reveal = controls.button("Show them", lambda: self._bench.do("review_blind"))
        reveal.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        reveal.setToolTip("Ratings given blind teach best.")
        self.hidden = controls.EmptyState(
            tokens,
            "eye-slash",
            "Hidden while you judge blind.",
            reveal,
        )
        inner = controls.panel()
        layout = controls.column(inner, gap=6)
        layout.setContentsMargins(tokens.pad, 4, tokens.pad, tokens.gap)
        layout.addWidget(self.facts)
        layout.addWidget(self.guess)
        self._rows.setVerticalSpacing(3)
        self._rows.setHorizontalSpacing(tokens.gap)
        self._rows.setColumnStretch(0, 1)
        layout.addLayout(self._rows)
        layout.addWidget(self.missing)
        layout.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack.addWidget(self.hidden)
        self._stack.addWidget(scroll)
        whole = controls.column(self, gap=0)
        whole.addWidget(MeasuringBar(self._bench))
        whole.addWidget(self._stack, 1)
        self.setMinimumHeight(96)

    def _bind(self) -> None:
        state = self.state
        for changed in (state.clip_changed, state.queue_changed, state.mode_changed, state.guesses_changed):
            changed.connect(self._show)
        watch(self, self._bench.session.hub, MetricsReady, lambda _: self._measured_anew())

    def _measured_anew(self) -> None:
        self._project = None
        self._show()

    def _show(self) -> None:
        clip, mode = self.state.clip, self.state.desk.mode
        self._stack.setCurrentIndex(0 if mode == "blind" else 1)
        if mode == "blind" or clip is None:
            self.facts.setText("" if mode == "blind" else "No clip is in hand.")
            self.show_metrics(())
            self.guess.setText("")
            return
        self.facts.setText(facts_of(clip))
        self.guess.setText(guess_of(self.state.guess))
        self.show_metrics(self.state.desk.metrics(clip.asset_id))

    def show_metrics(self, stored: Sequence[StoredMetric]) -> None:
        """Show a clip's numbers: those that ratings follow first."""
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        known = [one for one in stored if one.value is not None]
        told = [(one, described(one.name, one.value, one.version, one.reason)) for one in known]
        for row, (one, metric) in enumerate(sorted(told, key=lambda pair: not pair[1].is_quality)):
            self._add_row(row, one, metric)
        self._say_missing(
            [one for one in stored if one.value is None], some=bool(known or not self.state.clip)
        )

    def _say_missing(self, missing: Sequence[StoredMetric], *, some: bool) -> None:
        """Say which numbers there are not, and why: once for each reason."""
        names: dict[str, list[str]] = {}
        for one in missing:
            names.setdefault(one.reason, []).append(described(one.name, None, one.version).text)
        told = "\n".join(f"{_listed(texts)}: {reason}" for reason, texts in names.items())
        self.missing.setText(told or ("" if some else "It is measured soon after it lands."))

    def _add_row(self, row: int, one: StoredMetric, metric: Measured) -> None:
        value = one.value or 0.0
        unwanted = one.name == "faces" and value and not self._bench.session.brief.safety.allow_faces
        text = f"{metric.text}, though the brief allows none" if unwanted else metric.text
        name = controls.label(text, "" if metric.is_quality else "secondary")
        name.setToolTip(one.reason or (FOLLOWED if metric.is_quality else FACT))
        number = controls.label(f"{value:.3g} {metric.unit}".strip(), "mono")
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        here = place_among(value, self._among(one.name))
        words = [f"{metric.percentile} % of reference clips" if metric.percentile is not None else ""]
        words += [f"{here} % of this project" if here is not None else ""]
        said = (
            "Higher than " + " and ".join(filter(None, words))
            if any(words)
            else "Nothing to compare with yet"
        )
        place = metric.percentile if metric.percentile is not None else here
        bar = PlaceBar(self._bench.tokens, place, metric.better if metric.is_quality else 0, said)
        share = controls.label("" if place is None else f"{place} %", "dense")
        share.setToolTip(said)
        share.setMinimumWidth(32)
        for column, widget in enumerate((name, number, bar, share)):
            self._rows.addWidget(widget, row, column)

    def _among(self, name: str) -> Sequence[float]:
        """Give a metric's values in the whole project; read once, until something is measured."""
        if self._project is None:
            self._project = {}
            for one in self.state.desk.records.metrics():
                if one.value is not None:
                    self._project.setdefault(one.name, []).append(one.value)
        return self._project.get(name, ())


def _listed(names: Sequence[str]) -> str:
    """Write names one after the other; all but the first begin small where they are no abbreviations."""
    return ", ".join(
        name if number == 0 or name[:2].isupper() else name[0].lower() + name[1:]
        for number, name in enumerate(names)
    )


def guess_of(found: Prediction | None) -> str:
    """Say what the predictor expects, and why."""
    if found is None:
        return "Working out what the predictor expects."
    if found.chance is None:
        return f"The predictor abstains: {found.abstained}"
    between = f" ({found.low:.0%} to {found.high:.0%})" if found.low is not None is not found.high else ""
    why = "".join(f"\n{'+' if one.effect > 0 else '−'} {one.text}" for one in found.reasons[:REASONS])
    return f"Expected to pass: {found.chance:.0%}{between}{why}"


def facts_of(clip: ReviewClip) -> str:
    """Say who made a clip, for how much, in which time."""
    shape = f"Scene {clip.scene_id}, {clip.seconds:.1f} s at {clip.fps:g} fps"
    cost = "cost unknown" if clip.cost is None else f"{clip.cost}"
    took = "" if clip.latency_seconds is None else f", took {clip.latency_seconds:.0f} s"
    credit = "\nPowered by Runway" if clip.provider == "runway" else ""
    return f"{shape}\n{clip.provider} {clip.model}, {cost}{took}{credit}"
