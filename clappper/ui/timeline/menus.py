"""The menus that a right click on the timeline opens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from clappper.ui.bench import Bench
from clappper.ui.inspector.curves import EASINGS
from clappper.ui.timeline.commands import Commands
from clappper.ui.timeline.layout import Key
from clappper.ui.timeline.verbs import ROWS

Guard = Callable[[Callable[..., Any]], Callable[..., Any]]
ON_CLIP = (
    "split", "lift", "ripple_delete", "lift_marked", "extract_marked", "",
    "clip_cut", "clip_copy", "clip_paste", "paste_attributes", "",
    "group", "ungroup", "link", "lock_clip", "rename_clip", "", "speed", "freeze", "",
    "transition_dissolve", "transition_dip", "transition_wipe", "transition_whip", "transition_push",
    "transition_none", "", "take_next", "take_previous", "clip_replace", "clip_vary_seed",
    "clip_extend_tail", "clip_style_swap", "clip_upscale", "clip_spread_look", "clip_save_picture",
    "match_frame",
)  # fmt: skip
ON_TRACK = (
    "add_video_track", "add_overlay_track", "add_voice_track", "add_music_track", "",
    "mute_track", "lock_track", "remove_track",
)  # fmt: skip
ON_GAP = ("clip_paste", "ripple_delete", "clip_fill_gap", "", *ON_TRACK)


def menu_of(names: tuple[str, ...], bench: Bench, parent: QWidget) -> QMenu:
    """Offer actions with the keys they have; an empty name is a line between."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    rows = {action.id: action for action in ROWS}
    for name in names:
        if not name:
            menu.addSeparator()
        elif name in rows:
            item = menu.addAction(rows[name].text, partial(bench.do, name))
            item.setText(f"{rows[name].text}\t{', '.join(rows[name].keys_in('premiere')[:1])}")
    return menu


def keyframe_menu(key: Key, commands: Commands, guard: Guard, parent: QWidget) -> QMenu:
    """Offer how the value goes on from a keyframe, and to take it away."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for words, easing in EASINGS.items():
        menu.addAction(words, partial(guard(commands.ease_keyframe), key, easing))
    menu.addSeparator()
    menu.addAction("Delete keyframe\tDel", partial(guard(commands.remove_keyframe), key))
    return menu
