"""The media of a project as a Qt model: a filtered list over its assets, dragged by their ids."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from clappper.flow.footage import title_of
from clappper.store.assets import Asset

MIME = "application/x-clappper-assets"
ASSET = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class Kind(StrEnum):
    """What of the bin is listed."""

    ALL = "All"
    GENERATED = "Generated"
    IMPORTED = "Imported"
    SOUND = "Sound"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which assets are listed: those of a kind whose name or origin holds ``words``."""

    kind: Kind = Kind.ALL
    words: str = ""

    def takes(self, asset: Asset, name: str) -> bool:
        match self.kind:
            case Kind.GENERATED if not asset.origin.startswith("job:"):
                return False
            case Kind.IMPORTED if not asset.origin.startswith("import:"):
                return False
            case Kind.SOUND if asset.kind != "audio":
                return False
        text = f"{name} {asset.origin} {asset.path}".lower()
        return all(word in text for word in self.words.lower().split())


class BinModel(QAbstractListModel):
    """Lists assets, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Asset, ...] = ()
        self._shown: tuple[Asset, ...] = ()
        self._names: Mapping[str, str] = {}
        self._wanted = Wanted()

    def show(self, assets: Sequence[Asset], names: Mapping[str, str]) -> None:
        """List ``assets``; ``names`` are those that the edit has for files, by path."""
        self._all, self._names = tuple(reversed(assets)), names
        self.want(self._wanted)

    def want(self, wanted: Wanted) -> None:
        self.beginResetModel()
        self._wanted = wanted
        self._shown = tuple(asset for asset in self._all if wanted.takes(asset, self.name(asset)))
        self.endResetModel()

    def name(self, asset: Asset) -> str:
        return self._names.get(asset.path) or title_of(asset)

    @property
    def is_empty(self) -> bool:
        """Whether the project has no media at all."""
        return not self._all

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._shown)

    def asset(self, index: Index) -> Asset:
        return self._shown[index.row()]

    def row_of(self, path: str) -> int:
        """Find an asset by its path; -1 where it is not listed."""
        return next((row for row, asset in enumerate(self._shown) if asset.path == path), -1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        asset = self.asset(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.name(asset)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{self.name(asset)}\n{details(asset)}\n{asset.origin}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.name(asset)}, {asset.kind}, {details(asset)}"
        return asset if role == ASSET else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        ids = [self.asset(index).id for index in indexes]
        data.setData(MIME, QByteArray(json.dumps(ids).encode()))
        return data


def asset_ids(data: QMimeData) -> tuple[str, ...]:
    """Read what ``BinModel.mimeData`` wrote; nothing when something else is dragged."""
    if not data.hasFormat(MIME):
        return ()
    return tuple(json.loads(bytes(data.data(MIME).data())))


def details(asset: Asset) -> str:
    """Say how long and how large an asset is."""
    facts = asset.facts
    seconds = float(facts.get("duration_seconds") or facts.get("audio_seconds") or 0)
    size = f"{facts.get('width')} × {facts.get('height')}" if facts.get("width") else ""
    length = f"{seconds:.1f} s" if seconds else ""
    return "  ".join(part for part in (length, size) if part) or asset.kind
