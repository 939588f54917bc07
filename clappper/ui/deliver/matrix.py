"""The matrix: a row for each version, a column for each aspect, a tile for each file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from clappper.flow.delivering.export_queue import ExportChanged, ExportProgressed, ExportState
from clappper.flow.delivering.versions import Version
from clappper.flow.project.session import BriefChanged, TimelineChanged
from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.deliver.posters import Posters
from clappper.ui.deliver.states import telling
from clappper.ui.deliver.tile import TILE_PADDING, WIDTHS, Tile
from clappper.ui.editing import ASPECTS
from clappper.ui.outputs import Cell, newest

MOST_VERSIONS = 6


class MatrixPanel(QWidget):
    """What can be exported, as pictures; what is wanted has its box ticked."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        controls.set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bench, self._session, self._outputs = bench, bench.session, bench.outputs
        self._tiles: dict[Cell, Tile] = {}
        self._fractions: dict[Cell, float] = {}
        self._posters = Posters(self, bench.session, self.update_tiles)
        self._build()
        self._bind()
        self._outputs.follow(self._session)

    def verbs(self) -> dict[str, Callable[[], Any]]:
        """Give what this panel can do, by the ids of ``verbs.ROWS``."""
        outputs = self._outputs
        every = [Cell(version.name, aspect) for version in outputs.versions for aspect in ASPECTS]
        return {
            "deliver_all": partial(outputs.toggle, every),
            "deliver_export": self._export,
        }

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setAccessibleName("Versions and aspects")
        layout = controls.column(self, gap=0)
        top = controls.line(gap=tokens.gap)
        top.setContentsMargins(tokens.pad, tokens.gap, tokens.pad, tokens.gap)
        self._count = controls.spaced(QSpinBox())
        self._count.setRange(0, MOST_VERSIONS)
        self._count.setAccessibleName("Versions beside the ad")
        self._count.setToolTip(
            "Versions that say one thing differently over the same shots, for a fair test."
        )
        self._every = controls.button("Choose all", lambda: self._bench.do("deliver_all"), "quiet")
        top.addWidget(controls.label("Test versions", "secondary"))
        top.addWidget(self._count)
        top.addStretch()
        top.addWidget(self._every)
        layout.addLayout(top)
        self._rows = controls.panel()
        self._grid = QVBoxLayout(self._rows)
        self._grid.setContentsMargins(tokens.pad, 0, tokens.pad, tokens.pad)
        self._grid.setSpacing(tokens.group)
        area = QScrollArea()
        area.setProperty("kind", "panel")
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._rows)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(sum(WIDTHS.values()) + TILE_PADDING * len(WIDTHS) + 3 * tokens.pad)
        layout.addWidget(area, 1)
        self._go = controls.button("Export", lambda: self._bench.do("deliver_export"), "primary")
        bottom = controls.line(pad=tokens.pad)
        bottom.addWidget(self._go, 1)
        layout.addLayout(bottom)

    def _bind(self) -> None:
        outputs, hub = self._outputs, self._session.hub
        self._count.valueChanged.connect(lambda count: outputs.vary(self._session, count))
        outputs.versions_changed.connect(self._show_versions)
        for changed in (outputs.chosen_changed, outputs.looked_at_changed, outputs.writing_changed):
            changed.connect(self._refresh)
        watch(self, hub, TimelineChanged, lambda _: outputs.follow(self._session))
        watch(self, hub, BriefChanged, lambda _: outputs.follow(self._session))
        watch(self, hub, ExportChanged, lambda _: self._refresh())
        watch(self, hub, ExportProgressed, self._on_progress)

    def _show_versions(self) -> None:
        controls.clear(self._grid)
        self._tiles = {}
        with QSignalBlocker(self._count):
            self._count.setValue(self._outputs.count)
        for version in self._outputs.versions:
            self._grid.addWidget(self._row(version))
        self._grid.addStretch()
        self._refresh()

    def _row(self, version: Version) -> QWidget:
        row = QWidget()
        layout = controls.column(row, gap=4)
        title = controls.label(version.title, "title")
        title.setToolTip(version.hypothesis)
        layout.addWidget(title)
        if version.hypothesis:
            layout.addWidget(controls.label(version.hypothesis, "dense", wrap=True))
        tiles = QGridLayout()
        tiles.setSpacing(2)
        for column, aspect in enumerate(ASPECTS):
            cell = Cell(version.name, aspect)
            tile = Tile(
                self._bench.tokens, cell, version.title, partial(self._posters.picture, version, aspect)
            )
            tile.looked_at.connect(self._outputs.look_at)
            tile.toggled.connect(lambda one: self._outputs.toggle([one]))
            self._tiles[cell] = tile
            tiles.addWidget(tile, 0, column)
        tiles.setColumnStretch(len(ASPECTS), 1)
        layout.addLayout(tiles)
        return row

    def update_tiles(self) -> None:
        """Paint the tiles again: a picture came."""
        for tile in self._tiles.values():
            tile.update()

    def _refresh(self) -> None:
        outputs = self._outputs
        for cell, tile in self._tiles.items():
            export = newest(self._session.exports, cell)
            running = export is not None and export.state is ExportState.RUNNING
            tile.show_state(
                wanted=cell in outputs.chosen,
                shown=cell == outputs.looked_at,
                telling=telling(export) if export else None,
                fraction=self._fractions.get(cell, 0.0) if running else None,
            )
        count = len(outputs.wanted)
        self._go.setText(f"Export {count} file{'s' * (count != 1)}" if count else "Choose what to export")
        self._go.setAccessibleName(self._go.text())
        empty = not any(track.clips for track in self._session.timeline.tracks)
        self._go.setEnabled(bool(count) and not empty and not self._session.read_only)
        self._go.setToolTip("The timeline is empty: generate or import something first." if empty else "")
        self._every.setText("Choose none" if count == len(self._tiles) else "Choose all")

    def _on_progress(self, events: tuple[ExportProgressed, ...]) -> None:
        export = self._session.exports.get(events[-1].export_id)
        self._fractions[Cell(export.variant, export.preset.aspect)] = events[-1].fraction
        self._refresh()

    def _export(self) -> None:
        ordered = self._outputs.order(self._session.exports)
        if ordered and len({export.variant for export in ordered}) > 1:
            self._bench.studio.write_test_plan(self._outputs.versions, ordered)
