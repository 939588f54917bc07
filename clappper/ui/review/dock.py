"""The Review workspace: the queue, the looping clip, the verdict. A hundred clips without the mouse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt
from PySide6.QtWidgets import QComboBox, QSplitter, QStackedWidget, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.chances import Chances
from clappper.flow.review_desk import Draft, Filter, ReviewClip, ReviewDesk
from clappper.jobs.model import JobChanged, JobState
from clappper.review.inbox import to_look_at
from clappper.review.ratings import Comparison, MetricsReady, Mode, PredictorTrained, Rating, RatingSaved
from clappper.review.tags import TAGS
from clappper.ui import controls, errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import run, watch
from clappper.ui.review.loop import ClipLoop
from clappper.ui.review.reviewer import reviewer_of
from clappper.ui.review.stage import ClipStage, ScrubBar
from clappper.ui.review.verdict import VerdictPanel, decided, guess_of, scored, tagged
from clappper.ui.rows import Column, RowsModel, RowsTable

WORTH = "worth"
STATES = (
    ("To judge", "unrated"),
    ("All clips", "all"),
    ("Judged", "rated"),
    ("To make again", "flagged"),
    ("Unsure", "unsure"),
    ("Worth looking at", WORTH),
)
AHEAD = 2
"""How many clips are made ready before they are asked for."""

Row = tuple[int, ReviewClip, str]
COLUMNS: tuple[Column[Row], ...] = (
    Column("", lambda row: str(row[0] + 1), 34, figures=True),
    Column("Asked for", lambda row: row[1].prompt or row[1].path.name, 150, stretch=True),
    Column("", lambda row: row[2], 64),
)


class ReviewDock(QWidget):
    """Judges one project's clips. The order stays while a filter stays: a stored clip keeps its place."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self.desk = ReviewDesk(bench.session, reviewer_of(bench.studio.paths.config))
        self.clips: tuple[ReviewClip, ...] = ()
        self.place = 0
        self.draft = Draft()
        self.loop = ClipLoop(self)
        tokens = bench.tokens
        self.filter = QComboBox()
        self.progress = controls.label("", "secondary")
        self.model = RowsModel(
            COLUMNS, tokens, lambda row: (row[0], row[1].asset_id), lambda row: row[1].prompt
        )
        self.table = RowsTable(self.model, COLUMNS, tokens, "Clips to judge")
        self.stage = ClipStage(tokens)
        self.bar = ScrubBar(tokens)
        self.clock = controls.label("", "mono")
        self.verdict = VerdictPanel(tokens, bench.do)
        self.chances = Chances(bench.studio.paths.models)
        self._guessing: asyncio.Task[None] | None = None
        self._choices: list[Comparison] = []
        self._empty = controls.EmptyState(
            tokens,
            "star",
            "Generated clips come here to be judged.",
            controls.button("Go to the brief", lambda: bench.do("workspace_brief"), "primary"),
        )
        self._stack = QStackedWidget()
        self._build()
        self._bind()
        self.refresh()

    def verbs(self) -> dict[str, Callable[[], object]]:
        """Everything by one key; in pairs 1, 2 and 3 choose."""
        rates = {f"rate_{score}": partial(self._score, score) for score in range(1, 6)}
        tags = {f"tag_{tag.code}": partial(self._tag, tag.code) for tag in TAGS}
        return {
            **rates,
            **tags,
            "review_verdict": lambda: self._change(decided(self.draft)),
            "review_unsure": lambda: self._change(
                replace(self.draft, unsure=not self.draft.unsure, passed=None)
            ),
            "review_commit": self.commit,
            "review_skip": lambda: self.go(1),
            "review_next": lambda: self.go(1),
            "review_back": lambda: self.go(-1),
            "review_undo": self.undo,
            "review_pause": self.loop.toggle,
            "review_step": lambda: self.loop.step(1),
            "review_step_back": lambda: self.loop.step(-1),
            "review_mark": lambda: self.loop.to_mark(1),
            "review_mark_back": lambda: self.loop.to_mark(-1),
            "review_flip": self.flip,
            "review_wipe": self.wipe,
            "review_pairs": self.pairs,
            "review_note": lambda: self.verdict.note.setFocus(Qt.FocusReason.ShortcutFocusReason),
            "review_send_back": self.send_back,
            "review_blind": lambda: self._switch("open" if self.desk.mode == "blind" else "blind"),
            "review_assist": lambda: self._switch("blind" if self.desk.mode == "assist" else "assist"),
        }

    @property
    def clip(self) -> ReviewClip | None:
        return self.clips[self.place] if self.place < len(self.clips) else None

    @property
    def other(self) -> ReviewClip | None:
        """Give the take to compare with: another of the same scene, else the next clip."""
        clip = self.clip
        if clip is None:
            return None
        others = [one for one in self.clips if one.asset_id != clip.asset_id]
        takes = [one for one in others if one.scene_id == clip.scene_id]
        following = [one for one in self.clips[self.place + 1 :] if one.asset_id != clip.asset_id]
        return next(iter((*takes, *following, *others)), None)

    def refresh(self) -> None:
        """Read the queue anew; the clip in hand stays in hand."""
        before = self.clip
        self.clips = self.desk.queue(self._wanted())
        self.place = next((at for at, one in enumerate(self.clips) if one == before), 0)
        self._show_rows()
        if before is None or self.clip != before:
            self._show_clip()

    def _wanted(self) -> Filter:
        state = self.filter.currentData() or "all"
        if state != WORTH:
            return Filter(state=state)
        clips = self.desk.clips()
        self._foretell()
        guesses = {name: self.chances.of(clip) for name, clip in clips.items()}
        told = {name: guess.chance if guess else None for name, guess in guesses.items()}
        return Filter(state="unrated", only=to_look_at(told))

    def _foretell(self) -> None:
        """Work out in a thread what the predictor expects, and show it when it is there."""
        clips = self.desk.clips().values()
        idle = self._guessing is None or self._guessing.done()
        if idle and any(self.chances.of(clip) is None for clip in clips):
            self._guessing = run(self, self._foretold())

    async def _foretold(self) -> None:
        if await self.chances.foretell(self.desk.clips().values()):
            self._show_guesses()

    def _show_guesses(self) -> None:
        if self.filter.currentData() == WORTH:
            self.refresh()
        self._show_verdict()

    def _forget_guesses(self) -> None:
        self.chances.forget()
        self._show_guesses()

    def go(self, by: int) -> None:
        """Go to another clip; what was not stored of this one is let go."""
        if self.clips:
            self.place = (self.place + by) % len(self.clips)
            self._show_clip()

    def commit(self) -> None:
        """Store the rating and go on.

        Raises:
            ClappperError: there is nothing to store, or it could not be.
        """
        clip = self.clip
        if clip is None:
            return
        self.desk.rate(clip, self.draft)
        last = self.place == len(self.clips) - 1
        self._show_rows()
        if not last:
            self.go(1)
            return
        self.draft = Draft()
        self._show_verdict()
        left = sum(1 for _, _, said in self.model.records if not said)
        done = "All clips are judged." if not left else f"That was the last one; {left} were skipped."
        errors.tell(self, done, kind="ok")

    def undo(self) -> None:
        """Take the last rating back and show its clip with it, to be said anew."""
        if self.stage.pair and self._choices:
            self.desk.uncompare(self._choices.pop())
            self.go(-1)
            return
        taken = self.desk.undo()
        if taken is None:
            errors.tell(self, "There is no rating to take back.", kind="info")
            return
        self.clips = self._with(taken)
        self.place = next(at for at, one in enumerate(self.clips) if one.asset_id == taken.asset_id)
        self._show_rows()
        self._show_clip()
        self._change(draft_of(taken))

    def _with(self, taken: Rating) -> tuple[ReviewClip, ...]:
        if any(one.asset_id == taken.asset_id for one in self.clips):
            return self.clips
        return (self.desk.clips()[taken.asset_id], *self.clips)

    def flip(self) -> None:
        """Show the other take at the same frame, and back."""
        other = self.other
        if other is None:
            errors.tell(self, "There is no other clip to compare with.", kind="info")
            return
        self.stage.pair = False
        self.stage.wipe = None if self.stage.wipe == 0.0 else 0.0
        self.loop.compare(other.path if self.stage.wipe is not None else None)
        self._draw()

    def wipe(self) -> None:
        """Show both takes in one picture, with an edge to drag."""
        other = self.other
        if other is None:
            errors.tell(self, "There is no other clip to compare with.", kind="info")
            return
        self.stage.pair = False
        self.stage.wipe = None if self.stage.wipe not in {None, 0.0} else 0.5
        self.loop.compare(other.path if self.stage.wipe is not None else None)
        self._draw()

    def pairs(self) -> None:
        """Show two takes side by side, to choose between; or one again."""
        self.stage.pair = not self.stage.pair and self.other is not None
        self.stage.wipe = None
        self._show_clip()
        if self.stage.pair:
            text = "1: the left one is better. 2: the right one. 3: no difference."
            errors.tell(self, text, kind="info")

    def send_back(self) -> None:
        """Give the tags to the brief's preflight, and go there.

        Raises:
            ClappperError: there is no tag.
        """
        clip = self.clip
        tags = self.draft.tags or (self._said_tags(clip) if clip else ())
        if clip is None or not tags:
            raise ClappperError("Say first what is wrong with the clip.", "Press the key of a tag, then R.")
        self.desk.send_back(clip, tags)
        self._bench.do("workspace_brief")
        self._bench.do("preflight")

    def _switch(self, mode: Mode) -> None:
        """Show or hide who made the clips and what is expected; every rating says how it was given."""
        self.desk.mode = mode
        self._bench.check("review_blind", mode == "blind")
        self._bench.check("review_assist", mode == "assist")
        self.refresh()
        self._show_verdict()

    def _said_tags(self, clip: ReviewClip) -> tuple[str, ...]:
        said = self.desk.records.ratings(clip.asset_id)
        return tuple(dict.fromkeys(tag for one in said for tag in one.tags))

    def _score(self, score: int) -> None:
        if self.stage.pair:
            self._choose(score)
        else:
            self._change(scored(self.draft, score))

    def _choose(self, score: int) -> None:
        clip, other = self.clip, self.other
        if clip is None or other is None or score > 3:
            return
        better, worse = (other, clip) if score == 2 else (clip, other)
        self._choices.append(self.desk.compare(better, worse, tie=score == 3))
        self.go(1)

    def _tag(self, code: str) -> None:
        self._change(tagged(self.draft, code))

    def _change(self, draft: Draft) -> None:
        self.draft = draft
        self.verdict.show_draft(draft)

    def _show_clip(self) -> None:
        clip = self.clip
        self._stack.setCurrentIndex(0 if clip is None and self._nothing_at_all() else 1)
        self.draft = Draft()
        if clip is None:
            self.loop.stop()
            self.stage.clear("No clip is left in this list.")
            self.bar.show_place(0, 0, ())
            self.clock.setText("")
        else:
            following = [one.path for one in self.clips[self.place + 1 : self.place + 1 + AHEAD]]
            compared = self.other if self.stage.pair or self.stage.wipe is not None else None
            self.stage.captions = ("1  left is better", "2  right is better")
            self.loop.play(clip.path, following, compared.path if compared else None)
        self._choose_row()
        self._show_verdict()

    def _nothing_at_all(self) -> bool:
        return not self.desk.clips()

    def _show_verdict(self) -> None:
        clip, blind = self.clip, self.desk.mode == "blind"
        title = f"Clip {self.place + 1} of {len(self.clips)}" if clip else "No clip"
        guess = ""
        if clip is not None and self.desk.mode == "assist":
            self._foretell()
            guess = guess_of(self.chances.of(clip))
        self.verdict.show_clip(clip, self.draft, title, blind=blind, guess=guess)
        if clip is not None:
            own = self.desk.metrics(clip.asset_id)
            project = self.desk.records.metrics() if not blind else ()
            allowed = self._bench.session.brief.safety.allow_faces
            self.verdict.show_metrics(own, project, blind=blind, faces_allowed=allowed)

    def _show_rows(self) -> None:
        said: dict[str, str] = {}
        for one in self.desk.records.ratings():
            if one.reviewer == self.desk.reviewer:
                said[one.asset_id] = _word(one)
        rows = [(at, clip, said.get(clip.asset_id, "")) for at, clip in enumerate(self.clips)]
        self.model.show_records(rows)
        done = sum(1 for _, _, word in rows if word)
        self.progress.setText(f"{done} of {len(rows)} judged" if rows else "")
        self._choose_row()

    def _choose_row(self) -> None:
        index = self.model.index(self.place, 0)
        if index.isValid() and self.table.currentIndex().row() != self.place:
            flags = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def _row_chosen(self) -> None:
        row = self.table.currentIndex().row()
        if row not in {-1, self.place} and row < len(self.clips):
            self.place = row
            self._show_clip()

    def _draw(self) -> None:
        reel = self.loop.reel
        if reel is None:
            return
        if reel.fault:
            self.stage.clear(f"This clip cannot be shown. {reel.fault}")
            return
        one, other = self.loop.pictures()
        if one is None:
            return
        compared = self.stage.pair or self.stage.wipe is not None
        self.stage.show_pictures(one, other if compared else None)
        count = max(1, len(reel.pictures))
        clip = self.clip
        total = max(count, round(clip.seconds * reel.fps)) if clip and not reel.complete else count
        marks = tuple(cut / total for cut in reel.cuts)
        self.bar.show_place(self.loop.frame / max(1, total - 1), count / total, marks)
        state = "paused" if self.loop.paused else ""
        self.clock.setText(f"{self.loop.frame / reel.fps:5.2f} s  {state}")

    def _seek(self, share: float) -> None:
        reel = self.loop.reel
        if reel is not None:
            self.loop.paused = True
            self.loop.go_to(round(share * max(0, len(reel.pictures) - 1)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the keys on the clip when the list is pressed."""
        if watched is self.table and event.type() is QEvent.Type.FocusIn:
            self.stage.setFocus(Qt.FocusReason.OtherFocusReason)
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setFocusProxy(self.stage)
        for text, state in STATES:
            self.filter.addItem(text, state)
        self.filter.setAccessibleName("Which clips to show")
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._body())
        controls.column(self, gap=0).addWidget(self._stack)
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.verdict.setMinimumWidth(300)
        self.table.setMinimumWidth(180)
        self.clock.setMinimumWidth(tokens.group * 7)

    def _body(self) -> QWidget:
        tokens = self._bench.tokens
        left = QWidget()
        queue = controls.column(left, gap=tokens.gap)
        queue.setContentsMargins(tokens.pad, tokens.gap, 0, tokens.gap)
        queue.addWidget(self.filter)
        queue.addWidget(self.progress)
        queue.addWidget(self.table, 1)
        centre = QWidget()
        middle = controls.column(centre, gap=4)
        middle.setContentsMargins(0, tokens.gap, 0, 4)
        middle.addWidget(self.stage, 1)
        foot = controls.line(gap=4)
        for icon, tip, name in (
            ("skip-back", "Previous cut (,)", "review_mark_back"),
            ("pause", "Pause the loop (K)", "review_pause"),
            ("skip-forward", "Next cut (.)", "review_mark"),
        ):
            foot.addWidget(controls.icon_button(icon, tokens, tip, partial(self._bench.do, name)))
        foot.addWidget(self.bar, 1)
        foot.addWidget(self.clock)
        for icon, tip, name in (
            ("swap", "Flip to the other take (Tab)", "review_flip"),
            ("split-horizontal", "Wipe between takes (W)", "review_wipe"),
            ("columns", "Compare in pairs (Y)", "review_pairs"),
            ("eye-slash", "Blind (B)", "review_blind"),
            ("lightbulb", "Assist (I)", "review_assist"),
        ):
            foot.addWidget(controls.icon_button(icon, tokens, tip, partial(self._bench.do, name)))
        middle.addLayout(foot)
        body = QSplitter(Qt.Orientation.Horizontal)
        for part in (left, centre, self.verdict):
            body.addWidget(part)
        body.setStretchFactor(1, 1)
        body.setSizes([280, 760, 340])
        body.setChildrenCollapsible(False)
        return body

    def _bind(self) -> None:
        self.filter.currentIndexChanged.connect(lambda _: self.refresh())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._row_chosen())
        self.table.installEventFilter(self)
        self.verdict.changed.connect(self._change)
        self.verdict.note.left.connect(lambda: self.stage.setFocus(Qt.FocusReason.OtherFocusReason))
        self.loop.shown.connect(self._draw)
        self.bar.moved.connect(self._seek)
        self.stage.wiped.connect(lambda _: self._draw())
        self.destroyed.connect(self.loop.reels.close)
        hub = self._bench.session.hub
        watch(self, hub, JobChanged, self._on_jobs)
        watch(self, hub, MetricsReady, lambda _: self._show_verdict())
        watch(self, hub, RatingSaved, lambda _: self._show_rows())
        watch(self, hub, PredictorTrained, lambda _: self._forget_guesses())

    def _on_jobs(self, events: tuple[JobChanged, ...]) -> None:
        if any(event.state is JobState.DONE for event in events):
            self.refresh()


def draft_of(rating: Rating) -> Draft:
    """Give a stored rating as one that is being given."""
    return Draft(rating.overall, rating.passed, rating.passed is None, rating.tags, rating.notes)


def _word(rating: Rating) -> str:
    verdict = {True: "pass", False: "fail", None: "unsure"}[rating.passed]
    return f"{rating.overall} {verdict}" if rating.overall else verdict
