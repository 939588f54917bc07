"""What can be done with captions."""

from __future__ import annotations

from clappper.ui.actions import Action, keys

ROWS: tuple[Action, ...] = (
    Action("caption_add", "Add caption at playhead", "timeline", "Clip", "subtitles", keys("Ctrl+Alt+C")),
    Action("caption_remove", "Remove captions", "timeline", "Clip", "trash"),
    Action("captions_draft", "Draft captions from the script", "timeline", "Clip", "quotes"),
    Action("captions_import", "Import captions…", "timeline", "File", "file-arrow-down"),
    Action("captions_export", "Export captions…", "timeline", "File", "file-arrow-up"),
    Action("show_captions", "Captions", "window", "View", "closed-captioning"),
)
