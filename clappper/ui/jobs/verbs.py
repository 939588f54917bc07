"""What can be done with jobs."""

from __future__ import annotations

from clappper.ui.actions import Action, keys

ROWS: tuple[Action, ...] = (
    Action("pause_job", "Pause or resume the job", "jobs", "Jobs", "pause", keys("Space")),
    Action("cancel_job", "Cancel the job", "jobs", "Jobs", "prohibit", keys("Ctrl+Backspace")),
    Action("retry_job", "Try the job again", "jobs", "Jobs", "arrow-clockwise", keys("R")),
    Action("edit_job", "Change the job…", "jobs", "Jobs", "pencil-simple", keys("E")),
    Action("job_earlier", "Run the job earlier", "jobs", "Jobs", "arrow-up", keys("Alt+Up")),
    Action("job_later", "Run the job later", "jobs", "Jobs", "arrow-down", keys("Alt+Down")),
    Action("remove_job", "Take the job off the list", "jobs", "Jobs", "trash", keys("Del")),
)
