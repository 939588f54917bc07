"""What can be done while judging clips; each tag has its own key."""

from __future__ import annotations

from clappper.review.tags import TAGS
from clappper.ui.actions import Action, keys

ROWS: tuple[Action, ...] = (
    *(
        Action(f"rate_{score}", f"Rate {score} of 5", "review", "Review", "star", keys(str(score)))
        for score in range(1, 6)
    ),
    *(
        Action(
            f"tag_{tag.code}",
            f"Tag: {tag.text.lower()}",
            "review",
            "Review",
            "tag",
            keys(tag.key),
            tag.advice,
        )
        for tag in TAGS
    ),
    Action("review_verdict", "Pass or fail", "review", "Review", "thumbs-up", keys("Space"), habits=()),
    Action("review_pass", "Pass", "review", "Review", "thumbs-up", habits=("P",)),
    Action("review_fail", "Fail", "review", "Review", "thumbs-down", habits=("X",)),
    Action("review_unsure", "Unsure", "review", "Review", "question", keys("U")),
    Action("review_commit", "Store and go on", "review", "Review", "check", keys("Return", "Enter")),
    Action("review_skip", "Skip", "review", "Review", "skip-forward", keys("S")),
    Action("review_back", "Previous clip", "review", "Review", "arrow-up", keys("Up")),
    Action("review_next", "Next clip", "review", "Review", "arrow-down", keys("Down")),
    Action(
        "review_undo",
        "Take back the last rating",
        "review",
        "Review",
        "arrow-u-up-left",
        keys("Backspace", "Ctrl+Z"),
    ),
    Action("review_pause", "Pause the loop", "review", "Review", "pause", keys("K"), habits=("Space", "K")),
    Action("review_step_back", "One frame back", "review", "Review", "caret-left", keys("J", "Left")),
    Action("review_step", "One frame on", "review", "Review", "caret-right", keys("L", "Right")),
    Action("review_mark_back", "Previous keyframe, seam or cut", "review", "Review", "skip-back", keys(",")),
    Action("review_mark", "Next keyframe, seam or cut", "review", "Review", "skip-forward", keys(".")),
    Action("review_seam_back", "Previous seam", "review", "Review", "", keys("Ctrl+Shift+M")),
    Action("review_seam", "Next seam", "review", "Review", "", keys("Shift+M")),
    Action("review_to_clip", "Back to the clip", "review", "Review", "", keys("Escape")),
    Action("review_search", "Search the queue", "review", "Review", "magnifying-glass", keys("/", "Ctrl+F")),
    Action("review_list_unrated", "List: to judge", "review", "Review", "", keys("Alt+1")),
    Action("review_list_worth", "List: worth looking at", "review", "Review", "", keys("Alt+2")),
    Action("review_list_unsure", "List: unsure", "review", "Review", "", keys("Alt+3")),
    Action("review_list_flagged", "List: to make again", "review", "Review", "", keys("Alt+4")),
    Action("review_list_rated", "List: judged", "review", "Review", "", keys("Alt+5")),
    Action("review_list_all", "List: all clips", "review", "Review", "", keys("Alt+6")),
    Action("review_flip", "Flip to the other take", "review", "Review", "swap", keys("Tab")),
    Action("review_wipe", "Wipe between takes", "review", "Review", "split-horizontal", keys("W")),
    Action(
        "review_pairs",
        "Compare in pairs",
        "review",
        "Review",
        "columns",
        keys("Y"),
        "Two takes side by side: 1 the left one is better, 2 the right one, 3 no difference.",
    ),
    Action("review_note", "Write a note", "review", "Review", "pencil-simple", keys("N")),
    Action(
        "review_send_back",
        "Send back to Prompt Coach",
        "review",
        "Review",
        "arrow-bend-up-left",
        keys("R"),
        "Opens the brief with a fix for every tag.",
    ),
    Action(
        "review_blind",
        "Blind",
        "review",
        "Review",
        "eye-slash",
        keys("B"),
        "Hides who made the clip, what it cost and its metrics, and mixes the order.",
        checkable=True,
    ),
    Action(
        "review_assist",
        "Assist",
        "review",
        "Review",
        "lightbulb",
        keys("I"),
        "Shows the metrics and what the predictor expects; each rating says that it was given so.",
        checkable=True,
    ),
)
