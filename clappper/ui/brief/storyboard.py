"""The storyboard: every scene as a card with its picture, its place in time, and how far it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from clappper.brief.schema import Scene
from clappper.flow.generating.second_try import Unmade
from clappper.jobs.model import JobState
from clappper.ui import icons
from clappper.ui.brief.choice_card import ChoiceCard
from clappper.ui.brief.scene_model import MAKER, PICTURE, SCENE, STATE, SceneModel, SceneState
from clappper.ui.pictures import fill
from clappper.ui.states import SIGNS, WORDS
from clappper.ui.tokens import Tokens

NARROWEST, WIDEST = 184, 300
"""A card's place, with the room around it: as wide as lets a row of them fill the view."""

INSET = 4
LOWEST_PICTURE = 132
SHAPES = {"9:16": 1.25, "1:1": 1.0, "16:9": 9 / 16}
"""How high a picture is for its width, by the ad's aspect."""
WORDS_HEIGHT = 90
TYPE_ICONS = {"packshot": "package", "lifestyle": "user", "montage": "cards-three", "endcard": "megaphone"}


Choice = tuple[Unmade, Callable[[], object], Callable[[], object], Callable[[], object]]
"""Why a scene is not made; then what retries it, makes it here, and shows its words."""


class Storyboard(QListView):
    """Cards that wrap; drag one to move its scene."""

    def __init__(self, model: SceneModel, tokens: Tokens) -> None:
        super().__init__()
        self._tokens, self._scenes = tokens, model
        self.setModel(model)
        self.setItemDelegate(_CardPainter(tokens, self))
        self.setAccessibleName("Storyboard")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Snap)
        self.setDragDropMode(QListView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setSpacing(0)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._choices: dict[int, Choice] = {}
        model.modelReset.connect(self._choices.clear)

    @property
    def place(self) -> QSize:
        """Give the size of a card's place."""
        room = self.width() - self.verticalScrollBar().sizeHint().width() - 8
        columns = max(1, min(room // NARROWEST, self._scenes.rowCount()))
        width = min(WIDEST, room // columns)
        return QSize(width, self._picture_height(width) + WORDS_HEIGHT + 2 * INSET)

    @property
    def picture_height(self) -> int:
        """Give the height of a card's picture: in proportion, but so that a whole card is seen."""
        return self._picture_height(self.place.width())

    def _picture_height(self, width: int) -> int:
        room = self.height() - WORDS_HEIGHT - 4 * INSET
        shape = SHAPES[self._scenes.aspect]
        return max(LOWEST_PICTURE, min(round(width * shape), room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def show_choices(self, choices: dict[int, Choice]) -> None:
        """Lay over the cards of some scenes, by their row, what can be done about them."""
        for row in self._choices.keys() - choices.keys():
            self.setIndexWidget(self.model().index(row, 0), None)  # type: ignore[arg-type]
        for row, choice in choices.items():
            if self._choices.get(row, (None,))[0] != choice[0]:
                card = ChoiceCard(self._tokens, choice[0], *choice[1:])
                self.setIndexWidget(self.model().index(row, 0), card)
        self._choices = choices


class _CardPainter(QStyledItemDelegate):
    def __init__(self, tokens: Tokens, view: Storyboard) -> None:
        super().__init__(view)
        self._tokens, self._view = tokens, view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self._view.place

    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        _index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Lay what can be done over the card's picture."""
        card = QRect(option.rect).adjusted(INSET, INSET, -INSET, -INSET)
        editor.setGeometry(card.x(), card.y(), card.width(), self._view.picture_height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        scene: Scene = index.data(SCENE)
        state: SceneState = index.data(STATE)
        tokens = self._tokens
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        area = QRectF(QRect(option.rect)).adjusted(INSET, INSET, -INSET, -INSET)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(area, 6, 6)
        painter.fillPath(path, QColor(tokens.raised if chosen or over else tokens.panel))
        painter.setClipPath(path)
        top = QRectF(area.x(), area.y(), area.width(), self._view.picture_height)
        self._paint_picture(painter, top, scene, index.data(PICTURE))
        self._paint_progress(painter, top, state)
        painter.setClipping(False)
        self._paint_words(painter, area, scene, index.row(), str(index.data(MAKER) or ""), state)
        if chosen:
            painter.setPen(QColor(tokens.accent))
            painter.drawPath(path)
        painter.restore()

    def _paint_picture(self, painter: QPainter, area: QRectF, scene: Scene, picture: QPixmap | None) -> None:
        painter.fillRect(area, QColor(self._tokens.well))
        if picture is None or picture.isNull():
            mark = icons.pixmap(
                TYPE_ICONS[scene.type], self._tokens.disabled, 28, painter.device().devicePixelRatio()
            )
            painter.drawPixmap(area.center() - QPointF(14, 14), mark)
            return
        fill(painter, area, picture)

    def _paint_progress(self, painter: QPainter, area: QRectF, state: SceneState) -> None:
        """Lay what is being done over the picture's lower edge: a word, and a bar while it runs."""
        if not state.state or state.state == JobState.DONE:
            return
        tokens = self._tokens
        band = QRectF(area.x(), area.bottom() - 26, area.width(), 26)
        veil = QColor(tokens.well)
        veil.setAlpha(215)
        painter.fillRect(band, veil)
        sign, colour = SIGNS[JobState(state.state)]
        left = band.x() + 10
        mark = icons.pixmap(sign, getattr(tokens, colour), 14, painter.device().devicePixelRatio())
        painter.drawPixmap(QPointF(left, band.center().y() - 7), mark)
        left += 20
        words = state.stage or WORDS[JobState(state.state)]
        if state.eta_seconds is not None and state.state == JobState.RUNNING:
            words = f"{words}, {state.eta_seconds:.0f} s left"
        self._text(
            painter,
            QRectF(left, band.y(), band.right() - left - 8, 24),
            words.capitalize(),
            "text",
            dense=True,
        )
        if state.state in {JobState.RUNNING, JobState.FETCHING, JobState.INGESTING}:
            painter.fillRect(
                QRectF(band.x(), band.bottom() - 3, band.width() * state.fraction, 3), QColor(tokens.accent)
            )

    def _paint_words(
        self, painter: QPainter, area: QRectF, scene: Scene, row: int, maker: str, state: SceneState
    ) -> None:
        left, width = area.x() + 10, area.width() - 20
        top = area.bottom() - WORDS_HEIGHT + 6
        title = f"{row + 1}  {scene.type.capitalize()}"
        self._text(painter, QRectF(left, top, width - 84, 18), title, "text", bold=True)
        times = f"{scene.start_s:.2f}–{scene.end_s:.2f} s"
        self._text(painter, QRectF(left, top, width, 18), times, "secondary", dense=True, right=True)
        self._text(painter, QRectF(left, top + 19, width, 32), scene.intent, "secondary", dense=True, lines=2)
        move = scene.camera.move.replace("_", " ") if scene.camera else "static"
        foot = f"{move} · {maker}" if maker else move
        room = width - (20 if state.state == JobState.DONE else 0)
        self._text(
            painter,
            QRectF(left, top + 56, room, 16),
            foot,
            "disabled" if not maker else "secondary",
            dense=True,
        )
        if state.state == JobState.DONE:
            mark = icons.pixmap("check-circle", self._tokens.ok, 14, painter.device().devicePixelRatio())
            painter.drawPixmap(QPointF(area.right() - 24, top + 57), mark)

    def _text(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        colour: str,
        *,
        dense: bool = False,
        bold: bool = False,
        right: bool = False,
        lines: int = 1,
    ) -> None:
        font = painter.font()
        font.setFamily(self._tokens.sans)
        font.setPixelSize(self._tokens.dense_px if dense else self._tokens.base_px)
        font.setWeight(font.Weight.DemiBold if bold else font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(getattr(self._tokens, colour)))
        if lines > 1:
            fits = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(area.width() * lines * 0.85)
            )
            painter.drawText(area, int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignTop), fits)
            return
        fits = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), fits)
