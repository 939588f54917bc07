"""The menus that a right click on the timeline opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from clappper.timeline.model import TransitionKind
from clappper.ui.bench import Bench
from clappper.ui.inspector.curves import EASINGS
from clappper.ui.timeline.layout import Joint, Key, Part, Pin
from clappper.ui.timeline.parts import PartCommands
from clappper.ui.timeline.verbs import ROWS

Guard = Callable[[Callable[..., Any]], Callable[..., Any]]
MARKER_COLOURS = {
    "Green": "", "Red": "#e5534b", "Orange": "#e8853d", "Yellow": "#e2b93b", "Blue": "#5b9bd5",
    "Purple": "#a779d0",
}  # fmt: skip
ON_CLIP = (
    "split", "lift", "ripple_delete", "lift_marked", "extract_marked", "",
    "clip_cut", "clip_copy", "clip_paste", "paste_insert", "paste_attributes", "remove_attributes", "",
    "group", "ungroup", "link", "detach_sound", "lock_clip", "rename_clip", "", "speed", "freeze", "",
    "transition_dissolve", "transition_dip", "transition_wipe", "transition_whip", "transition_push",
    "transition_none", "", "take_next", "take_previous", "clip_replace", "clip_vary_seed",
    "clip_extend_tail", "clip_style_swap", "clip_upscale", "clip_spread_look", "clip_save_picture",
    "match_frame",
)  # fmt: skip
ON_TRACK = (
    "add_title", "add_disclosure", "",
    "add_video_track", "add_overlay_track", "add_voice_track", "add_music_track", "",
    "mute_track", "solo_track", "lock_track", "rename_track", "track_up", "track_down", "remove_track",
)  # fmt: skip
ON_GAP = ("clip_paste", "paste_insert", "ripple_delete", "clip_fill_gap", "", *ON_TRACK)


@dataclass(frozen=True, slots=True)
class PartDoing:
    """What a menu needs of its panel: ``guard`` shows what a person can mend."""

    guard: Guard
    rename_marker: Callable[[int], None]


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


def part_menu(part: Part, commands: PartCommands, do: PartDoing, parent: QWidget) -> QMenu:
    """Offer what can be done with a keyframe, a transition or a marker, and to take it away."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    guard = do.guard
    match part:
        case Key():
            what = "keyframe"
            for words, easing in EASINGS.items():
                menu.addAction(words, partial(guard(commands.ease), part, easing))
        case Joint():
            what = "transition"
            for kind in TransitionKind:
                menu.addAction(kind.value.capitalize(), partial(guard(commands.enter_by), part, kind))
        case Pin(frame):
            what = "marker"
            menu.addAction("Rename marker", partial(do.rename_marker, frame))
            menu.addSeparator()
            for words, colour in MARKER_COLOURS.items():
                menu.addAction(words, partial(guard(commands.colour), part, colour))
    menu.addSeparator()
    menu.addAction(f"Delete {what}\tDel", partial(guard(commands.remove), part))
    return menu
