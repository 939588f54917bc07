"""What a title says and how it comes and goes; bound words are the brief's."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLineEdit, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.assembling.titles import with_text
from clappper.render.animation import Entrance
from clappper.timeline.attributes import set_title
from clappper.timeline.model import Clip, Title, TitlePosition, TitleRole
from clappper.ui import controls, errors
from clappper.ui.brief.fields import title_of
from clappper.ui.inspector.hand import Hand
from clappper.ui.inspector.rows import choice, named, section
from clappper.ui.tokens import Tokens

_POSITIONS = {
    "Where its role belongs": TitlePosition.AUTO,
    "Top": TitlePosition.TOP,
    "Centre": TitlePosition.CENTER,
    "Bottom": TitlePosition.BOTTOM,
    "Lower third": TitlePosition.SAFE_LOWER_THIRD,
}
_LEAVES = {"Fade": "fade", "Cut": "cut", "Stay": "hold"}


class TitleSection(QWidget):
    """For the first clip in hand, if it is a title."""

    def __init__(self, hand: Hand, tokens: Tokens) -> None:
        super().__init__()
        self._hand = hand
        self._clip: Clip | None = None
        holder, column = section("", tokens)
        layout = controls.column(self, gap=0)
        layout.addWidget(holder)
        layout.addStretch()
        self._text = QLineEdit()
        self._text.setAccessibleName("Words of the title")
        self._text.editingFinished.connect(self._write)
        column.addWidget(controls.label("Words", "secondary"))
        column.addWidget(self._text)
        self._bound = controls.label("", "secondary", wrap=True)
        self._unbind = controls.button("Unbind", self._let_go, "link")
        bound = controls.line()
        bound.addWidget(self._bound, 1)
        bound.addWidget(self._unbind)
        column.addLayout(bound)
        roles = tuple(role.value.capitalize() for role in TitleRole)
        self._role = choice("Role", roles, lambda words: self._set("Set role", role=TitleRole(words.lower())))
        self._position = choice(
            "Position", tuple(_POSITIONS), lambda words: self._set("Set position", position=_POSITIONS[words])
        )
        entrances = tuple(kind.value.capitalize() for kind in Entrance)
        self._enter = choice(
            "Comes in by", entrances, lambda words: self._set("Set entrance", enter=words.lower())
        )
        self._leave = choice(
            "Goes by", tuple(_LEAVES), lambda words: self._set("Set exit", leave=_LEAVES[words])
        )
        for name, box in (
            ("Role", self._role),
            ("Position", self._position),
            ("Comes in by", self._enter),
            ("Goes by", self._leave),
        ):
            column.addLayout(named(name, box))

    def show_clip(self, clip: Clip, playhead: int) -> None:
        del playhead
        title = clip.content
        assert isinstance(title, Title)
        self._clip = clip
        if not self._text.hasFocus():
            self._text.setText(title.text)
        self._text.setEnabled(title.role is not TitleRole.LOGO)
        self._bound.setText(
            f"From the brief ({title_of(title.field)}): every version follows."
            if title.field
            else "Free words."
        )
        self._unbind.setVisible(bool(title.field) and title.role is not TitleRole.LOGO)
        self._role.setCurrentText(title.role.value.capitalize())
        self._position.setCurrentText(
            next(words for words, one in _POSITIONS.items() if one is title.position)
        )
        self._enter.setCurrentText((title.enter or "cut").capitalize())
        self._leave.setCurrentText(
            next((words for words, one in _LEAVES.items() if one == title.leave), "Fade")
        )

    def _set(self, name: str, **changes: object) -> None:
        clip = self._clip
        if clip is not None and isinstance(clip.content, Title):
            title = replace(clip.content, **changes)  # type: ignore[arg-type]
            self._hand.keep(name, lambda now: set_title(now, clip.id, title))

    def _let_go(self) -> None:
        self._set("Unbind title", field="")

    def _write(self) -> None:
        clip = self._clip
        if clip is None or not isinstance(clip.content, Title) or self._text.text() == clip.content.text:
            return
        title, words = clip.content, self._text.text()
        if not title.field:
            self._set("Change title", text=words)
            return
        session = self._hand.bench.session
        try:
            brief = with_text(session.brief, title.field, words)
            session.edit_brief(f"Change {title.role.value}", brief)
        except ClappperError as error:
            errors.show(self, error)
            self._text.setText(title.text)
