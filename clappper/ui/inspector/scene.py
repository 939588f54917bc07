"""The 3D scene that a clip was rendered from: opened where it can be changed, then rendered anew."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from clappper.base.errors import ClappperError
from clappper.flow.usd.open_in_composer import WHERE_TO_SET, FilmScene, SceneNews, rerender, scene_of_clip
from clappper.timeline.model import Clip, Footage, MediaKind
from clappper.ui import controls, errors, icons
from clappper.ui.bridge import run
from clappper.ui.inspector.hand import Hand
from clappper.ui.inspector.rows import section
from clappper.ui.offering import ask_and_accept, terms_of
from clappper.ui.tokens import Tokens

LOOK_MS = 2000


class SceneSection(QWidget):
    """Hidden for clips that are not from a scene. While it is seen it notices what other programs save."""

    def __init__(self, hand: Hand, tokens: Tokens) -> None:
        super().__init__()
        self._hand = hand
        self._clip_id = ""
        self._scene: FilmScene | None = None
        self._news: SceneNews | None = None
        self._build(tokens)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look_if_seen)
        self.hide()

    def _build(self, tokens: Tokens) -> None:
        holder, column = section("3D scene", tokens)
        controls.column(self, gap=0).addWidget(holder)
        self._open = controls.button("Open the scene", self._press_open, icon=icons.icon("cube", tokens))
        self._setup = controls.button(
            "Open settings", lambda: self._hand.bench.do("edit_settings"), icon=icons.icon("gear-six", tokens)
        )
        self._trouble = controls.label("", "secondary", wrap=True)
        self._changed = QWidget()
        changed = controls.column(self._changed, gap=4)
        row = controls.line(gap=4)
        self._what = controls.label("", "warn", wrap=True)
        row.addWidget(self._what, 1)
        row.addWidget(controls.button("Re-render", self._press_rerender, "primary"))
        self._terms = controls.label("", "secondary", wrap=True)
        changed.addLayout(row)
        changed.addWidget(self._terms)
        for widget in (self._open, self._trouble, self._setup, self._changed):
            column.addWidget(widget)

    def show_clip(self, clip: Clip) -> None:
        """Show the scene of a clip's take, once it is known to have one."""
        self._clip_id = clip.id
        film = self._film_of(clip)
        if film == (self._scene.film if self._scene else None):
            return
        self._scene = FilmScene(film) if film else None
        self._news = None
        self.hide()
        self._timer.stop()
        if self._scene:
            run(self, self._look(self._scene), self._show_trouble)

    async def open(self) -> None:
        """Open the scene of the first clip in hand.

        Raises:
            ClappperError: it has none, or no program that opens it is there or starts.
        """
        bench = self._hand.bench
        folder = await scene_of_clip(bench.session, self._first())
        program = await asyncio.to_thread(bench.studio.open_scene, folder)
        hint = "What you save there can be rendered here as a new take."
        if not program.saves:
            hint = f"{program.name} shows a copy: export it as USD over root.usda to render it here."
        errors.tell(self, f"The scene opens in {program.name}.", hint, kind="info")

    async def rerender(self) -> None:
        """Render the scene of the first clip in hand as it is now, once that is agreed to.

        Raises:
            ClappperError: it has none, or rendering failed.
        """
        session = self._hand.bench.session
        await ask_and_accept(self, session, await rerender(session, self._first().id, self._remote()))

    def _remote(self) -> str:
        return self._scene.remote if self._scene else ""

    def _first(self) -> Clip:
        clips = self._hand.clips
        if not clips:
            raise ClappperError("No shot is selected.", "Select one on the timeline.")
        return clips[0]

    def _film_of(self, clip: Clip) -> Path | None:
        content = clip.content
        if not isinstance(content, Footage) or content.take.kind is MediaKind.AUDIO:
            return None
        return self._hand.bench.session.project.locate(content.take.path)

    def _look_if_seen(self) -> None:
        if self._scene and self.isVisible():
            self._timer.stop()
            run(self, self._look(self._scene), self._show_trouble)

    async def _look(self, scene: FilmScene) -> None:
        """Look once in a thread, and again a while later: looks never overlap."""
        studio = self._hand.bench.studio
        news = await asyncio.to_thread(lambda: scene.look(studio.settings()))
        if scene is not self._scene or news is None:
            return
        if news != self._news:
            terms = (
                terms_of((await rerender(self._hand.bench.session, self._clip_id, self._remote())).cost)
                if news.is_changed
                else ""
            )
            if scene is not self._scene:
                return
            self._news = news
            self._show(news, terms)
        self._timer.start()

    def _show(self, news: SceneNews, terms: str) -> None:
        text = f"Open in {news.program}"
        self._open.setText(text)
        self._open.setAccessibleName(text)
        self._open.setVisible(bool(news.program))
        self._setup.setVisible(not news.program)
        self._trouble.setText(f"No program that shows USD was found. {WHERE_TO_SET}")
        self._trouble.setVisible(not news.program)
        self._what.setText(news.told or "The scene was changed")
        self._terms.setText(terms)
        self._changed.setVisible(news.is_changed)
        self.show()

    def _show_trouble(self, error: ClappperError) -> None:
        self._trouble.setText(f"{error.message} {error.hint}".strip())
        for widget in (self._open, self._setup, self._changed):
            widget.hide()
        self._trouble.show()
        self.show()
        self._news = None
        self._timer.start()

    def _press_open(self) -> None:
        self._hand.bench.do("scene_open")

    def _press_rerender(self) -> None:
        self._hand.bench.do("scene_rerender")
