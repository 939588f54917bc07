"""The scenes as rows: one model for the table and for the storyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from PySide6.QtCore import QAbstractTableModel, QByteArray, QMimeData, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap

from clappper.base.errors import ClappperError
from clappper.brief import scenes
from clappper.brief.schema import Move, Scene, SceneType
from clappper.flow.keyframes.filling import ShotFilling
from clappper.jobs.model import Job, JobChanged, JobState
from clappper.ui.draft import BriefDraft

Index = QModelIndex | QPersistentModelIndex
SCENE, STATE, PICTURE, MAKER = (int(Qt.ItemDataRole.UserRole) + offset for offset in range(4))
DRAGGED = "application/x-clappper-scene"
COLUMNS = (
    ("#", ""),
    ("Scene", "id"),
    ("Type", "type"),
    ("Start", "start_s"),
    ("End", "end_s"),
    ("Intent", "intent"),
    ("Camera", "camera.move"),
    ("Made by", ""),
)
CHOICES = {"type": get_args(SceneType), "camera.move": get_args(Move)}
"""Which columns offer a few values."""


@dataclass(frozen=True, slots=True)
class SceneState:
    """How far a scene's shots are: ``state`` is empty while nothing was asked for. ``fraction`` is 0..1."""

    state: str = ""
    fraction: float = 0.0
    stage: str = ""
    eta_seconds: float | None = None
    error: str = ""


class SceneModel(QAbstractTableModel):
    """Shows the draft's scenes; what is edited here is an undo step."""

    def __init__(self, draft: BriefDraft) -> None:
        super().__init__()
        self._draft = draft
        self._ids = self._known()
        self._states: dict[str, SceneState] = {}
        self._pictures: dict[str, QPixmap] = {}
        self._makers: Mapping[str, str] = {}
        self._reasons: Mapping[str, str] = {}
        draft.changed.connect(self._refresh)

    @property
    def aspect(self) -> str:
        return self._draft.brief.project.aspect

    def scene(self, place: int) -> Scene:
        return self._draft.brief.scenes[place]

    def show_jobs(
        self, jobs: Sequence[Job], news: dict[str, JobChanged], filling: Mapping[str, ShotFilling]
    ) -> None:
        """Take what the jobs of all scenes are doing; ``news`` is the last event of each.

        ``filling`` are the shots that are made from keyframes now, which takes many jobs each.
        """
        self._states = {
            scene.id: _state(_of_scene(jobs, scene.id), news, filling) for scene in self._draft.brief.scenes
        }
        self._tell((STATE,))

    def show_pictures(self, pictures: dict[str, QPixmap]) -> None:
        """Take a picture by scene id."""
        self._pictures = pictures
        self._tell((PICTURE,))

    def show_makers(self, makers: Mapping[str, str], reasons: Mapping[str, str]) -> None:
        """Take the name of what will make each scene, and why, by scene id."""
        self._makers, self._reasons = makers, reasons
        self._tell((MAKER, int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own way to say none
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return COLUMNS[section][0]
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        if not index.isValid() or index.row() >= len(self._draft.brief.scenes):
            return None
        scene = self.scene(index.row())
        title, field = COLUMNS[index.column()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return self._shown(scene, index.row(), title, field, editing=role == Qt.ItemDataRole.EditRole)
        others = {
            SCENE: scene,
            STATE: self._states.get(scene.id, SceneState()),
            PICTURE: self._pictures.get(scene.id),
            MAKER: self._makers.get(scene.id, ""),
            int(Qt.ItemDataRole.ToolTipRole): "\n\n".join(
                filter(None, (scene.intent, self._reasons.get(scene.id)))
            ),
            int(Qt.ItemDataRole.AccessibleTextRole): f"Scene {index.row() + 1}, {scene.type}: {scene.intent}",
        }
        return others.get(role)

    def setData(self, index: Index, value: Any, role: int = 0) -> bool:
        field = COLUMNS[index.column()][1]
        if role != Qt.ItemDataRole.EditRole or not field:
            return False
        wrong = self._draft.write(f"scenes[{index.row()}].{field}", _typed(field, value))
        if wrong:
            raise SceneError(wrong)
        self._draft.commit(f"Change scene {index.row() + 1}")
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return flags | Qt.ItemFlag.ItemIsEditable if COLUMNS[index.column()][1] else flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [DRAGGED]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(DRAGGED, QByteArray(str(indexes[0].row()).encode()))
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        del action, column
        if not data.hasFormat(DRAGGED):
            return False
        start = int(bytes(data.data(DRAGGED).data()))
        to = row if row >= 0 else parent.row() if parent.isValid() else self.rowCount()
        to = max(0, min(to - (to > start), self.rowCount() - 1))
        if to != start:
            self._draft.change("Move scene", lambda brief: scenes.move_scene(brief, start, to))
            self._draft.select(to)
        return False

    def _shown(self, scene: Scene, row: int, title: str, field: str, *, editing: bool) -> Any:
        if title == "#":
            return row + 1
        if title == "Made by":
            return self._makers.get(scene.id, "")
        value = self._draft.value(f"scenes[{row}].{field}")
        if editing or isinstance(value, str):
            return value
        return f"{value:.2f}" if isinstance(value, float) else (value or "static")

    def _known(self) -> tuple[str, ...]:
        return tuple(scene.id for scene in self._draft.brief.scenes)

    def _refresh(self) -> None:
        if self._known() != self._ids:
            self.beginResetModel()
            self._ids = self._known()
            self.endResetModel()
        else:
            self._tell(())

    def _tell(self, roles: tuple[int, ...]) -> None:
        if self._ids:
            end = self.index(len(self._ids) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), end, list(roles))


class SceneError(ClappperError):
    """What was typed into a scene does not fit."""


def _typed(field: str, value: Any) -> Any:
    if field in {"start_s", "end_s"}:
        try:
            return round(float(str(value).replace(",", ".").removesuffix("s")), 2)
        except ValueError:
            return value
    return value


def _of_scene(jobs: Sequence[Job], scene_id: str) -> dict[str, Job]:
    """Give the newest job of each of a scene's shots, which are named ``scene`` or ``scene.2``."""
    newest: dict[str, Job] = {}
    for job in jobs:
        shot = job.scene_id
        own = shot == scene_id or (shot.startswith(f"{scene_id}.") and shot[len(scene_id) + 1 :].isdigit())
        if own and (shot not in newest or newest[shot].created <= job.created):
            newest[shot] = job
    return newest


ORDER = (
    JobState.UNSURE,
    JobState.FAILED,
    JobState.RUNNING,
    JobState.FETCHING,
    JobState.INGESTING,
    JobState.SUBMITTING,
    JobState.QUEUED,
    JobState.PAUSED,
    JobState.CANCELLED,
    JobState.DONE,
)
"""Which of several shots' states speaks for their scene."""


def _state(
    jobs: Mapping[str, Job], news: Mapping[str, JobChanged], filling: Mapping[str, ShotFilling]
) -> SceneState:
    """Tell of a scene what the shot in the worst state does, and how far all its shots are together."""
    if not jobs:
        return SceneState()
    shots = [
        _filled(filling[shot]) if shot in filling else _made(job, news.get(job.id))
        for shot, job in jobs.items()
    ]
    first = min(shots, key=lambda shot: ORDER.index(JobState(shot.state)))
    return replace(first, fraction=sum(shot.fraction for shot in shots) / len(shots))


def _filled(shot: ShotFilling) -> SceneState:
    return SceneState(str(shot.state), shot.fraction, shot.stage, None, shot.error)


def _made(job: Job, last: JobChanged | None) -> SceneState:
    done = 1.0 if job.state is JobState.DONE else (last.fraction or 0.0) if last else 0.0
    stage, eta = (last.stage, last.eta_seconds) if last else ("", None)
    return SceneState(str(job.state), done, stage, eta, job.error)
