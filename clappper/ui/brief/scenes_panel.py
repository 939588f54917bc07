"""The workspace's centre: scenes as storyboard or table, and the chosen one's fields below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from clappper.base.errors import ClappperError
from clappper.brief import addins, scenes
from clappper.brief.fields import scene_number
from clappper.brief.schema import AdBrief
from clappper.brief.templates import presets
from clappper.flow.generating.stills import stills_of_scenes
from clappper.flow.judging import Judgement
from clappper.flow.keyframes.filling import ShotFilling
from clappper.flow.project.session import TimelineChanged
from clappper.jobs.model import JobChanged
from clappper.ui import controls, errors, icons
from clappper.ui.bench import Bench
from clappper.ui.bridge import run, watch
from clappper.ui.brief.fields import SCENE
from clappper.ui.brief.form import FieldForm
from clappper.ui.brief.scene_model import CHOICES, COLUMNS, SceneModel
from clappper.ui.brief.storyboard import Choice, Storyboard
from clappper.ui.brief.studio import StudioPanel
from clappper.ui.makers import maker_name

Index = QModelIndex | QPersistentModelIndex


class ScenesPanel(QWidget):
    """Two views of one model; what is chosen in one is chosen in both."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench, self._draft = bench, bench.draft
        self._news: dict[str, JobChanged] = {}
        self._loaded: dict[Path, QPixmap] = {}
        self.model = SceneModel(bench.draft)
        self.table = _SceneTable(self.model)
        self.storyboard = Storyboard(self.model, bench.tokens)
        self.fields = FieldForm(bench.draft, bench.tokens, SCENE, self._path, columns=4)
        self.studio = StudioPanel(bench, self._path)
        self.wish = QLineEdit()
        self._views = QStackedWidget()
        self._build()
        self._bind()
        self._refresh()

    def verbs(self) -> dict[str, Callable[[], object]]:
        draft = self._draft
        failed = dict(self._choices()).get(draft.scene)
        remedies = {"retry_scene": failed[1], "make_scene_here": failed[2]} if failed else {}
        return remedies | {
            "add_scene": self._offer_presets,
            "add_to_scene": self._offer_addins,
            "duplicate_scene": lambda: draft.change(
                "Duplicate scene", lambda brief: scenes.duplicate_scene(brief, draft.scene)
            ),
            "remove_scene": lambda: draft.change(
                "Remove scene", lambda brief: scenes.remove_scene(brief, draft.scene)
            ),
            "scene_earlier": lambda: self._move(-1),
            "scene_later": lambda: self._move(1),
            "show_table": lambda: self.show_view(self.table),
            "show_storyboard": lambda: self.show_view(self.storyboard),
            "describe_ad": self.wish.setFocus,
        }

    def show_view(self, view: QAbstractItemView) -> None:
        """Bring the table or the storyboard to the front."""
        self._views.setCurrentWidget(view)
        self._storyboard_button.setChecked(view is self.storyboard)
        self._table_button.setChecked(view is self.table)
        view.setFocus()

    def point_to(self, path: str) -> bool:
        """Show a field of a scene, such as ``scenes[1].camera``."""
        place = scene_number(path)
        if place is None:
            return False
        self._draft.select(place)
        field = path.partition("].")[2]
        if field.startswith("studio.") and self.studio.fields.point_to(field):
            return True
        return self.fields.point_to(field) or self.fields.point_to(f"{field}.move") or True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that are dropped on the scenes for the whole brief."""
        if controls.dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._draft.dropped.emit(controls.dropped_files(event))

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setAcceptDrops(True)
        self.setProperty("kind", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = controls.column(self, gap=tokens.gap)
        layout.setContentsMargins(tokens.gap, tokens.gap, tokens.gap, 0)
        layout.addLayout(self._header())
        self._views.addWidget(self.storyboard)
        self._views.addWidget(self.table)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self._views)
        split.addWidget(self._scene_side())
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([460, 260])
        split.setChildrenCollapsible(False)
        self.fields.setAccessibleName("Fields of the scene")
        layout.addWidget(split, 1)

    def _scene_side(self) -> QSplitter:
        """Lay the scene's fields beside those that only 3D has."""
        side = QSplitter(Qt.Orientation.Horizontal)
        side.setChildrenCollapsible(False)
        self.fields.setMinimumWidth(300)
        self.studio.fields.setMinimumWidth(230)
        for widget, share in ((self.fields, 5), (self.studio, 4)):
            side.addWidget(widget)
            side.setStretchFactor(side.count() - 1, share)
        return side

    def _header(self) -> QHBoxLayout:
        tokens, row = self._bench.tokens, controls.line(gap=4)
        self._storyboard_button = self._view_button("Storyboard", "cards", self.storyboard)
        self._table_button = self._view_button("Table", "table", self.table)
        self._storyboard_button.setChecked(True)
        group = QButtonGroup(self)
        for button in (self._storyboard_button, self._table_button):
            group.addButton(button)
            row.addWidget(button)
        self.wish.setPlaceholderText("Describe your ad in a sentence to write the whole brief anew")
        self.wish.setAccessibleName("Describe your ad")
        row.addSpacing(tokens.gap)
        row.addWidget(self.wish, 1)
        row.addSpacing(tokens.gap)
        self._add = controls.button(
            "Add scene", lambda: self._bench.do("add_scene"), icon=icons.icon("plus", tokens)
        )
        row.addWidget(self._add)
        self._add_in = controls.button(
            "Add-ins", lambda: self._bench.do("add_to_scene"), icon=icons.icon("video-camera", tokens)
        )
        row.addWidget(self._add_in)
        for icon, tip, action in (
            ("copy", "Duplicate scene", "duplicate_scene"),
            ("trash", "Remove scene", "remove_scene"),
        ):
            row.addWidget(controls.icon_button(icon, tokens, tip, lambda name=action: self._bench.do(name)))  # type: ignore[misc]
        return row

    def _view_button(self, text: str, icon: str, view: QAbstractItemView) -> QPushButton:
        made = controls.button(
            text, lambda: self.show_view(view), "quiet", icon=icons.icon(icon, self._bench.tokens)
        )
        made.setCheckable(True)
        return made

    def _bind(self) -> None:
        session = self._bench.session
        self.wish.returnPressed.connect(self._write_anew)
        for view in (self.table, self.storyboard):
            view.selectionModel().currentRowChanged.connect(lambda now, _: self._draft.select(now.row()))
        self._draft.selected.connect(self._select)
        self._draft.pointed.connect(self.point_to)
        self._draft.judged.connect(self._show_makers)
        self._draft.changed.connect(lambda: self._select(self._draft.scene))
        self.model.modelReset.connect(lambda: self._select(self._draft.scene))
        self.model.modelReset.connect(self._show_jobs)
        watch(self, session.hub, JobChanged, self._note)
        watch(self, session.hub, ShotFilling, lambda _: self._show_jobs())
        watch(self, session.hub, TimelineChanged, lambda _: self._show_pictures())

    def _note(self, events: tuple[JobChanged, ...]) -> None:
        self._news |= {event.job_id: event for event in events}
        self._show_jobs()

    def _refresh(self) -> None:
        self._show_jobs()
        self._show_pictures()
        self._select(self._draft.scene)

    def _show_jobs(self) -> None:
        session, maker = self._bench.session, self._bench.maker
        jobs = session.queue.list(brief_id=session.brief_id)
        self.model.show_jobs(jobs, self._news, maker.filler.shots)
        self.storyboard.show_choices(dict(self._choices()))

    def _choices(self) -> Iterator[tuple[int, Choice]]:
        """Offer what can be done about each scene that failed."""
        for row, scene in enumerate(self._draft.brief.scenes):
            offer = self._bench.maker.second_try.unmade(scene.id)
            if offer is not None:
                handlers = (self._retry, self._make_here, self._edit_prompt)
                retry, here, edit = (partial(handler, row) for handler in handlers)
                yield row, (offer, retry, here, edit)

    def _retry(self, row: int) -> None:
        try:
            self._bench.maker.second_try.retry(self.model.scene(row).id)
        except ClappperError as error:
            errors.show(self, error)
        self._show_jobs()

    def _make_here(self, row: int) -> None:
        async def ask() -> None:
            await self._bench.maker.second_try.make_here(self.model.scene(row).id)
            self._show_jobs()

        run(self, ask())

    def _edit_prompt(self, row: int) -> None:
        """Show the words that the scene was asked for in: its own prompt, else what that is made from."""
        field = "t2v_prompt" if self.model.scene(row).t2v_prompt else "intent"
        self._draft.pointed.emit(f"scenes[{row}].{field}")

    def _show_pictures(self) -> None:
        paths = stills_of_scenes(self._bench.session)
        for path in paths.values():
            if path not in self._loaded:
                self._loaded[path] = QPixmap(str(path))
        self.model.show_pictures({name: self._loaded[path] for name, path in paths.items()})

    def _show_makers(self, judgement: Judgement) -> None:
        makers = {name: maker_name(route.provider) for name, route in judgement.routes.items()}
        self.model.show_makers(makers, judgement.route_reasons())

    def _path(self, field: str) -> str:
        return f"scenes[{self._draft.scene}].{field}"

    def _select(self, place: int) -> None:
        for view in (self.table, self.storyboard):
            if view.currentIndex().row() != place:
                view.setCurrentIndex(self.model.index(place, 0))
        self.fields.refresh_if_elsewhere(place)

    def _move(self, by: int) -> None:
        start, to = self._draft.scene, self._draft.scene + by
        if 0 <= to < len(self._draft.brief.scenes):
            self._draft.change("Move scene", lambda brief: scenes.move_scene(brief, start, to))
            self._draft.select(to)

    def _offer_presets(self) -> None:
        menu = QMenu(self)
        for name, title in presets().items():
            menu.addAction(title, lambda name=name: self._add_preset(name))  # type: ignore[misc]
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._add.mapToGlobal(self._add.rect().bottomLeft()))

    def _offer_addins(self) -> None:
        scene = self._draft.brief.scenes[self._draft.scene].id
        menu = QMenu(self)
        for title, offered in (
            ("Camera", addins.camera_addins(scene)),
            ("Light", addins.lighting_addins(scene)),
            ("Style of the ad", addins.style_addins()),
        ):
            part = menu.addMenu(title)
            for addin in offered:
                part.addAction(addin.title, partial(self._change, f"Add {addin.title}", addin.apply))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._add_in.mapToGlobal(self._add_in.rect().bottomLeft()))

    def _add_preset(self, name: str) -> None:
        place = self._draft.scene
        if self._change("Add scene", lambda brief: scenes.add_scene(brief, name, place)):
            self._draft.select(place + 1)

    def _change(self, name: str, change: Callable[[AdBrief], AdBrief]) -> bool:
        """Change the brief; say so where that is refused."""
        try:
            self._draft.change(name, change)
        except ClappperError as error:
            errors.show(self, error)
            return False
        return True

    def _write_anew(self) -> None:
        sentence = self.wish.text().strip()
        if not sentence:
            return
        try:
            found = self._bench.studio.brief_from_text(sentence)
            self._draft.change("Write the brief from a sentence", lambda _: found.brief)
        except ClappperError as error:
            errors.show(self, error)
            return
        self.wish.clear()
        guessed = f"Guessed, please check: {', '.join(found.guessed)}." if found.guessed else ""
        undo = errors.Offer("Undo", lambda: self._bench.do("undo"))
        errors.tell(self, "The brief was written from your sentence.", guessed, offer=undo)


class _SceneTable(QTableView):
    def __init__(self, model: SceneModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(_CellEditors(self))
        self.setAccessibleName("Scenes")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(30)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setAccessibleName("Columns of the scenes")
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, width in enumerate((32, 110, 96, 68, 68, 320, 96, 140)):
            self.setColumnWidth(place, width)
        header.setSectionResizeMode(5, QHeaderView.ResizeMode.Stretch)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)


class _CellEditors(QStyledItemDelegate):
    """Offers the few values where there are few, and says in a toast what does not fit."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = COLUMNS[index.column()][1]
        if field not in CHOICES:
            return super().createEditor(parent, option, index)
        made = QComboBox(parent)
        made.addItems(CHOICES[field])
        made.activated.connect(lambda: self._done(made))
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.showPopup()
            return
        super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        assert isinstance(model, SceneModel)
        value = editor.currentText() if isinstance(editor, QComboBox) else editor.property("text")
        try:
            model.setData(index, value, Qt.ItemDataRole.EditRole)
        except ClappperError as error:
            errors.show(editor, error)

    def _done(self, editor: QComboBox) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
