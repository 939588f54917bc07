"""What can be done in the Deliver workspace."""

from __future__ import annotations

from clappper.ui.actions import Action, keys

ROWS: tuple[Action, ...] = (
    Action(
        "export_media", "Export media…", "window", "File", "export", keys("Ctrl+M", resolve="Ctrl+Shift+E")
    ),
    Action("deliver_export", "Export the chosen files", "deliver", "File", "export", keys("Ctrl+Return")),
    Action("deliver_all", "Choose all or none", "deliver", "", "list-checks", keys("Ctrl+A")),
    Action("deliver_play", "Play or pause the file", "deliver", "", "play", keys("Space")),
    Action("deliver_cancel", "Cancel export", "deliver", "", "prohibit", keys("Escape")),
    Action("deliver_again", "Export again", "deliver", "", "arrow-clockwise", keys("Ctrl+R")),
    Action("deliver_reveal", "Show in folder", "deliver", "", "folder-open", keys("Ctrl+Alt+R")),
    Action(
        "deliver_remove",
        "Remove from the queue",
        "deliver",
        "",
        "trash",
        keys("Delete"),
        "The file that was written stays.",
    ),
)
