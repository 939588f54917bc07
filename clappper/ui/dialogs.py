"""Asking for a file, a folder or a yes, without holding the loop: each question is awaited."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QVBoxLayout, QWidget


async def shown(dialog: QDialog) -> bool:
    """Show a dialog over its window and wait; tell whether it was accepted."""
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def settle(code: int) -> None:
        if not answer.done():
            answer.set_result(code)

    dialog.finished.connect(settle)
    dialog.open()
    dialog.activateWindow()
    try:
        return await answer == int(QDialog.DialogCode.Accepted)
    finally:
        dialog.deleteLater()


def open_sheet(parent: QWidget, title: str, content: QWidget) -> QDialog:
    """Show ``content`` in a window of its own beside ``parent``'s, once for each title."""
    for old in parent.findChildren(QDialog):
        if old.windowTitle() == title and old.isVisible():
            old.raise_()
            old.activateWindow()
            content.deleteLater()
            return old
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(content)
    dialog.resize(680, 640)
    dialog.show()
    dialog.activateWindow()
    return dialog


async def chosen_folder(parent: QWidget, title: str, start: Path) -> Path | None:
    """Ask for a folder that exists; None when nothing was chosen."""
    dialog = QFileDialog(parent, title, str(start))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return await _chosen(dialog)


async def chosen_file(parent: QWidget, title: str, start: Path, filters: str) -> Path | None:
    """Ask for a file to read; ``filters`` is as Qt writes them: ``Pictures (*.png *.jpg)``."""
    dialog = QFileDialog(parent, title, str(start), filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await _chosen(dialog)


async def chosen_target(parent: QWidget, title: str, start: Path, filters: str) -> Path | None:
    """Ask where to write a file; the dialog warns of one that is there."""
    dialog = QFileDialog(parent, title, str(start), filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    return await _chosen(dialog)


async def agreed(parent: QWidget, question: str, detail: str, yes: str) -> bool:
    """Ask whether to do what cannot be taken back; ``yes`` is the verb on its button."""
    box = QMessageBox(parent)
    box.setText(question)
    box.setInformativeText(detail)
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    await shown(box)
    return box.clickedButton() is accept


async def _chosen(dialog: QFileDialog) -> Path | None:
    if not await shown(dialog):
        return None
    files = dialog.selectedFiles()
    return Path(files[0]) if files else None
