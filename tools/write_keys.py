"""Writes docs/keys.md from the one table of actions.

python -m tools.write_keys
"""

from __future__ import annotations

from pathlib import Path

from clappper.ui.action_table import ACTIONS
from clappper.ui.actions import PRESETS, Action

TARGET = Path(__file__).resolve().parents[1] / "docs" / "keys.md"
TITLES = {
    "premiere": "Premiere (default)",
    "resolve": "Resolve",
    "kdenlive": "Kdenlive",
    "shotcut": "Shotcut",
}
INTRO = """# Everything Clappper can do, and its keys

Written by `python -m tools.write_keys` from the table behind menus, tooltips and the command palette.
Keys work while their panel has the focus; a panel's key goes before one that works everywhere.
*Edit, Keyboard shortcuts* changes them; *editor habits* there gives Review an editor's keys.
An empty cell has no key: use the menu, or find it with Ctrl+Shift+P.
"""


def page() -> str:
    """Give the whole page."""
    scopes = dict.fromkeys(row.scope for row in ACTIONS)
    return "\n".join([INTRO, *(section(scope) for scope in scopes)])


def section(scope: str) -> str:
    title = "Everywhere" if scope == "window" else f"{scope.capitalize()} panel"
    head = f"| action | {' | '.join(TITLES[preset] for preset in PRESETS)} |"
    rows = [line(row) for row in ACTIONS if row.scope == scope]
    return "\n".join([f"## {title}", "", head, "|---" * (len(PRESETS) + 1) + "|", *rows, ""])


def line(row: Action) -> str:
    cells = (", ".join(map(quoted, row.keys_in(preset))) for preset in PRESETS)
    text = row.text.removesuffix("…") + (f": {row.tip}" if row.tip else "")
    if row.habits is not None:
        text += f" (*Editor habits*: {', '.join(map(quoted, row.habits)) or 'no key'})"
    return f"| {text} | {' | '.join(cells)} |"


def quoted(key: str) -> str:
    return f"`` {key} ``" if "`" in key else f"`{key}`"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
