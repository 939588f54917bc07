"""What can be done in the Brief workspace."""

from __future__ import annotations

from clappper.ui.actions import Action, keys

ROWS: tuple[Action, ...] = (
    Action(
        "generate",
        "Generate the ad",
        "brief",
        "Brief",
        "sparkle",
        keys("Ctrl+Return"),
        "Make every scene's clip; they come to the timeline one by one.",
    ),
    Action(
        "generate_anyway",
        "Generate although it is blocked",
        "brief",
        "Brief",
        "warning",
        tip="Every clip is marked: in its badge, its sidecar and the reports.",
    ),
    Action("preflight", "Judge the brief now", "brief", "Brief", "gauge", keys("P", "F5")),
    Action(
        "apply_all_fixes", "Apply all fixes that help", "brief", "Brief", "magic-wand", keys("Ctrl+Shift+F")
    ),
    Action("explain_score", "Explain the score", "brief", "Brief", "question", keys("X")),
    Action(
        "show_prompts",
        "Prompt history",
        "window",
        "Brief",
        "clock-counter-clockwise",
        keys("Ctrl+Alt+P"),
        "What was asked for before, by what came of it.",
    ),
    Action("use_prompt", "Use this prompt in the scene", "brief", "Brief", "arrow-left"),
    Action("try_rewrites", "Try 3 rewrites", "brief", "Brief", "pencil-simple", keys("Alt+R")),
    Action("describe_ad", "Describe the ad in a sentence", "brief", "Brief", "chat-circle-dots", keys("/")),
    Action(
        "read_guidelines",
        "Read rules from brand documents…",
        "brief",
        "Brief",
        "file-text",
        tip="Colours, fonts, tone, words to say and never to say, each with its sentence.",
    ),
    Action("add_scene", "Add scene…", "brief", "Brief", "plus", keys("Ins")),
    Action(
        "add_to_scene",
        "Add camera, light or style…",
        "brief",
        "Brief",
        "video-camera",
        keys("Shift+Ins"),
        "A camera move or a light for the scene, a style for the whole ad.",
    ),
    Action("duplicate_scene", "Duplicate scene", "brief", "Brief", "copy", keys("Ctrl+D")),
    Action("remove_scene", "Remove scene", "brief", "Brief", "trash", keys("Del")),
    Action(
        "retry_scene",
        "Retry the failed scene",
        "brief",
        "Brief",
        "arrow-clockwise",
        tip="Sends the same request again; what is made already is not asked for twice.",
    ),
    Action(
        "make_scene_here",
        "Make the failed scene here for free",
        "brief",
        "Brief",
        "cpu",
        tip="The embedded provider makes it on this machine.",
    ),
    Action("scene_earlier", "Move scene earlier", "brief", "Brief", "arrow-left", keys("Alt+Left", "Alt+Up")),
    Action("scene_later", "Move scene later", "brief", "Brief", "arrow-right", keys("Alt+Right", "Alt+Down")),
    Action("show_storyboard", "Show the storyboard", "brief", "Brief", "cards", keys("Alt+1")),
    Action("show_table", "Show the table", "brief", "Brief", "table", keys("Alt+2")),
)
