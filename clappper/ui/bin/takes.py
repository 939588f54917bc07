"""The takes of the clip in hand, side by side: a press shows one in its place, trims and keyframes stay."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QToolButton, QWidget

from clappper.flow.project.session import Session
from clappper.timeline.model import Clip, Footage, MediaKind
from clappper.ui import controls
from clappper.ui.editing import EditState
from clappper.ui.pictures import Pictures
from clappper.ui.tokens import Tokens

_THUMB = QSize(72, 48)


class TakesStrip(QWidget):
    """Shows nothing but a line of help while no clip with footage is in hand."""

    def __init__(
        self, session: Session, state: EditState, tokens: Tokens, choose: Callable[[str, str], None]
    ) -> None:
        super().__init__()
        self._session, self._state, self._tokens, self._choose = session, state, tokens, choose
        self._pictures = Pictures(session.project, self._paint_again)
        self.destroyed.connect(self._pictures.close)
        self._buttons: list[tuple[QToolButton, str]] = []
        self.setAccessibleName("Takes")
        layout = controls.column(self, gap=4)
        layout.setContentsMargins(tokens.pad, tokens.gap, tokens.pad, tokens.gap)
        self._title = controls.label("Takes", "title")
        self._help = controls.label("", "secondary", wrap=True)
        self._row = controls.line(gap=4)
        layout.addWidget(self._title)
        layout.addWidget(self._help)
        layout.addLayout(self._row)

    def refresh(self) -> None:
        """Show the takes of the first clip in hand that has footage."""
        clips = self._state.chosen(self._session.timeline)
        clip = next((clip for clip in clips if isinstance(clip.content, Footage)), None)
        if clip is None:
            self._clear()
            self._title.setText("Takes")
            self._help.setText("Select a clip to see its takes. T shows the next one, even while it plays.")
            self._help.show()
            return
        footage = clip.content
        assert isinstance(footage, Footage)
        self._title.setText(f"Takes of {clip.name or clip.id}")
        self._help.setVisible(len(footage.takes) < 2)
        is_sound = footage.take.kind is MediaKind.AUDIO
        self._help.setText("One take so far." if is_sound else "One take so far. Alt+G varies its seed.")
        self._show(clip, footage)

    def _show(self, clip: Clip, footage: Footage) -> None:
        self._clear()
        for number, take in enumerate(footage.takes):
            button = QToolButton()
            button.setCheckable(True)
            button.setChecked(number == footage.active)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(_THUMB)
            button.setText(str(number + 1))
            name = f"Take {number + 1} of {len(footage.takes)}: {take.label or take.id}"
            button.setAccessibleName(name)
            button.setToolTip(name + (f"\n{take.badge}" if take.badge else ""))
            button.clicked.connect(lambda _=False, one=take.id: self._choose(clip.id, one))
            self._buttons.append((button, self._thumbnail(take.asset_id)))
            self._row.addWidget(button)
        self._row.addStretch()
        self._paint_again()

    def _thumbnail(self, asset_id: str) -> str:
        if not asset_id:
            return ""
        return self._session.project.assets.get(asset_id).derived.get("thumbnail", "")

    def _paint_again(self) -> None:
        for button, path in self._buttons:
            picture = self._pictures.of(path)
            if picture is not None:
                button.setIcon(QIcon(picture))

    def _clear(self) -> None:
        self._buttons.clear()
        controls.clear(self._row)
