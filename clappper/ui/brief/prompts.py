"""What was asked for before, with what came of it: searched by outcome, and used again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QStackedWidget, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.learning.prompt_history import (
    Outcome,
    PastPrompt,
    matching,
    prompt_history,
    questions,
    told_now,
    used,
)
from clappper.flow.project.session import BriefChanged
from clappper.jobs.model import JobChanged, JobState
from clappper.review.ratings import PredictorTrained, RatingSaved
from clappper.ui import controls, errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import run, watch
from clappper.ui.errors import Offer
from clappper.ui.makers import maker_name
from clappper.ui.rows import Column, RowsModel, RowsTable

PAUSE_MS = 300
OUTCOMES: tuple[tuple[str, Outcome | None], ...] = (
    ("All prompts", None),
    ("Good: passed", Outcome.GOOD),
    ("Bad: failed", Outcome.BAD),
    ("Not judged", Outcome.UNRATED),
)
SIGNS = {
    Outcome.GOOD: ("check", "ok"),
    Outcome.BAD: ("x", "error"),
    Outcome.UNRATED: ("question", "secondary"),
}


def _passed(one: PastPrompt) -> str:
    return f"{one.passed} of {one.judged}" if one.judged else "not judged"


COLUMNS: tuple[Column[PastPrompt], ...] = (
    Column("Passed", _passed, 92, sign=lambda one: SIGNS[one.outcome]),
    Column("Rating", lambda one: f"{one.rating:.1f}" if one.rating is not None else "–", 56, figures=True),
    Column("Asked for", lambda one: one.prompt, 240, stretch=True),
    Column("Made by", lambda one: maker_name(one.provider, one.model), 150),
    Column("Aspect", lambda one: one.aspect, 56),
    Column("What was wrong", lambda one: ", ".join(f"{text} {count}" for text, count in one.tags), 150),
    Column("Expected then, now", lambda one: f"{_share(one.then)}, {_share(one.now)}", 124, figures=True),
    Column("Cost", lambda one: str(one.cost) if one.cost is not None else "unknown", 70, figures=True),
)


class PromptsPanel(QWidget):
    """Lists prompts by what reviewers made of their clips; one press puts one into the chosen scene."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._found: tuple[PastPrompt, ...] = ()
        self._task: asyncio.Task[None] | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self.words, self.outcome = QLineEdit(), QComboBox()
        self.use = controls.button("Use", lambda: bench.do("use_prompt"), "primary")
        self.model = RowsModel(COLUMNS, bench.tokens, _key, _tip)
        self.table = RowsTable(self.model, COLUMNS, bench.tokens, "Prompts")
        self.empty = controls.EmptyState(
            bench.tokens,
            "clock-counter-clockwise",
            "Nothing was asked for yet.",
            hint="What is generated is listed here, with what reviewers said of it.",
        )
        self._stack = QStackedWidget()
        self._build()
        self._bind()
        self.refresh()

    def verbs(self) -> dict[str, Callable[[], object]]:
        return {"use_prompt": self.use_chosen}

    def refresh(self) -> None:
        """Read the history anew, in a thread; what today's predictor says comes with it."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
        self._task = run(self, self._read())

    def use_chosen(self) -> None:
        """Let the scene that is chosen in the brief ask in the chosen words.

        Raises:
            ClappperError: nothing is chosen, or it could not be stored.
        """
        chosen: PastPrompt | None = self.table.chosen()
        if chosen is None:
            raise ClappperError("No prompt is chosen.", "Choose a row first.")
        scene = self._scene
        self._bench.draft.change(f"Use an earlier prompt in {scene}", used(chosen, scene))
        errors.tell(
            self,
            f"Scene {scene} asks as this prompt did: words, style, camera, and what to keep out.",
            offer=Offer("Undo", self._bench.session.undo),
        )

    @property
    def _scene(self) -> str:
        draft = self._bench.draft
        return draft.brief.scenes[min(draft.scene, len(draft.brief.scenes) - 1)].id

    async def _read(self) -> None:
        session, models = self._bench.session, self._bench.studio.paths.models
        self._take(await asyncio.to_thread(prompt_history, session.project, session.brief))
        if found := self._found:
            self._take(told_now(found, await session.predictor.foretell(models, questions(found))))

    def _take(self, found: tuple[PastPrompt, ...]) -> None:
        self._found = found
        self._show()

    def _show(self) -> None:
        self._stack.setCurrentWidget(self.table if self._found else self.empty)
        self.model.show_records(matching(self._found, self.words.text(), self.outcome.currentData()))
        self._show_use()

    def _show_use(self) -> None:
        self.use.setText(f"Use in scene {self._scene}")
        self.use.setEnabled(self.table.chosen() is not None and not self._bench.session.read_only)

    def _build(self) -> None:
        tokens = self._bench.tokens
        controls.set_kind(self, "panel")
        for text, outcome in OUTCOMES:
            self.outcome.addItem(text, outcome)
        self.outcome.setAccessibleName("Which outcome")
        self.words.setPlaceholderText("Search: words, provider, 9:16, a tag")
        self.words.setAccessibleName("Search prompts")
        self.words.setClearButtonEnabled(True)
        layout = controls.column(self, gap=tokens.gap)
        layout.setContentsMargins(tokens.pad, 0, tokens.pad, tokens.gap)
        head = controls.line()
        head.addWidget(self.words, 1)
        head.addWidget(self.outcome)
        head.addWidget(self.use)
        layout.addLayout(head)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        layout.addWidget(self._stack, 1)

    def _bind(self) -> None:
        self._pause.timeout.connect(self.refresh)
        self.words.textChanged.connect(self._show)
        self.outcome.activated.connect(self._show)
        self.table.doubleClicked.connect(lambda _: self._bench.do("use_prompt"))
        self.table.selectionModel().currentRowChanged.connect(self._show_use)
        self._bench.draft.selected.connect(self._show_use)
        hub = self._bench.session.hub
        for kind in (RatingSaved, PredictorTrained, BriefChanged):
            watch(self, hub, kind, lambda _: self._pause.start())
        watch(self, hub, JobChanged, self._on_jobs)

    def _on_jobs(self, events: tuple[JobChanged, ...]) -> None:
        if any(event.state is JobState.DONE for event in events):
            self._pause.start()


def _key(one: PastPrompt) -> tuple[str, ...]:
    return one.prompt, one.provider, one.model, one.aspect


def _share(chance: float | None) -> str:
    return "–" if chance is None else f"{chance:.0%}"


def _tip(one: PastPrompt) -> str:
    seeds = ", ".join(map(str, one.seeds[:6]))
    style = f"\nStyle: {one.style}" if one.style else ""
    return f"{one.prompt}{style}\nScene {one.scene_id}, {one.clips} clips, seeds {seeds}"
