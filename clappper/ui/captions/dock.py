"""The captions panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableView, QVBoxLayout, QWidget

from clappper.base.errors import ClappperError
from clappper.base.units import FrameRange
from clappper.flow.editing.captioning import draft_captions
from clappper.flow.interchange.exchange import Format, export_timeline, import_timeline
from clappper.flow.project.session import TimelineChanged
from clappper.timeline.captions import Caption, captions_of, with_captions
from clappper.timeline.wording import CaptionStyle
from clappper.ui import controls, dialogs, errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.captions.look import LookRows
from clappper.ui.captions.model import CaptionModel

NEW_SECONDS = 2.0
_STYLES = {
    "Lines": CaptionStyle.LINES,
    "Phrases": CaptionStyle.PHRASES,
    "Words": CaptionStyle.WORDS,
}
_FILES = "Captions (*.srt *.vtt)"


class CaptionsDock(QWidget):
    """All captions in order; the one at the playhead is marked."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench, self._session, self._state = bench, bench.session, bench.edit
        self.model = CaptionModel(self._keep, self)
        self._build()
        self._bind()
        self._refresh()

    def verbs(self) -> dict[str, Callable[[], Any]]:
        return {
            "caption_add": self.add,
            "caption_remove": self.remove,
            "captions_draft": self.draft,
            "captions_import": self._import,
            "captions_export": self._export,
        }

    def _build(self) -> None:
        tokens, do = self._bench.tokens, self._bench.do
        self.setAccessibleName("Captions")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        bar = controls.panel()
        row = controls.line(bar, gap=2)
        row.setContentsMargins(tokens.pad, 4, tokens.pad, 4)
        for icon, tip, name in (
            ("plus", "Add a caption at the playhead", "caption_add"),
            ("trash", "Remove the selected captions", "caption_remove"),
            ("quotes", "Draft captions from the script", "captions_draft"),
            ("file-arrow-down", "Import captions…", "captions_import"),
            ("file-arrow-up", "Export captions as SubRip…", "captions_export"),
        ):
            row.addWidget(controls.icon_button(icon, tokens, tip, lambda name=name: do(name)))  # type: ignore[misc]
        row.addStretch()
        self.style_box = QComboBox()
        self.style_box.addItems(list(_STYLES))
        self.style_box.setAccessibleName("Style of drafted captions")
        self.style_box.setToolTip("What a draft shows at a time: lines, three words, or single words")
        row.addWidget(self.style_box)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("List of captions")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setAccessibleName("Columns of the captions")
        for column in (0, 1):
            header.resizeSection(column, self.table.fontMetrics().horizontalAdvance("00:00:00") + 22)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        draft = controls.button("Draft from the script", lambda: do("captions_draft"), "primary")
        self._empty = controls.EmptyState(
            tokens, "closed-captioning", "Captions go here.", draft, hint="Or import a SubRip file (.srt)."
        )
        self.look = LookRows(self._bench, self._selected)
        layout.addWidget(bar)
        layout.addWidget(self.look)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._empty, 1)
        self.setFocusProxy(self.table)

    def _bind(self) -> None:
        watch(self, self._session.hub, TimelineChanged, lambda _: self._refresh())
        self._state.playhead_moved.connect(self._mark)
        self.table.clicked.connect(self._go_to)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.look.refresh())

    def _refresh(self) -> None:
        now = self._session.timeline
        captions = captions_of(now)
        chosen = {one.frames for one in self._selected()}
        self.model.show(captions, now.rate)
        self._select_again(chosen)
        self.look.refresh()
        self.look.setVisible(bool(captions))
        self.table.setVisible(bool(captions))
        self._empty.setVisible(not captions)
        if not self._selected():
            self._mark(self._state.playhead)

    def _select_again(self, chosen: set[FrameRange]) -> None:
        """Keep the selection while the list is filled anew."""
        picked = self.table.selectionModel()
        if not chosen or picked.hasSelection():
            return
        flags = picked.SelectionFlag.Select | picked.SelectionFlag.Rows
        for row, one in enumerate(self.model.captions):
            if one.frames in chosen:
                picked.select(self.model.index(row, 0), flags)

    def _selected(self) -> tuple[Caption, ...]:
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return tuple(self.model.captions[row] for row in rows if row < len(self.model.captions))

    def _mark(self, frame: int) -> None:
        row = self.model.row_at(frame)
        if row >= 0 and self.table.currentIndex().row() != row:
            self.table.setCurrentIndex(self.model.index(row, 2))

    def _go_to(self, index: QModelIndex) -> None:
        self._state.go_to(self.model.captions[index.row()].frames.start)

    def add(self) -> None:
        """Put a caption at the playhead, as long as there is room for it.

        Raises:
            ClappperError: there is one already.
        """
        now, start = self._session.timeline, self._state.playhead
        if self.model.row_at(start) >= 0:
            raise ClappperError("There is a caption here already.", "Double-click it to change it.")
        later = (one.frames.start for one in self.model.captions if one.frames.start > start)
        end = min(start + now.rate.frame_at(NEW_SECONDS), min(later, default=10**9))
        added = (*self.model.captions, Caption(FrameRange(start, end), "New caption"))
        self._keep("Add caption", tuple(sorted(added, key=lambda one: one.frames)))
        self._refresh()
        self.table.edit(self.model.index(self.model.row_at(start), 2))

    def remove(self) -> None:
        """Take the selected captions away."""
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        if not rows:
            raise ClappperError("No caption is selected.", "Select one in the list.")
        kept = tuple(one for row, one in enumerate(self.model.captions) if row not in rows)
        self._keep("Remove captions" if len(rows) > 1 else "Remove caption", kept)

    async def draft(self) -> None:
        """Time the brief's script over the voice, in the chosen style.

        Raises:
            ClappperError: there is no script or no voice.
        """
        draft = await draft_captions(self._session, _STYLES[self.style_box.currentText()])
        self._keep("Draft captions", draft.captions)
        errors.tell(self, f"{len(draft.captions)} captions drafted.", draft.note, kind="info")

    def _keep(self, name: str, captions: tuple[Caption, ...]) -> bool:
        try:
            self._session.edit(name, lambda now: with_captions(now, captions))
        except ClappperError as error:
            errors.show(self, error)
            return False
        return True

    async def _import(self) -> None:
        path = await dialogs.chosen_file(self, "Import captions", Path.home(), _FILES)
        if path is not None:
            await import_timeline(self._session, path)

    async def _export(self) -> None:
        start = self._session.project.exports / "captions.srt"
        path = await dialogs.chosen_target(self, "Export captions", start, "SubRip (*.srt)")
        if path is not None:
            export_timeline(self._session, Format.SRT, path)
            errors.tell(self, f"{path.name} is written.")

    def sizeHint(self) -> QSize:
        return QSize(320, 360)
