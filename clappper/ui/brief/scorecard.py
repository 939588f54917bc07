"""The scorecard: how good the brief is, what stops it, what it costs, and the button that makes the ad."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QWidget,
)

from clappper.base.errors import ClappperError
from clappper.brief.findings import Finding, Severity
from clappper.brief.preflight import Scorecard, apply_all_fixes
from clappper.brief.rewrite import Rewrite, rewrites
from clappper.brief.rubric import CATEGORY_NAMES, PASS_MARK
from clappper.flow.generating.generate_ad import AdOrder, Placing
from clappper.flow.judging import Judgement
from clappper.ui import controls, dialogs, errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import run
from clappper.ui.brief.dial import Dial
from clappper.ui.brief.explanation import Explanation
from clappper.ui.brief.figures import CategoryRow, Costs
from clappper.ui.brief.findings import FindingList
from clappper.ui.brief.keyframes import KeyframePlans
from clappper.ui.brief.rewrites import RewriteSheet

PATIENCE_MS = 250
"""How long typing has to pause before the brief is judged anew."""
LINKS = (
    ("Explain", "explain_score"),
    ("Try 3 rewrites", "try_rewrites"),
    ("Apply all fixes", "apply_all_fixes"),
)


class ScorecardPanel(QWidget):
    """Judges the draft whenever typing pauses, and tells the draft's other panels."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench, self._draft, self._judge = bench, bench.draft, bench.judge
        self._explained = False
        self._links: dict[str, QPushButton] = {}
        self._sheet: QDialog | None = None
        self.judgement: Judgement | None = None
        self._task: asyncio.Task[None] | None = None
        self._pause = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        tokens = bench.tokens
        self.dial = Dial(tokens)
        self.verdict = controls.label("Judging…", "title", wrap=True)
        self.reason = controls.label("", "secondary", wrap=True)
        self.categories = {name: CategoryRow(tokens, title) for name, title in CATEGORY_NAMES.items()}
        self.lists = {
            severity: FindingList(tokens, severity, self._apply, self._draft.pointed.emit)
            for severity in Severity
        }
        self.explanation = Explanation(tokens)
        self.keyframes = KeyframePlans(tokens)
        self.costs = Costs(tokens)
        self.go = controls.button("Generate", lambda: bench.do("generate"), "primary")
        self.anyway = controls.button("Generate anyway", lambda: bench.do("generate_anyway"), "danger")
        self.placing = QComboBox()
        self.placing.hide()
        self._build()
        self._bind()

    def verbs(self) -> dict[str, Callable[[], object]]:
        return {
            "preflight": self.refresh,
            "apply_all_fixes": self.apply_all,
            "explain_score": self.toggle_explanation,
            "try_rewrites": self.try_rewrites,
            "generate": self.generate,
            "generate_anyway": lambda: self.generate(anyway=True),
        }

    async def generate(self, *, anyway: bool = False) -> None:
        """Ask for every shot of the brief; ``anyway`` although preflight blocks it.

        Raises:
            ClappperError: nothing was asked for.
        """
        self._draft.commit("Change the brief")
        placing: Placing = self.placing.currentData() or "overwrite"
        for button in (self.go, self.anyway):
            button.setEnabled(False)
        self.go.setText("Preparing…")
        try:
            count = await self._bench.maker.generate(
                AdOrder(allow_blocked=anyway, placing=placing, frame=self._bench.edit.playhead)
            )
        finally:
            self.go.setText(self._go_words())
            self.anyway.setEnabled(True)
            self.refresh()
        offer = errors.Offer("Show the timeline", lambda: self._bench.do("workspace_edit"))
        text = f"Generating {count} shots." if count > 1 else "Generating one shot."
        errors.tell(self, text, "They come to the timeline one by one.", kind="info", offer=offer)

    @property
    def is_judging(self) -> bool:
        """Whether something is still to come of the last judgement."""
        return self._task is not None and not self._task.done()

    def refresh(self) -> None:
        """Judge the brief as it is now; an answer to an older question is thrown away."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
        self._task = run(self, self._judged())

    def apply_all(self) -> None:
        """Apply every fix that helps, as one undo step."""
        judgement = self.judgement
        if judgement is not None:
            run(self, self._all_applied(judgement))

    def toggle_explanation(self) -> None:
        """Say why the brief passed or stopped, and what would raise each category; or stop saying it."""
        self._explained = not self._explained
        self._show_explanation()

    async def try_rewrites(self) -> None:
        """Offer up to three rewrites of the brief, each with what it changes and gains."""
        link = self._links["try_rewrites"]
        link.setEnabled(False)
        link.setText("Rewriting…")
        try:
            judgement = self.judgement or await self._judge.judge(self._draft.brief)
            offers = await asyncio.to_thread(rewrites, judgement.brief, judgement.context)
        finally:
            link.setText("Try 3 rewrites")
            link.setEnabled(True)
        sheet = RewriteSheet(self._bench.tokens, offers, self._use)
        self._sheet = dialogs.open_sheet(self, "Rewrites", sheet)

    def _use(self, offer: Rewrite) -> None:
        self._draft.change(f"Rewrite: {offer.title.lower()}", lambda _: offer.brief)
        if self._sheet is not None:
            self._sheet.close()
            self._sheet = None
        undo = errors.Offer("Undo", lambda: self._bench.do("undo"))
        errors.tell(self, f"{offer.title}: {offer.score} points.", offer=undo)

    async def _judged(self) -> None:
        """Show the score as soon as it is there; what people are likely to think follows."""
        brief = self._draft.brief
        self._take(await self._judge.judge(brief, foretell=False))
        judgement = await self._judge.judge(brief)
        self._take(judgement)
        self.costs.show_forecast(judgement.forecast)

    def _take(self, judgement: Judgement) -> None:
        self.judgement = judgement
        self._show(judgement.card)
        self.keyframes.show_plans(judgement.keyframes)
        self._draft.judged.emit(judgement)

    async def _all_applied(self, judgement: Judgement) -> None:
        better, settled = await asyncio.to_thread(apply_all_fixes, judgement.brief, judgement.context)
        if not settled:
            errors.tell(self, "There is no fix that helps.", kind="info")
            return
        self._draft.change("Apply all fixes", lambda _: better)
        undo = errors.Offer("Undo", lambda: self._bench.do("undo"))
        errors.tell(self, f"Applied {len(settled)} fixes.", offer=undo)

    def _show(self, card: Scorecard) -> None:
        self.dial.show_score(card.overall, blocked=card.blocked)
        self.verdict.setText(_verdict(card))
        controls.set_kind(self.verdict, "title")
        self.reason.setText(_reason(card))
        for category in card.categories:
            self.categories[category.name].show_category(category)
        for severity, shown in self.lists.items():
            shown.show_findings([one for one in card.findings if one.severity is severity])
        self.costs.show_card(card, self._draft.brief.compute.budget_usd_max)
        self._links["apply_all_fixes"].setVisible(any(one.fix is not None for one in card.findings))
        self.go.setText(self._go_words())
        self.go.setEnabled(card.passed)
        self.go.setToolTip("" if card.passed else f"Blocked: {_reason(card)}")
        self.anyway.setVisible(card.blocked)
        self.placing.setVisible(any(track.clips for track in self._bench.session.timeline.tracks))
        self._show_explanation()

    def _go_words(self) -> str:
        count = len(self._draft.brief.scenes)
        return f"Generate {count} scenes" if count > 1 else "Generate 1 scene"

    def _show_explanation(self) -> None:
        self.explanation.setVisible(self._explained)
        if self._explained and self.judgement is not None:
            self.explanation.show_card(self.judgement.card)

    def _apply(self, finding: Finding) -> None:
        if finding.fix is None:
            return
        try:
            self._draft.change(finding.fix.title, finding.fix.apply)
        except ClappperError as error:
            errors.show(self, error)

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(290)
        outer = controls.column(self, gap=0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Scorecard")
        page = controls.panel()
        layout = controls.column(page, gap=tokens.group)
        layout.setContentsMargins(tokens.pad, 4, tokens.pad, tokens.pad)
        layout.addLayout(self._head())
        layout.addLayout(self._chips())
        layout.addWidget(self.explanation)
        for shown in self.lists.values():
            layout.addWidget(shown)
        layout.addWidget(self.keyframes)
        layout.addStretch()
        scroll.setWidget(page)
        outer.addWidget(scroll, 1)
        outer.addWidget(self._foot())

    def _head(self) -> QHBoxLayout:
        row = controls.line(gap=self._bench.tokens.pad)
        row.addWidget(self.dial)
        words = controls.column(gap=4)
        words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        words.addWidget(self.verdict)
        words.addWidget(self.reason)
        words.addSpacing(4)
        links = QGridLayout()
        links.setHorizontalSpacing(self._bench.tokens.gap)
        links.setVerticalSpacing(2)
        for place, (text, action) in enumerate(LINKS):
            link = self._links[action] = controls.button(text, partial(self._bench.do, action), "link")
            links.addWidget(link, place // 2, place % 2, Qt.AlignmentFlag.AlignLeft)
        links.setColumnStretch(1, 1)
        words.addLayout(links)
        row.addLayout(words, 1)
        return row

    def _chips(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(self._bench.tokens.gap)
        grid.setVerticalSpacing(6)
        for line, row in enumerate(self.categories.values()):
            grid.addWidget(row.title, line, 0)
            grid.addWidget(row.bar, line, 1)
            grid.addWidget(row.score, line, 2)
        grid.setColumnStretch(1, 1)
        return grid

    def _foot(self) -> QWidget:
        foot = controls.panel()
        layout = controls.column(foot, gap=self._bench.tokens.gap, pad=self._bench.tokens.pad)
        layout.addWidget(self.costs)
        for name, way in (
            ("Overwrite at the playhead", "overwrite"),
            ("Insert at the playhead", "insert"),
            ("Append at the end", "append"),
        ):
            self.placing.addItem(name, way)
        self.placing.setAccessibleName("Where the clips go on the timeline")
        self.placing.setToolTip(
            "Where the clips of a new ad go. Shots that are there already get another take."
        )
        layout.addWidget(self.placing)
        buttons = controls.line()
        self.anyway.hide()
        self.go.setEnabled(False)
        buttons.addWidget(self.anyway)
        buttons.addWidget(self.go, 1)
        layout.addLayout(buttons)
        return foot

    def _bind(self) -> None:
        self._pause.timeout.connect(self.refresh)
        self._draft.changed.connect(self._pause.start)
        QTimer.singleShot(0, self, self.refresh)


def _verdict(card: Scorecard) -> str:
    return "Ready to generate" if card.passed else "Blocked"


def _reason(card: Scorecard) -> str:
    count = len(card.must_fix)
    if count:
        return f"{count} must-fix{'es' if count > 1 else ''} to mend first."
    if card.overall < PASS_MARK:
        return f"{PASS_MARK} points are needed, {PASS_MARK - card.overall} are missing."
    counts = Counter(one.severity for one in card.findings)
    told = [
        f"{counts[severity]} {word}{'s' * (counts[severity] > 1)}"
        for severity, word in ((Severity.WARNING, "warning"), (Severity.SUGGESTION, "suggestion"))
        if counts[severity]
    ]
    return f"{' and '.join(told)} to look at." if told else "Nothing stands in the way."
