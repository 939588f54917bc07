"""The one style sheet, built from the tokens; fonts and palette with it."""

from __future__ import annotations

from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, QTemporaryDir
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from clappper.base.paths import resource
from clappper.ui.icons import tinted
from clappper.ui.tokens import DARK, LIGHT, Tokens

FACES = (
    "Inter.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "JetBrainsMono-Regular.ttf",
    "JetBrainsMono-SemiBold.ttf",
)
GLYPHS = ("check", "minus", "caret-down", "caret-up", "caret-right", "x")


def chosen(name: str, app: QApplication) -> Tokens:
    """Give the theme called ``dark`` or ``light``; ``system`` is what the desktop prefers."""
    if name == "system":
        wants_light = app.styleHints().colorScheme() is Qt.ColorScheme.Light
        return LIGHT if wants_light else DARK
    return LIGHT if name == "light" else DARK


def apply(app: QApplication, tokens: Tokens) -> None:
    """Dress the whole program in ``tokens``. May be called again, to change the theme."""
    if tokens.sans not in QFontDatabase.families():
        for face in FACES:
            QFontDatabase.addApplicationFont(str(resource("fonts", face)))
    font = QFont(tokens.sans)
    font.setPixelSize(tokens.base_px)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setStyle("Fusion")
    app.setFont(font)
    app.setPalette(_palette(tokens))
    app.setStyleSheet(_sheet(tokens, _Glyphs(app, tokens).path))


def mono(tokens: Tokens, pixels: int = 0) -> QFont:
    """Give the font of timecode, money and scores: every digit as wide as the other."""
    font = QFont(tokens.mono)
    font.setPixelSize(pixels or tokens.base_px)
    return font


class _Glyphs(QObject):
    """The small marks that a style sheet can only name as files; their folder ends with the program."""

    def __init__(self, app: QApplication, tokens: Tokens) -> None:
        super().__init__(app)
        self._folder = QTemporaryDir()
        self.path = Path(self._folder.path())
        for name in GLYPHS:
            vector = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
            for role, colour in (("text", tokens.secondary), ("on", tokens.on_accent)):
                (self.path / f"{name}-{role}.svg").write_text(tinted(vector, colour), encoding="utf-8")


def _sheet(tokens: Tokens, glyphs: Path) -> str:
    values = {name: getattr(tokens, name) for name in Tokens.__slots__}
    text = resource("theme.qss").read_text(encoding="utf-8")
    return Template(text).substitute(values, glyphs=glyphs.as_posix(), inner=tokens.control - 2)


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.well,
        QPalette.ColorRole.AlternateBase: tokens.panel,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.secondary,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.ToolTipBase: tokens.raised,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.selected,
        QPalette.ColorRole.HighlightedText: tokens.text,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.Mid: tokens.line,
        QPalette.ColorRole.Light: tokens.raised,
        QPalette.ColorRole.Midlight: tokens.raised,
        QPalette.ColorRole.Dark: tokens.line,
        QPalette.ColorRole.Shadow: tokens.well,
        QPalette.ColorRole.Accent: tokens.accent,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.disabled))
    return palette
