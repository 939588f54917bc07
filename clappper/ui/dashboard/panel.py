"""The dashboard: what a project's judgements add up to, and what was learned from them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QGridLayout, QScrollArea, QWidget

from clappper.flow.learning import learn
from clappper.flow.learning.dashboard import Overview, overview, overview_csv
from clappper.flow.predictor import library
from clappper.flow.reviewing import rating_files
from clappper.flow.reviewing.review_desk import ReviewDesk, generated_clips
from clappper.jobs.model import JobChanged
from clappper.review.ratings import PredictorTrained, RatingSaved
from clappper.store.files import write_atomically
from clappper.ui import controls, dialogs, errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import run, watch
from clappper.ui.dashboard.charts import Bars, Calibration, Chart, OverTime, Range, Ranges
from clappper.ui.reviewing.reviewer import reviewer_of
from clappper.ui.slices import Slices

PAUSE_MS = 400
MOST_RATES = 12
POSTERIORS = "posterior"
GROUPS = (
    ("Scene type and provider", POSTERIORS),
    ("Provider", "provider"),
    ("Model", "model"),
    ("Scene", "scene"),
)
CHART_ROWS = 3
FIGURES = (
    "Judged",
    "Passed",
    "Spent",
    "A finished minute",
    "Could be left unmade",
    "To make again",
)


class DashboardPanel(QWidget):
    """Adds up whenever something was rated; the sums are done in a thread."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.desk = ReviewDesk(bench.session, reviewer_of(bench.studio.paths.config))
        self.library = library(bench.studio.paths.models)
        self.figures = {name: controls.label("–", "figure") for name in FIGURES}
        self.standing = controls.label("", wrap=True)
        self.agreement = controls.label("", "secondary", wrap=True)
        self.strengths = controls.label("", "secondary", wrap=True)
        self.by = QComboBox()
        self._found: Overview | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._task: asyncio.Task[None] | None = None
        self._build()
        self._bind()
        self._charts = Slices(self, self._fill())
        self.refresh()

    def verbs(self) -> dict[str, Callable[[], object]]:
        return {
            "learn_now": self.learn,
            "save_dashboard": self.save_csv,
            "export_ratings": self.export_ratings,
            "import_ratings": self.import_ratings,
            "export_dataset": self.export_dataset,
            "write_review_pack": self.write_pack,
        }

    def refresh(self) -> None:
        """Add up anew; an older sum under way is dropped."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
        self._task = run(self, self._added_up())

    async def learn(self) -> None:
        """Teach the predictor what was rated here, on top of all other projects."""
        learned = await learn.learn_from(self.desk, self.library, self._bench.studio.paths.models)
        errors.tell(self, f"Learned from {learned.standing.labels} rated clips.", learned.standing.reason)
        self.refresh()

    async def save_csv(self) -> None:
        target = await self._target("Save as CSV", "judgements.csv", "Tables (*.csv)")
        if target is not None:
            found = await asyncio.to_thread(overview, self.desk, self.library)
            write_atomically(target, overview_csv(found).encode())
            errors.tell(self, f"Saved {target.name}.")

    async def export_ratings(self) -> None:
        target = await self._target("Export ratings", "ratings.jsonl", "Ratings (*.jsonl)")
        if target is not None:
            count = rating_files.export_ratings(self._bench.session.project, target)
            errors.tell(self, f"Wrote {count} ratings to {target.name}.")

    async def import_ratings(self) -> None:
        source = await dialogs.chosen_file(self, "Import ratings", Path.home(), "Ratings (*.jsonl)")
        if source is not None:
            found = rating_files.import_ratings(self._bench.session.project, source)
            hint = f"{found.known} were known, {found.strange} belong to clips that are not here."
            errors.tell(self, f"{found.new} ratings are new.", hint)
            self._bench.session.hub.publish(RatingSaved(""))

    async def export_dataset(self) -> None:
        folder = await dialogs.chosen_folder(self, "Folder for the data set", Path.home())
        if folder is not None:
            project = self._bench.session.project
            clips, ratings = generated_clips(project), self.desk.records.ratings()
            made = await asyncio.to_thread(rating_files.export_dataset, clips, ratings, folder)
            errors.tell(self, f"Wrote {made.positives} passed and {made.negatives} failed clips.")

    async def write_pack(self) -> None:
        folder = await dialogs.chosen_folder(self, "Folder for the page", Path.home())
        if folder is None:
            return
        session = self._bench.session
        clips, ratings = generated_clips(session.project), self.desk.records.ratings()
        derived = {asset.id: asset.derived for asset in session.project.assets.list("video")}
        thumbs = {
            name: session.project.path / derived[name]["thumbnail"]
            for name in clips
            if "thumbnail" in derived[name]
        }
        title = session.brief.project.name
        page = await asyncio.to_thread(rating_files.write_review_pack, title, clips, ratings, thumbs, folder)
        errors.tell(self, f"Wrote {page.name} into {folder.name}.", "Send the whole folder.")

    async def _target(self, title: str, name: str, filters: str) -> Path | None:
        return await dialogs.chosen_target(self, title, Path.home() / name, filters)

    async def _added_up(self) -> None:
        found = await asyncio.to_thread(overview, self.desk, self.library)
        await self._charts.ended()
        self._show(found)

    def _show(self, found: Overview) -> None:
        self._found = found
        for name, text in _figures(found).items():
            self.figures[name].setText(text)
        self.standing.setText(_standing(found))
        self.agreement.setText(_too_few(found))
        self.strengths.setText(_strengths(found))
        self.over_time.show_shares(found.shares)
        self.calibration.show_bins(found.standing.figures.bins if found.standing.figures else ())
        tokens = self._bench.tokens
        tags = [(name, float(count)) for name, count in found.tags]
        self.tags.show_bars(tags, "No tag was given yet.", tokens.warn, counts=True)
        self.minutes.show_bars(_minutes(found), "Nothing was bought yet.", tokens.info)
        self.alphas.show_ranges(_alphas(found), "Too few clips were rated by two people.", low=-0.2, high=1)
        self._show_rates()

    def _show_rates(self) -> None:
        if self._found is not None:
            rates = _rates(self._found, self.by.currentData())[:MOST_RATES]
            self.rates.show_ranges(rates, "Nothing is judged yet.")

    def _build(self) -> None:
        tokens = self._bench.tokens
        for text, kind in GROUPS:
            self.by.addItem(text, kind)
        self.by.setAccessibleName("Pass rates by")
        page = controls.panel()
        layout = controls.column(page, gap=tokens.group, pad=tokens.pad)
        head = controls.line(gap=2 * tokens.group)
        for name, figure in self.figures.items():
            part = controls.column(gap=0)
            part.addWidget(controls.label(name, "dense"))
            part.addWidget(figure)
            head.addLayout(part)
        self.figures["Could be left unmade"].setToolTip(
            "Of later clips, with 95 % of the good ones still made: what the predictor would have saved."
        )
        head.addStretch()
        head.addWidget(controls.button("Learn from ratings", lambda: self._bench.do("learn_now"), "primary"))
        head.addWidget(controls.button("Save as CSV…", lambda: self._bench.do("save_dashboard")))
        layout.addLayout(head)
        layout.addWidget(self.standing)
        grid = self._grid = QGridLayout()
        grid.setSpacing(tokens.group)
        best = controls.column(gap=4)
        best.addWidget(controls.label("Best takes", "title"))
        best.addWidget(self.strengths)
        best.addStretch()
        grid.addLayout(best, CHART_ROWS, 0, 1, 2)
        for side in (0, 1):
            grid.setColumnStretch(side, 1)
        layout.addLayout(grid)
        layout.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Dashboard")
        scroll.setWidget(page)
        controls.column(self, gap=0).addWidget(scroll)

    def _fill(self) -> Iterator[None]:
        """Make the charts one after the other: each takes a while."""
        tokens = self._bench.tokens
        self.over_time = OverTime(
            tokens, "Share that passed by day", "passed, %", "day; the numbers are the clips judged on it"
        )
        self._place(0, "Passed over time", self.over_time)
        yield
        self.calibration = Calibration(tokens, "Calibration of the predictor", "passed, %", "chance told, %")
        self._place(1, "Does the predictor hold what it says?", self.calibration)
        yield
        self.rates = Ranges(tokens, "Pass rates with their intervals", "", "passed, %")
        self._place(2, "Pass rates, with how sure they are", self.rates, beside=self.by)
        yield
        self.tags = Bars(tokens, "Tags given", "", "times given")
        self._place(3, "What was wrong", self.tags)
        yield
        self.minutes = Bars(tokens, "What a finished minute costs", "", "dollars, with failed takes")
        self._place(4, "What a finished minute costs", self.minutes)
        yield
        self.alphas = Ranges(tokens, "Agreement of the reviewers", "", "Krippendorff's alpha")
        self._place(5, "Do people agree?", self.alphas, below=self.agreement)
        yield

    def _place(
        self,
        number: int,
        title: str,
        chart: Chart,
        *,
        beside: QWidget | None = None,
        below: QWidget | None = None,
    ) -> None:
        cell, head = controls.column(gap=4), controls.line()
        heading = controls.label(title, "title")
        heading.setMinimumHeight(self._bench.tokens.row)
        head.addWidget(heading)
        head.addStretch()
        cell.addLayout(head)
        cell.addWidget(chart)
        if beside is not None:
            head.addWidget(beside)
        if below is not None:
            cell.addWidget(below)
        cell.addStretch()
        self._grid.addLayout(cell, number // 2, number % 2)

    def _bind(self) -> None:
        self._pause.timeout.connect(self.refresh)
        self.by.activated.connect(self._show_rates)
        hub = self._bench.session.hub
        for kind in (RatingSaved, PredictorTrained, JobChanged):
            watch(self, hub, kind, lambda _: self._pause.start())


def _standing(found: Overview) -> str:
    """Say whose predictor speaks and whether it may stop clips."""
    standing = found.standing
    if standing.is_prior:
        return (
            f"The predictor speaks from public ratings only (prior) and stops nothing. {standing.reason} "
            "From 40 of your own it learns, from 200 the gate can be earned."
        )
    gate = "The gate is on." if standing.gate else "The gate is off."
    return f"The predictor learned from {standing.labels} of your ratings. {gate} {standing.reason}"


def _figures(found: Overview) -> dict[str, str]:
    minute, avoidable, money = found.per_minute, found.avoidable, found.avoidable_money
    saved = "" if money is None or not money.micros else f" of the money, {money}"
    return {
        "Judged": f"{found.judged} of {found.clips}",
        "Passed": f"{found.passed / found.judged:.0%}" if found.judged else "–",
        "Spent": str(found.spent),
        "A finished minute": str(minute) if minute is not None else "–",
        "Could be left unmade": "–" if avoidable is None else f"{avoidable:.0%}{saved}",
        "To make again": str(found.flagged),
    }


def _rates(found: Overview, by: str) -> list[Range]:
    """Give the pass rates of one grouping, those with most clips first."""
    if by == POSTERIORS:
        rows = [
            Range(
                f"{one.scene_type}, {one.provider}", 100 * one.rate, 100 * one.low, 100 * one.high, one.count
            )
            for one in found.posteriors
        ]
    else:
        rows = [
            Range(one.group, 100 * one.rate, 100 * one.interval[0], 100 * one.interval[1], one.judged)
            for one in found.shares
            if one.kind == by
        ]
    return sorted(rows, key=lambda row: (-row.count, row.name))


def _minutes(found: Overview) -> list[tuple[str, float]]:
    """Give what a finished minute has cost by provider and model, the dearest first."""
    known = [
        (f"{line.name} ({line.done})", line.per_minute.micros / 1_000_000)
        for line in found.spendings
        if line.group in {"provider", "model"} and line.per_minute is not None and line.spent.micros
    ]
    return sorted(known, key=lambda one: -one[1])[:MOST_RATES]


def _alphas(found: Overview) -> list[Range]:
    return [
        Range(one.what.capitalize(), one.alpha, one.low or 0.0, one.high or 0.0, one.doubles)
        for one in found.agreement
        if one.alpha is not None
    ]


def _too_few(found: Overview) -> str:
    """Name what cannot be told yet, once for each reason."""
    reasons: dict[str, list[str]] = {}
    for one in found.agreement:
        if one.alpha is None:
            reasons.setdefault(one.note, []).append(one.what)
    lines = (f"{', '.join(names)}: {note}." for note, names in reasons.items())
    return "\n".join(line[:1].upper() + line[1:] for line in lines)


def _strengths(found: Overview) -> str:
    if not found.strengths:
        return "Compare takes in pairs (Y in Review) to rank them."
    lines = []
    for place, one in enumerate(found.strengths[:5], 1):
        band = f"{one.score:+.2f} ({one.low:+.2f} to {one.high:+.2f})"
        lines.append(f"{place}. {one.asset_id}: {band}, {one.compared} choices")
    return "\n".join(lines)
