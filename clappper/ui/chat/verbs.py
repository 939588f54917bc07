"""What can be done in the chat."""

from __future__ import annotations

from clappper.ui.actions import Action, keys

ROWS: tuple[Action, ...] = (
    Action("show_chat", "Edit by words", "window", "View", "chat-circle-dots", keys("Ctrl+Alt+Space")),
    Action("chat_apply", "Apply what was said", "timeline", "Clip", "check"),
    Action("chat_drop", "Drop what was said", "timeline", "Clip", "x"),
)
