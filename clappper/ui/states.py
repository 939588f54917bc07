"""How a job's state is said and shown, everywhere the same."""

from __future__ import annotations

from clappper.jobs.model import JobState

WORDS = {
    JobState.QUEUED: "Queued",
    JobState.PAUSED: "Paused",
    JobState.SUBMITTING: "Sending",
    JobState.RUNNING: "Generating",
    JobState.FETCHING: "Downloading",
    JobState.INGESTING: "Finishing",
    JobState.DONE: "Done",
    JobState.FAILED: "Failed",
    JobState.CANCELLED: "Cancelled",
    JobState.UNSURE: "Needs you",
}
SIGNS = {
    JobState.QUEUED: ("hourglass-medium", "secondary"),
    JobState.PAUSED: ("pause", "secondary"),
    JobState.SUBMITTING: ("upload-simple", "info"),
    JobState.RUNNING: ("sparkle", "accent"),
    JobState.FETCHING: ("download-simple", "info"),
    JobState.INGESTING: ("gear-six", "info"),
    JobState.DONE: ("check-circle", "ok"),
    JobState.FAILED: ("warning-circle", "error"),
    JobState.CANCELLED: ("prohibit", "secondary"),
    JobState.UNSURE: ("question", "warn"),
}
"""Icon and token's colour: a state is never told by colour alone."""
