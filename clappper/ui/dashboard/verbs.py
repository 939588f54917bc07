"""What can be done with a project's judgements as a whole."""

from __future__ import annotations

from clappper.ui.actions import Action, keys

ROWS: tuple[Action, ...] = (
    Action("show_dashboard", "Dashboard", "window", "Review", "chart-line-up", keys("Ctrl+Alt+D")),
    Action(
        "learn_now",
        "Learn from the ratings now",
        "window",
        "Review",
        "brain",
        tip="Teaches the predictor what you rated, in all projects.",
    ),
    Action("save_dashboard", "Save the dashboard as CSV…", "window", "Review", "download-simple"),
    Action("export_ratings", "Export ratings…", "window", "Review", "export"),
    Action("import_ratings", "Import ratings…", "window", "Review", "download-simple"),
    Action("export_dataset", "Make a data set of the rated clips…", "window", "Review", "table"),
    Action("write_review_pack", "Write a page for a client…", "window", "Review", "share-network"),
)
