"""What can be done in every workspace."""

from __future__ import annotations

from clappper.ui.actions import Action, keys

ROWS: tuple[Action, ...] = (
    Action("new_ad", "New ad…", "window", "File", "file-plus", keys("Ctrl+N")),
    Action("open_project", "Open project…", "window", "File", "folder-open", keys("Ctrl+O")),
    Action("open_sample", "Open the sample project", "window", "File", "film-slate"),
    Action("show_welcome", "Close project", "window", "File", "house", keys("Ctrl+Shift+W")),
    Action("edit_settings", "Settings…", "window", "File", "gear-six", keys("Ctrl+,")),
    Action("edit_keys", "Keys of services…", "window", "File", "key"),
    Action("quit", "Quit", "window", "File", "", keys("Ctrl+Q")),
    Action("undo", "Undo", "window", "Edit", "arrow-u-up-left", keys("Ctrl+Z")),
    Action("redo", "Redo", "window", "Edit", "arrow-u-up-right", keys("Ctrl+Shift+Z", "Ctrl+Y")),
    Action("show_history", "History", "window", "Edit", "clock-counter-clockwise", keys("Ctrl+Alt+H")),
    Action("edit_shortcuts", "Keyboard shortcuts…", "window", "Edit", "keyboard", keys("Ctrl+Alt+K")),
    Action("workspace_brief", "Brief", "window", "View", "note-pencil", keys("Ctrl+1")),
    Action("workspace_edit", "Edit", "window", "View", "film-strip", keys("Ctrl+2")),
    Action("workspace_review", "Review", "window", "View", "star", keys("Ctrl+3")),
    Action("workspace_deliver", "Deliver", "window", "View", "export", keys("Ctrl+4")),
    Action("show_jobs", "Jobs", "window", "View", "list-checks", keys("Ctrl+Alt+J")),
    Action("show_money", "Money", "window", "View", "wallet", keys("Ctrl+Alt+M")),
    Action("save_ledger", "Save the money list as CSV…", "window", "File", "download-simple"),
    Action("save_report", "Save a report…", "window", "Help", "file-arrow-up"),
    Action("show_log", "Log", "window", "View", "terminal-window", keys("Ctrl+Alt+L")),
    Action("maximise_panel", "Maximise panel", "window", "View", "arrows-out", keys("`", kdenlive="Ctrl+`")),
    Action("full_screen", "Full screen", "window", "View", "corners-out", keys("F11"), checkable=True),
    Action("reset_workspace", "Reset workspace", "window", "View", "arrow-counter-clockwise"),
    Action(
        "palette",
        "Find an action…",
        "window",
        "Help",
        "magnifying-glass",
        keys("Ctrl+K", "Ctrl+Shift+P"),
        "Search everything Clappper can do. On the timeline Ctrl+K splits; Ctrl+Shift+P works everywhere.",
    ),
    Action("key_sheet", "Keys of this panel", "window", "Help", "keyboard", keys("?", "F1")),
    Action("show_doctor", "Check this machine", "window", "Help", "heartbeat"),
    Action("about", "About Clappper", "window", "Help", "info"),
)
