"""Marking the sections of the music, and saying how sure they are."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clappper.flow.editing.song import mark_song
from clappper.flow.project.session import Session
from clappper.ui import errors


async def mark_sections(session: Session, owner: QWidget) -> None:
    errors.tell(owner, "Listening to the music for its sections.", kind="info")
    marked = await mark_song(session)
    names = ", ".join(marker.name for marker in marked.markers)
    errors.tell(owner, f"Marked {len(marked.markers)} sections: {names}.", marked.note)
