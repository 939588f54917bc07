"""The media bin: everything the project has to cut with, to be dragged onto the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QMenu, QStackedLayout, QVBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.footage import known_names, known_take, take_of
from clappper.flow.project.session import TimelineChanged
from clappper.jobs.ingest import AssetAdded, Imported, import_file
from clappper.store.assets import Asset
from clappper.timeline.model import Footage, Take
from clappper.timeline.queries import all_clips
from clappper.timeline.takes import add_take, set_take
from clappper.ui import controls, dialogs, errors
from clappper.ui.bench import Bench
from clappper.ui.bin.card import SIZE, Card
from clappper.ui.bin.marking import Marking
from clappper.ui.bin.model import BinModel, Wanted
from clappper.ui.bin.scrub import HoverScrub
from clappper.ui.bin.search import Search
from clappper.ui.bin.takes import TakesStrip
from clappper.ui.bridge import run, watch
from clappper.ui.pictures import Pictures

_ENDINGS = "mp4 mov mkv webm avi m4v png jpg jpeg webp svg wav mp3 m4a flac ogg"
_MEDIA = f"Media ({' '.join(f'*.{ending}' for ending in _ENDINGS.split())})"


class BinDock(QWidget):
    """Lists the project's media; what is selected is the source of insert and overwrite."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench, self._session, self._state = bench, bench.session, bench.edit
        self.model = BinModel(self)
        self.pictures = Pictures(bench.session.project, self._repaint)
        self.takes = TakesStrip(bench.session, bench.edit, bench.tokens, self._show_take)
        self._card = Card(bench.tokens, self.pictures.of, self)
        self._build()
        self._bind()
        self._reload()

    def verbs(self) -> dict[str, Callable[[], Any]]:
        return {
            "import_media": self._choose_files,
            "append_source": self._append,
            "add_as_take": self._add_as_take,
            "reveal_media": self._reveal,
            "source_in": lambda: self._marking.mark(start=True),
            "source_out": lambda: self._marking.mark(start=False),
            "source_unmark": lambda: self._marking.unmark(self.chosen),
        }

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setAccessibleName("Media")
        self.setAcceptDrops(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.search = Search(self._bench)
        layout.addWidget(self.search)
        self.view = self._list()
        scrub = HoverScrub(self.view, self._repaint)
        self._marking = Marking(scrub, self.model, self._state, self.take, self.choose)
        self._card.marks, self._card.looked_at = self._marking.marked_part, self._marking.looked_at
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        bring = controls.button("Import media", lambda: self._bench.do("import_media"), "primary")
        self._empty = controls.EmptyState(
            tokens, "film-strip", "Drop footage here or press Ctrl+I", bring,
            hint="What you generate comes here by itself.",
        )  # fmt: skip
        self._none = controls.EmptyState(tokens, "magnifying-glass", "Nothing here is like that.")
        for widget in (self.view, self._empty, self._none):
            self._stack.addWidget(widget)
        layout.addWidget(holder, 1)
        layout.addWidget(self.takes)
        self.setFocusProxy(self.view)

    def _list(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setItemDelegate(self._card)
        view.setAccessibleName("Media of the project")
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMovement(QListView.Movement.Static)
        view.setUniformItemSizes(True)
        view.setGridSize(SIZE)
        view.setSpacing(0)
        view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        view.setDragEnabled(True)
        view.setDragDropMode(QListView.DragDropMode.DragOnly)
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        return view

    def _bind(self) -> None:
        state, hub = self._state, self._session.hub
        self.search.wanted.connect(self._want)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._load_source())
        self.view.doubleClicked.connect(lambda _: self._bench.do("insert_source"))
        self.view.customContextMenuRequested.connect(self._on_menu)
        watch(self, hub, AssetAdded, lambda _: self._reload())
        watch(self, hub, TimelineChanged, lambda _: self._on_timeline_changed())
        state.selection_changed.connect(self.takes.refresh)
        state.source_changed.connect(self._repaint)
        state.match_asked.connect(lambda take, _: self.reveal(take.path))
        self.destroyed.connect(self.pictures.close)

    def _reload(self) -> None:
        self.model.show(self._session.project.assets.list(), known_names(self._session.timeline))
        self._on_timeline_changed()
        self._show_right_page()

    def _show_right_page(self) -> None:
        page: QWidget = self.view
        if self.model.is_empty:
            page = self._empty
        elif not self.model.rowCount():
            page = self._none
        self._stack.setCurrentWidget(page)

    def _on_timeline_changed(self) -> None:
        shown = [clip.content for _, clip in all_clips(self._session.timeline)]
        self._card.used = frozenset(one.take.path for one in shown if isinstance(one, Footage))
        self.takes.refresh()
        self._repaint()

    def _repaint(self) -> None:
        self.view.viewport().update()

    def _want(self, wanted: Wanted) -> None:
        self.model.want(wanted)
        self._show_right_page()

    @property
    def chosen(self) -> tuple[Asset, ...]:
        return tuple(self.model.asset(index) for index in self.view.selectionModel().selectedIndexes())

    def _load_source(self) -> None:
        chosen = self.chosen
        self._state.load(self.take(chosen[0]) if chosen else None)

    def take(self, asset: Asset) -> Take:
        """Describe an asset as a take, with all that is known of it from the edit."""
        timeline = self._session.timeline
        return known_take(timeline, asset) or take_of(self._session.project, asset, timeline.rate)

    def reveal(self, path: str) -> None:
        """Select a file in the list, whatever is filtered."""
        self.search.clear()
        row = self.model.row_of(path)
        if row >= 0:
            self.choose(row)
            self.view.scrollTo(self.model.index(row, 0))

    def _show_take(self, clip_id: str, take_id: str) -> None:
        try:
            change = set_take(self._session.timeline, clip_id, take_id)
            self._session.edit("Choose take", lambda now: set_take(now, clip_id, take_id).timeline)
        except ClappperError as error:
            errors.show(self, error)
            return
        if change.report:
            errors.tell(self, change.report, kind="warn")

    def _append(self) -> None:
        target = self._state.target(self._session.timeline)
        end = target.clips[-1].placed.end if target and target.clips else 0
        self._state.go_to(end)
        self._bench.do("overwrite_source")

    def choose(self, row: int) -> None:
        """Select one file and no other, whatever keys are held."""
        alone = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.view.selectionModel().setCurrentIndex(self.model.index(row, 0), alone)

    def _add_as_take(self) -> None:
        clips = [c for c in self._state.chosen(self._session.timeline) if isinstance(c.content, Footage)]
        if not clips or not self.chosen:
            raise ClappperError(
                "Select footage in the bin and a clip on the timeline.", "The footage becomes one more take."
            )
        take, clip = self.take(self.chosen[0]), clips[0]
        self._session.edit("Add take", lambda now: add_take(now, clip.id, take))

    def _reveal(self) -> None:
        if not self.chosen:
            raise ClappperError("Nothing is selected.", "Select footage first.")
        path = self._session.project.locate(self.chosen[0].path)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def _on_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, text in (
            ("insert_source", "Insert at playhead\t,"),
            ("overwrite_source", "Overwrite at playhead\t."),
            ("append_source", "Append to timeline\tShift+E"),
            ("add_as_take", "Add as a take\tAlt+T"),
            ("source_unmark", "Clear marks\tAlt+X"),
            ("reveal_media", "Show in folder"),
            ("import_media", "Import media…\tCtrl+I"),
        ):
            menu.addAction(text, partial(self._bench.do, name))
        menu.popup(self.view.viewport().mapToGlobal(point))

    async def _choose_files(self) -> None:
        path = await dialogs.chosen_file(self, "Import media", Path.home(), _MEDIA)
        if path is not None:
            await self.bring(self._files([path]))

    async def bring(self, files: Iterable[Path]) -> tuple[Imported, ...]:
        """Copy files into the project, one after the other; say what could not be taken."""
        brought: list[Imported] = []
        for path in files:
            try:
                session = self._session
                found = await import_file(session.project, path, session.workers, session.hub)
            except ClappperError as error:
                errors.show(self, error)
                continue
            brought.append(found)
            if found.reused:
                words = f"{path.name} is in the project already."
                errors.tell(self, words, f"{found.saved_bytes / 1e6:.1f} MB saved.", kind="info")
        self._reload()
        if brought:
            self.reveal(brought[-1].asset.path)
        return tuple(brought)

    def _files(self, paths: Iterable[Path]) -> list[Path]:
        """Look into folders."""
        return [
            file
            for path in paths
            for file in (sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path])
        ]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = controls.dropped_files(event)
        event.acceptProposedAction()
        run(self, self.bring(self._files(paths)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill_width()

    def _fill_width(self) -> None:
        """Share the width among as many cards as have room."""
        room = self.width() - self.view.verticalScrollBar().sizeHint().width() - 2
        width = room // max(1, room // SIZE.width())
        if width != self._card.width:
            self._card.width = max(width, SIZE.width())
            self.view.setGridSize(QSize(self._card.width, SIZE.height()))

    def sizeHint(self) -> QSize:
        return QSize(300, 420)
