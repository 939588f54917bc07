"""What can be done in the media bin, and its keys."""

from __future__ import annotations

from clappper.ui.actions import Action, keys

ROWS: tuple[Action, ...] = (
    Action(
        "import_media",
        "Import media…",
        "bin",
        "File",
        "download-simple",
        keys("Ctrl+I"),
        also=("timeline", "viewer"),
    ),
    Action(
        "append_source",
        "Append to timeline",
        "bin",
        "Clip",
        "arrow-line-right",
        keys("Shift+E", resolve="Shift+F12"),
        "Put the selected footage behind the last clip of the target track.",
    ),
    Action(
        "add_as_take",
        "Add as a take",
        "bin",
        "Clip",
        "stack",
        keys("Alt+T"),
        "Offer the selected footage as one more take of the clip in hand.",
    ),
    Action(
        "source_in",
        "Mark in of footage",
        "bin",
        "Clip",
        "",
        keys("I"),
        "The frame under the pointer is the first that insert and overwrite take.",
    ),
    Action("source_out", "Mark out of footage", "bin", "Clip", "", keys("O"), "The last that they take."),
    Action("source_unmark", "Clear marks of footage", "bin", "Clip", "", keys("Alt+X")),
    Action("reveal_media", "Show in folder", "bin", "File", "folder-open"),
)
