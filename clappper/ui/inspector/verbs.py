"""What can be done in the inspector, and its keys."""

from __future__ import annotations

from clappper.ui.actions import Action, keys

ROWS: tuple[Action, ...] = (
    Action("inspect_clip", "Inspect clip", "inspector", "Clip", "sliders-horizontal", keys("Alt+1")),
    Action("inspect_motion", "Inspect motion", "inspector", "Clip", "path", keys("Alt+2")),
    Action("inspect_grade", "Inspect colour", "inspector", "Clip", "palette", keys("Alt+3")),
    Action("match_previous", "Match colour to previous shot", "inspector", "Clip", "eyedropper"),
    Action("match_next", "Match colour to next shot", "inspector", "Clip", "eyedropper"),
    Action("inspect_sound", "Inspect sound", "inspector", "Clip", "waveform", keys("Alt+4")),
    Action(
        "scene_open",
        "Open scene in USD Composer",
        "inspector",
        "Clip",
        "cube",
        keys("Alt+O"),
        "Opens a 3D shot's scene in USD Composer, Blender or usdview, whichever is there.",
        also=("timeline", "viewer"),
    ),
    Action(
        "scene_rerender",
        "Re-render scene",
        "inspector",
        "Clip",
        "arrows-clockwise",
        keys("Alt+R"),
        "Renders a 3D shot's scene as it is now, as a new take of the clip.",
        also=("timeline", "viewer"),
    ),
)
