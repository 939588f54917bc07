"""How files are written: codec, rate, size, folder and names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QSplitter,
    QWidget,
)

from clappper.flow.delivering.export_queue import file_name
from clappper.render.presets import RATES, VideoCodec
from clappper.ui import controls, dialogs
from clappper.ui.bench import Bench
from clappper.ui.bridge import run
from clappper.ui.deliver.checks import ChecksPanel
from clappper.ui.outputs import CODEC_TITLES

SIZES = {1080: "1080 lines", 720: "720 lines", 540: "540 lines, for a look"}


def side(bench: Bench) -> QWidget:
    """Put the settings over the checks."""
    both = QSplitter(Qt.Orientation.Vertical)
    both.addWidget(WritingPanel(bench))
    both.addWidget(ChecksPanel(bench))
    both.setStretchFactor(1, 1)
    both.setChildrenCollapsible(False)
    return both


class WritingPanel(QWidget):
    """The settings that hold for all files, with the names the files will have."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        controls.set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bench, self._outputs = bench, bench.outputs
        self._build()
        self._bind()
        self._refresh()

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setAccessibleName("How files are written")
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(tokens.pad)
        form.setVerticalSpacing(tokens.gap)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._codec = _choice("Codec", CODEC_TITLES)
        self._rate = _choice("Frame rate", {0: "As the ad"} | {rate: f"{rate} fps" for rate in RATES})
        self._lines = _choice("Size", SIZES)
        self._limit = controls.spaced(QDoubleSpinBox())
        self._limit.setAccessibleName("Largest file")
        self._limit.setRange(0.0, 2000.0)
        self._limit.setDecimals(1)
        self._limit.setSuffix(" MB")
        self._limit.setSpecialValueText("2 MB a second")
        self._limit.setToolTip("The picture's quality gives way where a file would be larger.")
        self._gpu = QCheckBox("Encode on the graphics card")
        self._gpu.setToolTip("NVENC where it works, the processor where it does not.")
        for name, widget in (
            ("Codec", self._codec),
            ("Frame rate", self._rate),
            ("Size", self._lines),
            ("Largest file", self._limit),
            ("", self._gpu),
        ):
            form.addRow(controls.label(name, "secondary"), widget)
        self._folder = controls.label("", "dense", wrap=True)
        self._names = controls.label("", "mono", wrap=True)
        layout = controls.column(self, gap=tokens.gap, pad=tokens.pad)
        layout.addLayout(form)
        layout.addSpacing(tokens.gap)
        row = controls.line()
        row.addWidget(controls.label("Folder", "title"))
        row.addStretch()
        row.addWidget(controls.button("Change…", self._choose_folder, "quiet"))
        layout.addLayout(row)
        layout.addWidget(self._folder)
        layout.addSpacing(tokens.gap)
        layout.addWidget(controls.label("Files", "title"))
        layout.addWidget(self._names)
        layout.addStretch()

    def _bind(self) -> None:
        outputs = self._outputs
        self._codec.currentIndexChanged.connect(lambda _: outputs.write(codec=self._codec.currentData()))
        self._rate.currentIndexChanged.connect(lambda _: outputs.write(rate=self._rate.currentData()))
        self._lines.currentIndexChanged.connect(lambda _: outputs.write(lines=self._lines.currentData()))
        self._limit.valueChanged.connect(lambda value: outputs.write(limit_mb=value))
        self._gpu.toggled.connect(lambda on: outputs.write(gpu=on))
        for changed in (outputs.writing_changed, outputs.chosen_changed, outputs.versions_changed):
            changed.connect(self._refresh)

    def _refresh(self) -> None:
        outputs, writing = self._outputs, self._outputs.writing
        self._limit.setEnabled(writing.codec is not VideoCodec.PRORES)
        folder = writing.folder or self._bench.session.project.exports
        self._folder.setText(str(folder))
        names = []
        for cell in outputs.wanted:
            version = outputs.version(cell.version)
            if version is not None:
                names.append(file_name(version.variant, writing.preset(cell.aspect)))
        self._names.setText("\n".join(names) or "Nothing is chosen.")

    def _choose_folder(self) -> None:
        run(self, self._ask_folder())

    async def _ask_folder(self) -> None:
        now = self._outputs.writing.folder or self._bench.session.project.exports
        start = now if await asyncio.to_thread(now.is_dir) else Path.home()
        folder = await dialogs.chosen_folder(self, "Choose where the files go", start)
        if folder is not None:
            self._outputs.write(folder=folder)


def _choice(name: str, titles: Mapping[Any, str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for value, title in titles.items():
        box.addItem(title, value)
    return box
