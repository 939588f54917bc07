"""In the Edit workspace: the words that the selected clip is made from, and making it anew from them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from clappper.brief.scenes import scene_title
from clappper.flow.project.session import TimelineChanged
from clappper.ui import controls, icons
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.brief.fields import SCENE
from clappper.ui.brief.form import FieldForm


class ShotPanel(QWidget):
    """Follows the selection. What is typed changes the brief; the clip stays until it is made anew."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench, self._draft = bench, bench.draft
        self._row = 0
        tokens = bench.tokens
        self.title = controls.Elided("title")
        self.fields: FieldForm | None = None
        self._again = controls.button(
            "Generate this shot…",
            partial(bench.do, "clip_replace"),
            icon=icons.icon("sparkle", tokens),
            tip="Make the shot anew from these words, keeping its edits (G)",
        )
        self._empty = controls.EmptyState(
            tokens, "film-slate", "Select a generated clip to see and change its words."
        )
        self._stack = QStackedWidget()
        self._build()
        self._bind()

    def _build(self) -> None:
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        tokens, page = self._bench.tokens, QWidget()
        self._page = layout = controls.column(page, gap=tokens.gap)
        head = controls.line()
        head.setContentsMargins(tokens.pad, tokens.gap, tokens.pad, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self._again)
        layout.addLayout(head)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(page)
        controls.column(self).addWidget(self._stack)

    def _bind(self) -> None:
        self._bench.edit.selection_changed.connect(self._follow)
        self._bench.edit.playhead_moved.connect(lambda _: self._on_moved())
        self._draft.settled.connect(self._follow)
        watch(self, self._bench.session.hub, TimelineChanged, lambda _: self._follow())

    def _on_moved(self) -> None:
        """While it plays nobody reads."""
        if not self._bench.edit.playing:
            self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _follow(self) -> None:
        """Show the shot of the clip in hand: the selected one, else that under the playhead."""
        if not self.isVisible():
            return
        clips = self._bench.edit.chosen(self._bench.session.timeline)
        rows = {scene.id: row for row, scene in enumerate(self._draft.brief.scenes)}
        scene = next((clip.scene_id for clip in clips if clip.scene_id in rows), "")
        self._stack.setCurrentIndex(1 if scene else 0)
        if scene:
            self._row = rows[scene]
            self.title.setText(scene_title(self._draft.brief, scene))
            self._form().refresh_if_elsewhere(self._row)

    def _form(self) -> FieldForm:
        """Make the fields when they are first needed: that takes longer than a page may be held."""
        if self.fields is None:
            self.fields = FieldForm(self._draft, self._bench.tokens, SCENE[:2], self._path)
            self.fields.setAccessibleName("Fields of the shot")
            self._page.addWidget(self.fields, 1)
        return self.fields

    def _path(self, field: str) -> str:
        return f"scenes[{self._row}].{field}"
