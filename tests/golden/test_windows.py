"""The look is approved: the kit of controls, at 100 % and 200 %, dark and light."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

try:
    import PySide6.QtWidgets  # noqa: F401
except ImportError as error:
    pytest.skip(f"Qt does not load here: {error}", allow_module_level=True)

from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QProgressBar,
    QWidget,
)

from clappper.ui import controls, icons, theme
from clappper.ui.brief.dial import Dial
from clappper.ui.tokens import DARK, LIGHT, Tokens
from tests.pictures import drawn

HERE = Path(__file__).parent
SIZE = QSize(420, 330)
MOST_DIFFERENT = 0.012
"""Part of the pixels that may differ by more than 24 codes: each version of Qt draws edges in its own way."""


@pytest.fixture
def app() -> QApplication:
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([])
    app.setCursorFlashTime(0)
    return app


def kit(tokens: Tokens) -> QWidget:
    """Lay out one of each control."""
    root = controls.panel()
    layout = controls.column(root, gap=tokens.gap, pad=tokens.pad)
    layout.addWidget(controls.label("Scorecard", "title"))
    head = controls.line()
    dial = Dial(tokens)
    dial.show_score(86, blocked=False)
    head.addWidget(dial)
    words = controls.column(gap=4)
    for text, kind in (("Ready to generate", "title"), ("2 suggestions", "secondary"), ("Blocked", "error")):
        words.addWidget(controls.label(text, kind))
    words.addWidget(controls.label("00:00:04:20", "mono"))
    head.addLayout(words, 1)
    layout.addLayout(head)
    row = controls.line()
    for text, kind in (
        ("Generate", "primary"),
        ("Generate anyway", "danger"),
        ("Open…", ""),
        ("Explain", "link"),
    ):
        row.addWidget(controls.button(text, lambda: None, kind))
    layout.addLayout(row)
    row = controls.line()
    line, box, spin, check = QLineEdit("Slow mornings"), QComboBox(), QDoubleSpinBox(), QCheckBox("Faces")
    box.addItem("9:16")
    spin.setSuffix(" s")
    check.setChecked(True)
    for control in (line, box, controls.spaced(spin), check):
        row.addWidget(control)
    row.addWidget(controls.icon_button("gear-six", tokens, "Settings"))
    layout.addLayout(row)
    bar = QProgressBar()
    bar.setValue(60)
    bar.setTextVisible(False)
    layout.addWidget(bar)
    sign = controls.label("")
    sign.setPixmap(icons.pixmap("film-slate", tokens.accent, 24, 2.0))
    layout.addWidget(sign)
    layout.addStretch()
    return root


@pytest.mark.parametrize("ratio", [1, 2], ids=["100", "200"])
@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
def test_the_kit_looks_as_approved(app: QApplication, tokens: Tokens, ratio: int, tmp_path: Path) -> None:
    theme.apply(app, tokens)
    found = drawn(kit(tokens), SIZE, ratio)
    theme.apply(app, DARK)
    approved = HERE / f"windows-{tokens.name}-{ratio}00.png"
    found.save(tmp_path / approved.name)
    expected = Image.open(approved).convert("RGB")
    assert found.size == expected.size
    away = np.abs(np.asarray(found, np.int16) - np.asarray(expected, np.int16)).max(axis=2) > 24
    assert away.mean() <= MOST_DIFFERENT, f"see {tmp_path / approved.name}"
