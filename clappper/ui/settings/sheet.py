"""The settings as a form: made from their model, so that every setting has its sentence and its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QWidget,
)

from clappper.app import Studio
from clappper.base.errors import ClappperError
from clappper.base.settings import Settings
from clappper.ui import controls, errors
from clappper.ui.tokens import Tokens

LARGEST = 1_000_000
LABEL_WIDTH = 180
GROUPS = {
    "General": ("theme", "projects_folder", "metric_plugins", "largest_download_mb", "proxy"),
    "Your own servers": (
        "comfyui_url",
        "comfyui_workflows",
        "cosmos_url",
        "cosmos_dialect",
        "cosmos_usd_per_gpu_hour",
        "llm_base_url",
        "llm_model",
        "own_origins",
    ),
    "3D": ("local_3d", "blender", "composer_app", "kit_app_dir", "ovrtx_python", "omniverse_python"),
}
REST = "Addresses of services"
SPELLINGS = {
    "comfyui": "ComfyUI",
    "llm": "language model",
    "fal": "fal",
    "python": "Python",
    "url": "address",
    "usd": "$",
    "mb": "(MB)",
    "3d": "3D",
    "cosmos": "Cosmos",
    "luma": "Luma",
    "blender": "Blender",
    "gpu": "GPU",
    "dir": "folder",
    "base": "",
}
"""How words of a setting's name are written."""


class SettingsSheet(QScrollArea):
    """Keeps each setting when it is left; what does not fit is said beneath it."""

    def __init__(self, studio: Studio, tokens: Tokens) -> None:
        super().__init__()
        self._studio, self._tokens = studio, tokens
        self.fields: dict[str, QWidget] = {}
        self._notes: dict[str, Any] = {}
        self.setWidgetResizable(True)
        self.setAccessibleName("Settings")
        self._build(studio.settings())

    def _build(self, settings: Settings) -> None:
        page = controls.panel("window")
        layout = controls.column(page, gap=self._tokens.pad, pad=self._tokens.group)
        layout.addWidget(controls.label("Settings", "heading"))
        for title, names in grouped(list(Settings.model_fields)).items():
            layout.addSpacing(self._tokens.gap)
            layout.addWidget(controls.label(title, "title"))
            layout.addLayout(self._group(settings, names))
        layout.addStretch()
        self.setWidget(page)

    def _group(self, settings: Settings, names: Sequence[str]) -> QFormLayout:
        form = QFormLayout()
        form.setVerticalSpacing(self._tokens.gap)
        form.setHorizontalSpacing(self._tokens.group)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for name in names:
            field = Settings.model_fields[name]
            control = self._control(name, field.annotation, getattr(settings, name), choices_of(field))
            title = title_of(name)
            control.setAccessibleName(title)
            control.setAccessibleDescription(field.description or "")
            control.setToolTip(field.description or "")
            words = controls.column(gap=2)
            words.addWidget(control)
            note = controls.label(field.description or "", "dense", wrap=True)
            words.addWidget(note)
            self.fields[name], self._notes[name] = control, (note, field.description or "")
            heading = controls.label(title)
            heading.setMinimumWidth(LABEL_WIDTH)
            form.addRow(heading, words)
        return form

    def _control(self, name: str, kind: Any, value: Any, choices: tuple[str, ...]) -> QWidget:
        if choices:
            box = QComboBox()
            for choice in choices:
                box.addItem(choice.capitalize(), choice)
            box.setCurrentIndex(box.findData(value))
            box.activated.connect(lambda: self._keep(name, box.currentData()))
            return box
        if kind is bool:
            check = QCheckBox("On")
            check.setChecked(value)
            check.clicked.connect(lambda: self._keep(name, check.isChecked()))
            return check
        if kind in {int, float}:
            spin = controls.spaced(QSpinBox()) if kind is int else controls.spaced(QDoubleSpinBox())
            spin.setRange(0, LARGEST)
            spin.setValue(value)
            spin.editingFinished.connect(lambda: self._keep(name, spin.value()))
            return spin
        line = QLineEdit(", ".join(value) if isinstance(value, tuple) else str(value))
        line.editingFinished.connect(lambda: self._keep(name, line.text().strip()))
        return line

    def _keep(self, name: str, value: object) -> None:
        note, description = self._notes[name]
        given = (
            [part.strip() for part in str(value).split(",") if part.strip()]
            if isinstance(getattr(self._studio.settings(), name), tuple)
            else value
        )
        try:
            if getattr(self._studio.settings(), name) != value:
                self._studio.save_settings(**{name: given})
        except ClappperError as error:
            note.setText(error.message)
            controls.set_kind(note, "error")
            errors.tell(self, error.message, error.hint, kind="warn")
            return
        note.setText(description)
        controls.set_kind(note, "dense")


def title_of(name: str) -> str:
    """Give a setting's name in words."""
    words = " ".join(filter(None, (SPELLINGS.get(word, word) for word in name.split("_"))))
    return words if words.startswith("fal") else words[:1].upper() + words[1:]


def grouped(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Sort settings under headings; what is under none are addresses that hardly anybody changes."""
    known = {name for group in GROUPS.values() for name in group}
    return GROUPS | {REST: tuple(name for name in names if name not in known)}


def choices_of(field: Any) -> tuple[str, ...]:
    """Give the values of a setting that allows only a few."""
    patterns = (getattr(one, "pattern", None) for one in field.metadata)
    found = next((pattern for pattern in patterns if pattern and pattern.startswith("^(")), "")
    return tuple(found.removeprefix("^(").removesuffix(")$").split("|")) if found else ()
