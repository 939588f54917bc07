"""What a scene in 3D has besides its shot: light, backdrop, label and turn, and a draft picture of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.brief.route import SCENE_ENGINES
from clappper.brief.schema import Scene
from clappper.flow.judging import Judgement
from clappper.flow.usd.scenes import ScenePreview, preview_recipe
from clappper.ui import controls, icons
from clappper.ui.bench import Bench
from clappper.ui.bridge import run
from clappper.ui.brief.fields import STUDIO
from clappper.ui.brief.form import FieldForm

FIRST_SECONDS = 15.0
"""What a draft picture takes before one was timed: starting the renderer is most of it."""


class StudioPanel(QWidget):
    """Seen only for scenes that are made in 3D. A picture is rendered when it is asked for, not before."""

    def __init__(self, bench: Bench, path: Callable[[str], str]) -> None:
        super().__init__()
        self._bench, self._draft = bench, bench.draft
        self._engines: dict[str, bool] = {}
        self._previews: dict[str, ScenePreview] = {}
        self._seconds = FIRST_SECONDS
        self._stop: threading.Event | None = None
        self.fields = FieldForm(bench.draft, bench.tokens, STUDIO, path)
        self.fields.setAccessibleName("Fields of the scene in 3D")
        self._build()
        self._draft.judged.connect(self._note_routes)
        self._draft.settled.connect(self.refresh)
        self._draft.selected.connect(lambda _: self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """Show the chosen scene."""
        scene = self._scene()
        is_3d = bool(scene.studio.product) or self._engines.get(scene.id, False)
        self.setVisible(is_3d)
        if is_3d:
            self.fields.refresh()
            self._show_preview(scene)

    def preview(self) -> None:
        """Render a draft picture of the chosen scene; while one is rendered, stop it."""
        if self._stop is not None:
            self._stop.set()
            return
        self._stop = threading.Event()
        self.button.setText("Stop")
        self.note.setText(f"Rendering a draft, about {self._seconds:.0f} s…")
        run(self, self._render(self._scene().id, self._stop), self._show_trouble)

    async def _render(self, scene_id: str, stop: threading.Event) -> None:
        try:
            made = await self._bench.studio.preview_scene(self._bench.session, scene_id, stop.is_set)
        finally:
            stop.set()
            self._stop = None
            self.button.setText("Preview")
        self._seconds = made.seconds or self._seconds
        self._previews[scene_id] = made
        self.refresh()

    def _build(self) -> None:
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = controls.line(self, gap=0)
        row.addWidget(self.fields, 1)
        row.addLayout(self._picture_side())

    def _picture_side(self) -> QVBoxLayout:
        tokens = self._bench.tokens
        column = controls.column(gap=tokens.gap)
        column.setContentsMargins(tokens.gap, tokens.gap, tokens.pad, tokens.gap)
        self.picture = _Picture()
        self.note = controls.label("", "secondary", wrap=True)
        self.button = controls.button("Preview", self.preview, icon=icons.icon("cube", tokens))
        column.addWidget(self.picture, 1)
        column.addWidget(self.note)
        column.addWidget(self.button)
        return column

    def _scene(self) -> Scene:
        return self._draft.brief.scenes[self._draft.scene]

    def _note_routes(self, judgement: Judgement) -> None:
        self._engines = {name: route.engine in SCENE_ENGINES for name, route in judgement.routes.items()}
        self.refresh()

    def _show_preview(self, scene: Scene) -> None:
        made = self._previews.get(scene.id)
        self.picture.show_file(made.picture if made else None)
        if self._stop is not None:
            return
        if made is None:
            self.note.setText(f"A draft picture takes about {self._seconds:.0f} s here.")
        elif self._is_outdated(made, scene.id):
            self.note.setText("The scene was changed since.")
        else:
            warning = f" {made.warnings[0]}" if made.warnings else ""
            self.note.setText(f"A draft in {self._seconds:.0f} s.{warning}")

    def _is_outdated(self, made: ScenePreview, scene_id: str) -> bool:
        try:
            return preview_recipe(self._bench.session, scene_id) != made.recipe
        except ClappperError:
            return True

    def _show_trouble(self, error: ClappperError) -> None:
        self.note.setText(f"{error.message} {error.hint}".strip())


class _Picture(QLabel):
    """A picture as large as there is room, in its own proportions."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = QPixmap()
        self.setAccessibleName("Draft picture of the scene")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(96, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_file(self, path: Path | None) -> None:
        self._whole = QPixmap(str(path)) if path else QPixmap()
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(124, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._whole.isNull():
            self.clear()
            return
        kept, fine = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        self.setPixmap(self._whole.scaled(self.size(), kept, fine))
