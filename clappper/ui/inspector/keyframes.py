"""The keyframes that a shot was made from: each can be looked at, reworded, made anew or replaced."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImageReader, QPixmap
from PySide6.QtWidgets import QButtonGroup, QPlainTextEdit, QScrollArea, QToolButton, QWidget

from clappper.base.errors import ClappperError
from clappper.flow.generating.keyframe_edit import bring_picture, change_keyframe, keyframes_of
from clappper.flow.generating.offers import Offer
from clappper.flow.keyframes.records import Record
from clappper.timeline.model import Clip
from clappper.ui import controls, dialogs, icons
from clappper.ui.bridge import run
from clappper.ui.inspector.hand import Hand
from clappper.ui.inspector.rows import section
from clappper.ui.offering import ask_and_accept, terms_of
from clappper.ui.tokens import Tokens

THUMB = QSize(96, 54)
WORDS_HEIGHT = 64
PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp)"


class KeyframeStrip(QWidget):
    """Hidden for clips that are not made from keyframes. Every change says its price first."""

    def __init__(self, hand: Hand, tokens: Tokens) -> None:
        super().__init__()
        self._hand, self._tokens = hand, tokens
        self._clip: Clip | None = None
        self._take = ""
        self._record: Record | None = None
        self._number = 0
        self._build()
        self.hide()

    def _build(self) -> None:
        holder, column = section("Keyframes", self._tokens)
        controls.column(self, gap=0).addWidget(holder)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._show_one)
        self._strip = controls.line(gap=4)
        inner = QWidget()
        inner.setLayout(self._strip)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(THUMB.height() + 44)
        self._words = QPlainTextEdit()
        self._words.setAccessibleName("What the keyframe shows")
        self._words.setTabChangesFocus(True)
        self._words.setFixedHeight(WORDS_HEIGHT)
        self._again = controls.button("Make anew", lambda: run(self, self.make_anew()), "primary")
        self._other = controls.button(
            "Replace picture…",
            lambda: run(self, self._replace()),
            icon=icons.icon("image", self._tokens),
        )
        self._terms = controls.label("", "secondary", wrap=True)
        self._story = controls.label("", "secondary", wrap=True)
        self._story.setAccessibleName("How the shot was made")
        row = controls.line(gap=4)
        row.addWidget(self._again)
        row.addWidget(self._other)
        row.addStretch()
        for widget in (area, self._words, self._terms, self._story):
            column.addWidget(widget)
        column.insertLayout(column.indexOf(self._terms), row)

    def show_clip(self, clip: Clip) -> None:
        """Show the keyframes of a clip's take."""
        self._clip = clip
        take = getattr(clip.content, "take", None)
        if take is not None and take.id == self._take:
            return
        self._take = take.id if take is not None else ""
        self._record = keyframes_of(self._hand.bench.session, clip)
        self.setVisible(self._record is not None)
        if self._record is not None:
            self._fill(self._record)
            self._show_one(min(self._number, len(self._record.pictures) - 1), go=False)

    def _fill(self, record: Record) -> None:
        self._story.setText("\n".join(record.story()))
        for button in self._group.buttons():
            self._group.removeButton(button)
        controls.clear(self._strip)
        for number, (moment, picture) in enumerate(zip(record.recipe.moments, record.pictures, strict=True)):
            thumb = QToolButton()
            thumb.setCheckable(True)
            thumb.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            thumb.setIconSize(THUMB)
            thumb.setIcon(_thumbnail(Path(picture.path)))
            thumb.setText(f"{moment.frame / record.recipe.fps:.2f} s")
            thumb.setAccessibleName(f"Keyframe {number + 1} at {thumb.text()}")
            thumb.setToolTip(moment.prompt)
            self._group.addButton(thumb, number)
            self._strip.addWidget(thumb)
        self._strip.addStretch()

    def _show_one(self, number: int, *, go: bool = True) -> None:
        """Show one keyframe's words and what changing it costs; pressed, the playhead goes there."""
        record, clip = self._record, self._clip
        assert record is not None
        assert clip is not None
        self._number = number
        self._group.button(number).setChecked(True)
        moment = record.recipe.moments[number]
        self._words.setPlainText(moment.prompt)
        self._show_terms(clip)
        if go:
            rate = self._hand.timeline.rate
            source = rate.frame_at(moment.frame / record.recipe.fps)
            at = clip.placed.start + round((source - clip.source_start) / (clip.speed or 1))
            self._hand.go_to(min(max(at, clip.placed.start), clip.placed.end - 1))

    def _show_terms(self, clip: Clip) -> None:
        try:
            offer = change_keyframe(self._hand.bench.session, clip.id, self._number)
            terms = f"{offer.how} {terms_of(offer.cost)}"
        except ClappperError as error:
            terms = f"{error.message} {error.hint}".rstrip()
        self._terms.setText(terms)

    async def make_anew(self) -> None:
        """Make the keyframe in hand again from its words, once the price is agreed to.

        Raises:
            ClappperError: it could not be made, or the budget does not allow it.
        """
        await self._accept(partial(change_keyframe, prompt=self._words.toPlainText()))

    async def _replace(self) -> None:
        path = await dialogs.chosen_file(self, "Choose a picture", Path.home(), PICTURES)
        if path is not None:
            still = await bring_picture(self._hand.bench.session, path)
            await self._accept(partial(change_keyframe, still=still))

    async def _accept(self, offered: partial[Offer]) -> None:
        session, clip = self._hand.bench.session, self._clip
        assert clip is not None
        await ask_and_accept(self, session, offered(session, clip.id, self._number))


def _thumbnail(path: Path) -> QIcon:
    """Read a picture small; a missing one is an empty place."""
    reader = QImageReader(str(path))
    reader.setScaledSize(reader.size().scaled(THUMB, Qt.AspectRatioMode.KeepAspectRatio))
    return QIcon(QPixmap.fromImageReader(reader))
