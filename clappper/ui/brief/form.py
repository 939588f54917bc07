"""A form over a part of the brief: sections of fields, each checked while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QColorDialog, QDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.flow.brief_files import bring_one
from clappper.flow.briefing.guidelines import read_guidelines
from clappper.flow.judging import Judgement
from clappper.ui import controls, dialogs, errors
from clappper.ui.bench import Bench
from clappper.ui.bridge import run
from clappper.ui.brief import limits
from clappper.ui.brief.dropping import sorted_by_home
from clappper.ui.brief.editor import Editor
from clappper.ui.brief.editors import ColourEditor, FileEditor, editor_for
from clappper.ui.brief.fields import SECTIONS, FieldRow, Section
from clappper.ui.brief.guidelines import GuidelineSheet
from clappper.ui.draft import BriefDraft
from clappper.ui.slices import Slices
from clappper.ui.tokens import Tokens

NARROWEST_FIELD = 120
WHOLE_LINE = {"text", "titles", "beats"}
GUIDELINES = "assets.guideline_documents"


class FieldForm(QScrollArea):
    """Shows ``sections``, which are made a few fields at a time; ``made`` hears of each field.

    ``whole`` turns a row's path into that of the whole brief. Where ``columns`` have no room, there are two.
    """

    def __init__(
        self,
        draft: BriefDraft,
        tokens: Tokens,
        sections: tuple[Section, ...],
        whole: Callable[[str], str] = lambda path: path,
        *,
        columns: int = 2,
        made: Callable[[Editor], object] = lambda _: None,
    ) -> None:
        super().__init__()
        self._columns = self._most_columns = columns
        self._grids: list[tuple[QGridLayout, list[Editor]]] = []
        self._draft, self._tokens, self._whole, self._tell_made = draft, tokens, whole, made
        self._place = 0
        self._editors: dict[str, Editor] = {}
        self.setProperty("kind", "panel")
        self.setWidgetResizable(True)
        self.setAcceptDrops(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = controls.panel()
        self._layout = controls.column(page, gap=tokens.group)
        self._layout.setContentsMargins(tokens.pad, 4, tokens.pad, tokens.pad)
        self._layout.addStretch()
        self.setWidget(page)
        draft.settled.connect(self.refresh)
        self.slices = Slices(self, self._fill(sections))
        self.slices.finished.connect(self._fit_columns)

    @property
    def editors(self) -> Mapping[str, Editor]:
        """Give all fields by their paths; those that are still to be made are made now."""
        if not self.slices.is_done:
            self.slices.finish()
            for editor in self._editors.values():
                editor.show()
        return self._editors

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that are dropped beside their field, too."""
        if controls.dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._draft.dropped.emit(controls.dropped_files(event))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the fields out anew where there is room for more of them in a line, or for fewer."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        columns = self._most_columns if self.width() >= self._most_columns * NARROWEST_FIELD else 2
        if columns == self._columns or not self.slices.is_done:
            return
        self._columns = columns
        for grid, editors in self._grids:
            for side in range(self._most_columns):
                grid.setColumnStretch(side, 1 if side < columns else 0)
            for editor, place in zip(editors, _places([one.row for one in editors], columns), strict=True):
                grid.removeWidget(editor)
                grid.addWidget(editor, *place, Qt.AlignmentFlag.AlignTop)

    def refresh(self) -> None:
        """Show the brief as it is."""
        for editor in self._editors.values():
            self._show(editor)

    def _show(self, editor: Editor) -> None:
        editor.show_value(self._draft.value(self._whole(editor.row.path)))
        editor.say("")

    def refresh_if_elsewhere(self, place: int) -> None:
        """Show another scene's fields, when another one was chosen."""
        if place != self._place:
            self._place = place
            self.refresh()

    def point_to(self, path: str) -> bool:
        """Bring a field into sight and put the cursor there."""
        editor = self.editors.get(path)
        if editor is None:
            return False
        self.ensureWidgetVisible(editor, 20, 60)
        editor.control.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _fill(self, sections: tuple[Section, ...]) -> Iterator[None]:
        for number, section in enumerate(sections):
            column = controls.column(gap=self._tokens.gap)
            column.addWidget(controls.label(section.title, "title"))
            self._layout.insertLayout(number, column)
            yield from self._fill_section(column, section)

    def _fill_section(self, column: QVBoxLayout, section: Section) -> Iterator[None]:
        grid = QGridLayout()
        grid.setSpacing(self._tokens.gap)
        for side in range(self._columns):
            grid.setColumnStretch(side, 1)
        column.addLayout(grid)
        editors: list[Editor] = []
        self._grids.append((grid, editors))
        for row, place in zip(section.rows, _places(section.rows, self._columns), strict=True):
            editors.append(self._editor(row))
            grid.addWidget(editors[-1], *place, Qt.AlignmentFlag.AlignTop)
            yield

    def _editor(self, row: FieldRow) -> Editor:
        editor = self._editors[row.path] = editor_for(row, self._tokens)
        editor.edited.connect(lambda value: self._edited(editor, value))
        editor.finished.connect(lambda: self._finished(editor))
        if isinstance(editor, FileEditor):
            editor.name_of = self._name_of
            editor.picture_of = self._picture_of
            editor.asked.connect(lambda: run(self, self._choose(editor)))
            editor.wanted.connect(lambda paths: run(self, self.take(paths, editor.row)))
        if isinstance(editor, ColourEditor):
            editor.wanted.connect(lambda wish: run(self, self._colour(editor, *wish)))
        self._show(editor)
        self._tell_made(editor)
        return editor

    def _name_of(self, path: str) -> str:
        """Call a file as it was called before it came into the project."""
        assets = self._draft.session.project.assets.list()
        origin = next((asset.origin for asset in assets if asset.path == path), "")
        return origin.removeprefix("import:") if origin.startswith("import:") else Path(path).name

    def _picture_of(self, path: str) -> Path | None:
        """Find the small picture of a file that came into the project."""
        project = self._draft.session.project
        small = next((one.derived.get("thumbnail") for one in project.assets.list() if one.path == path), "")
        return project.path / small if small else None

    async def take(self, paths: list[Path], wanted: FieldRow | None = None) -> None:
        """Put dropped files where they belong, first of all where they were dropped.

        Raises:
            ClappperError: one cannot be used; those before it are kept.
        """
        homes = sorted_by_home(paths, wanted)
        strays = homes.pop("", [])
        for field, found in homes.items():
            editor = self.editors[field]
            assert isinstance(editor, FileEditor)
            await self._bring(editor, found)
            if wanted is None or wanted.path != field:
                names = found[0].name if len(found) == 1 else f"{len(found)} files"
                errors.tell(self, f"{names} went to {editor.row.label}.", kind="info")
                self.ensureWidgetVisible(editor, 20, 60)
        if strays:
            names = ", ".join(one.name for one in strays)
            hint = "It takes pictures, logos, songs, documents and USD scenes."
            raise UnusableInputError(f"A brief has no place for {names}.", hint)

    def _edited(self, editor: Editor, value: Any) -> None:
        editor.say(self._draft.write(self._whole(editor.row.path), value))

    def _finished(self, editor: Editor) -> None:
        try:
            self._draft.commit(f"Change {editor.row.label[:1].lower()}{editor.row.label[1:]}")
        except ClappperError as error:
            errors.show(self, error)

    async def _choose(self, editor: FileEditor) -> None:
        path = await dialogs.chosen_file(
            self, f"Choose {editor.row.label.lower()}", Path.home(), editor.row.files
        )
        if path is not None:
            await self._bring(editor, [path])

    async def _bring(self, editor: FileEditor, paths: list[Path]) -> None:
        """Copy files into the project and name the copies in the brief."""
        wanted = paths if editor.row.kind == "files" else paths[:1]
        names = [await bring_one(self._draft.session.shop, path) for path in wanted]
        if not names:
            return
        field = self._whole(editor.row.path)
        before = self._draft.value(field)
        held = list(before) if isinstance(before, tuple) else []
        self._edited(editor, list(dict.fromkeys(held + names)) if editor.row.kind == "files" else names[0])
        self._finished(editor)
        editor.brought.emit()

    async def _colour(self, editor: ColourEditor, place: int | None, colours: list[str]) -> None:
        start = QColor(colours[place] if place is not None else self._tokens.accent)
        dialog = QColorDialog(start, self)
        dialog.setWindowTitle(editor.row.label)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        if not await dialogs.shown(dialog):
            return
        name = dialog.selectedColor().name()
        if editor.row.kind == "colour":
            self._edited(editor, name)
            self._finished(editor)
            return
        changed = [*colours, name] if place is None else [*colours[:place], name, *colours[place + 1 :]]
        self._edited(editor, changed)
        self._finished(editor)


def _places(rows: Sequence[FieldRow], columns: int) -> Iterator[tuple[int, int, int, int]]:
    """Give each field its line, its side, and how many lines and columns it takes."""
    line, side = 0, 0
    for row in rows:
        span = 1 if row.half else columns if row.kind in WHOLE_LINE else 2
        if side + span > columns:
            line, side = line + 1, 0
        yield line, side, 1, span
        side += span


class BriefForm(QWidget):
    """The left side of the workspace: everything that holds for the whole ad."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = controls.column(self)
        self._bench = bench
        self._sheet: QDialog | None = None
        self._judgement: Judgement | None = None
        self.read = controls.button(
            "Read rules from them",
            lambda: bench.do("read_guidelines"),
            "link",
            tip="Offers what they ask for",
        )
        self.read.setEnabled(False)
        self.fields = FieldForm(bench.draft, bench.tokens, SECTIONS, made=self._dress)
        self.fields.setAccessibleName("Fields of the brief")
        self.fields.slices.finished.connect(self._show_limits)
        bench.draft.settled.connect(self._show_read)
        bench.draft.pointed.connect(self.fields.point_to)
        bench.draft.dropped.connect(lambda paths: run(self, self.fields.take(paths)))
        bench.draft.judged.connect(self._note_limits)
        layout.addWidget(self.fields)
        self.setMinimumWidth(260)

    def verbs(self) -> dict[str, Callable[[], object]]:
        return {"read_guidelines": self.read_guidelines} if self.read.isEnabled() else {}

    async def read_guidelines(self) -> None:
        """Read the brand documents and offer their rules."""
        self.read.setText("Reading…")
        try:
            found = await read_guidelines(self._bench.session)
        finally:
            self.read.setText("Read rules from them")
        if self._sheet is not None and isValid(self._sheet):
            self._sheet.close()
        sheet = GuidelineSheet(self._bench.draft, self._bench.tokens, found)
        self._sheet = dialogs.open_sheet(self, "Rules from your documents", sheet)

    def _dress(self, editor: Editor) -> None:
        """Put the reading of documents under their field."""
        if editor.row.path == GUIDELINES:
            editor.layout_.addWidget(self.read, alignment=Qt.AlignmentFlag.AlignLeft)
            editor.brought.connect(lambda: self._bench.do("read_guidelines"))
            self._show_read()

    def _show_read(self) -> None:
        has_any = bool(self._bench.draft.brief.assets.guideline_documents)
        self.read.setVisible(has_any and self.read.parent() is not None)
        self.read.setEnabled(has_any)

    def _note_limits(self, judgement: Judgement) -> None:
        self._judgement = judgement
        self._show_limits()

    def _show_limits(self) -> None:
        if self._judgement is None or not self.fields.slices.is_done:
            return
        models = tuple(self._judgement.context.capabilities.values())
        editors = self.fields.editors
        limits.show_aspects(editors["project.aspect"], limits.possible_aspects(models))
        rates = ", ".join(f"{rate:g}" for rate in limits.possible_rates(models))
        limits.show_note(editors["project.fps"], f"made at {rates}" if rates else "")
        limits.show_note(editors["project.duration_s"], limits.shot_lengths(models))
