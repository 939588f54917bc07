"""The table of workspaces: which panel stands where. Panels load when their workspace is first shown."""

from __future__ import annotations

from clappper.ui.bench import Maker, Panel, Workspace


def _viewer() -> Maker:
    from clappper.ui.viewer.dock import ViewerDock

    return ViewerDock


def _bin() -> Maker:
    from clappper.ui.bin.dock import BinDock

    return BinDock


def _captions() -> Maker:
    from clappper.ui.captions.dock import CaptionsDock

    return CaptionsDock


def _chat() -> Maker:
    from clappper.ui.chat.dock import ChatDock

    return ChatDock


def _timeline() -> Maker:
    from clappper.ui.timeline.dock import TimelineDock

    return TimelineDock


def _brief_form() -> Maker:
    from clappper.ui.brief.form import BriefForm

    return BriefForm


def _scenes() -> Maker:
    from clappper.ui.brief.scenes_panel import ScenesPanel

    return ScenesPanel


def _shot() -> Maker:
    from clappper.ui.brief.shot_panel import ShotPanel

    return ShotPanel


def _scorecard() -> Maker:
    from clappper.ui.brief.scorecard import ScorecardPanel

    return ScorecardPanel


def _inspector() -> Maker:
    from clappper.ui.inspector.dock import InspectorDock

    return InspectorDock


def _jobs() -> Maker:
    from clappper.ui.jobs.panel import JobsPanel

    return JobsPanel


def _money() -> Maker:
    from clappper.ui.money.panel import MoneyPanel

    return MoneyPanel


def _log() -> Maker:
    from clappper.ui.log.panel import LogPanel

    return LogPanel


def _history() -> Maker:
    from clappper.ui.history.panel import HistoryPanel

    return HistoryPanel


def _output() -> Maker:
    from clappper.ui.deliver.output import OutputPanel

    return OutputPanel


def _matrix() -> Maker:
    from clappper.ui.deliver.matrix import MatrixPanel

    return MatrixPanel


def _writing() -> Maker:
    from clappper.ui.deliver.writing import side

    return side


def _exports() -> Maker:
    from clappper.ui.deliver.queue import QueuePanel

    return QueuePanel


def _dashboard() -> Maker:
    from clappper.ui.dashboard.panel import DashboardPanel

    return DashboardPanel


def _prompts() -> Maker:
    from clappper.ui.brief.prompts import PromptsPanel

    return PromptsPanel


def _player() -> Maker:
    from clappper.ui.review.player import PlayerPanel

    return PlayerPanel


def _queue() -> Maker:
    from clappper.ui.review.queue import QueuePanel

    return QueuePanel


def _rating() -> Maker:
    from clappper.ui.review.rating import RatingPanel

    return RatingPanel


def _measured() -> Maker:
    from clappper.ui.review.measured import MeasuredPanel

    return MeasuredPanel


WORKSPACES: tuple[Workspace, ...] = (
    Workspace(
        "brief",
        "Brief",
        "note-pencil",
        Panel("scenes", "Scenes", _scenes, "brief"),
        left=(Panel("form", "Brief", _brief_form, "brief"),),
        right=(Panel("scorecard", "Scorecard", _scorecard, "brief"),),
        bottom=(Panel("jobs", "Jobs", _jobs, "jobs"),),
        bottom_height=160,
        left_width=310,
        right_width=350,
    ),
    Workspace(
        "edit",
        "Edit",
        "film-strip",
        Panel("viewer", "Viewer", _viewer, "viewer"),
        left=(
            Panel("bin", "Media", _bin, "bin"),
            Panel("shot", "Shot", _shot),
            Panel("chat", "Chat", _chat),
            Panel("captions", "Captions", _captions),
        ),
        right=(Panel("inspector", "Inspector", _inspector, "inspector"),),
        bottom=(Panel("timeline", "Timeline", _timeline, "timeline"),),
        bottom_height=370,
    ),
    Workspace(
        "review",
        "Review",
        "star",
        Panel("player", "Clip", _player, "review"),
        left=(Panel("queue", "Queue", _queue, "review"),),
        right=(
            Panel("rating", "Rating", _rating, "review"),
            Panel("measured", "Measured and expected", _measured, "review"),
        ),
        left_width=290,
        right_width=330,
        right_heights=(560, 200),
    ),
    Workspace(
        "deliver",
        "Deliver",
        "export",
        Panel("output", "File", _output, "deliver"),
        left=(Panel("matrix", "Versions and aspects", _matrix, "deliver"),),
        right=(Panel("writing", "Settings and checks", _writing, "deliver"),),
        bottom=(Panel("exports", "Render queue", _exports, "deliver"),),
        left_width=470,
        right_width=330,
        bottom_height=170,
    ),
)

EXTRA: tuple[Panel, ...] = (
    Panel("jobs", "Jobs", _jobs, "jobs"),
    Panel("money", "Money", _money),
    Panel("log", "Log", _log),
    Panel("history", "History", _history, wide=False),
    Panel("dashboard", "Dashboard", _dashboard, floats=True),
    Panel("prompts", "Prompt history", _prompts, "brief"),
    Panel("captions", "Captions", _captions, wide=False),
    Panel("chat", "Chat", _chat, wide=False),
)
"""Panels that open beside any workspace, by the action ``show_<id>``."""
