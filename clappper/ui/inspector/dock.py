"""The inspector panel: chips for its parts, and the part that suits the clip in hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from clappper.flow.playing.playback import Picture
from clappper.flow.project.session import TimelineChanged
from clappper.timeline.model import Clip, Footage, MediaKind, Title
from clappper.ui import controls
from clappper.ui.bench import Bench
from clappper.ui.bridge import watch
from clappper.ui.inspector.about import AboutSection
from clappper.ui.inspector.clip import ClipSection
from clappper.ui.inspector.curves import PICTURE, SOUND, CurveRows
from clappper.ui.inspector.grade import GradeSection
from clappper.ui.inspector.hand import Hand
from clappper.ui.inspector.scene import SceneSection
from clappper.ui.inspector.title import TitleSection
from clappper.ui.tokens import Tokens


class Section(Protocol):
    """A part of the inspector."""

    def show_clip(self, clip: Clip, playhead: int) -> None: ...


PARTS: dict[str, Callable[[Hand, Tokens], Section]] = {
    "Clip": ClipSection,
    "Title": TitleSection,
    "Motion": partial(CurveRows, "", PICTURE),
    "Grade": GradeSection,
    "Sound": partial(CurveRows, "", SOUND),
    "About": AboutSection,
}


class InspectorDock(QWidget):
    """Follows the selection, or the clip under the playhead."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench, self._state = bench, bench.edit
        self._hand = Hand(bench, self)
        self._sections: dict[str, Section] = {}
        self._chips: dict[str, QPushButton] = {}
        self._picture: Picture | None = None
        self._shown = "Clip"
        self._fitting: tuple[str, ...] = ()
        self._build()
        self._bind()
        self._refresh()

    def verbs(self) -> dict[str, Callable[[], Any]]:
        sections: dict[str, Callable[[], Any]] = {
            f"inspect_{name.lower()}": partial(self.show_section, name)
            for name in ("Clip", "Motion", "Grade", "Sound")
        }
        return sections | {
            "match_previous": lambda: self.grade.match.match(-1),
            "match_next": lambda: self.grade.match.match(1),
            "scene_open": self._open_scene,
            "scene_rerender": self._render_scene,
        }

    def _open_scene(self) -> object:
        return self.scene.open()

    def _render_scene(self) -> object:
        return self.scene.rerender()

    @property
    def grade(self) -> GradeSection:
        made = self._section("Grade")
        assert isinstance(made, GradeSection)
        return made

    @property
    def scene(self) -> SceneSection:
        made = self._section("Clip")
        assert isinstance(made, ClipSection)
        return made.scene

    def show_section(self, name: str) -> None:
        self._shown = name
        self._refresh()

    def _build(self) -> None:
        tokens = self._bench.tokens
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        bar = controls.panel()
        row = controls.line(bar, gap=4)
        row.setContentsMargins(tokens.pad, tokens.gap, tokens.pad, tokens.gap)
        self._stack = QStackedWidget()
        for name in PARTS:
            chip = controls.button(name, partial(self.show_section, name), "chip")
            chip.setCheckable(True)
            self._chips[name] = chip
            row.addWidget(chip)
        row.addStretch()
        self._title = controls.label("", "title")
        self._title.setContentsMargins(tokens.pad, tokens.gap, tokens.pad, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._stack)
        self._empty = controls.EmptyState(
            tokens,
            "sliders-horizontal",
            "Select a clip to see and change it.",
            hint="Press a clip on the timeline.",
        )
        self._area = area
        layout.addWidget(bar)
        layout.addWidget(self._title)
        layout.addWidget(area, 1)
        layout.addWidget(self._empty, 1)

    def _bind(self) -> None:
        state = self._state
        watch(self, self._bench.session.hub, TimelineChanged, lambda _: self._refresh())
        state.selection_changed.connect(self._refresh)
        state.playhead_moved.connect(lambda _: self._on_moved())
        state.pictured.connect(self._keep_picture)

    def _section(self, name: str) -> Section:
        """Give a part; it is made when it is first shown, since all of them together take long."""
        if name not in self._sections:
            made = self._sections[name] = PARTS[name](self._hand, self._bench.tokens)
            self._stack.addWidget(cast("QWidget", made))
            if isinstance(made, GradeSection):
                if self._picture is not None:
                    made.scope.show_picture(self._picture)
                self._state.pictured.connect(made.scope.show_picture)
        return self._sections[name]

    def _keep_picture(self, picture: Picture) -> None:
        """Hold on to what is seen, for a scope that is opened later."""
        self._picture = picture

    def _on_moved(self) -> None:
        """While it plays only stills and stops are worth a look."""
        if not self._state.playing:
            self._refresh()

    def _refresh(self) -> None:
        clips = self._hand.clips
        self._area.setVisible(bool(clips))
        self._empty.setVisible(not clips)
        self._title.setVisible(bool(clips))
        if not clips:
            for chip in self._chips.values():
                chip.hide()
            return
        clip = clips[0]
        fitting = parts_for(clip)
        if fitting != self._fitting and (self._shown not in fitting or self._shown == "Clip"):
            self._shown = fitting[0]
        self._fitting = fitting
        for name, chip in self._chips.items():
            chip.setVisible(name in fitting)
            chip.setChecked(name == self._shown)
        more = f"  and {len(clips) - 1} more" if len(clips) > 1 else ""
        self._title.setText(f"{named(clip)}{more}")
        section = self._section(self._shown)
        section.show_clip(clip, self._state.playhead)
        assert isinstance(section, QWidget)
        self._stack.setCurrentWidget(section)

    def sizeHint(self) -> QSize:
        return QSize(320, 480)


def parts_for(clip: Clip) -> tuple[str, ...]:
    """Say which parts of the inspector mean something for a clip."""
    if isinstance(clip.content, Title):
        return ("Title", "Clip", "Motion")
    if isinstance(clip.content, Footage) and clip.content.take.kind is MediaKind.AUDIO:
        return ("Sound", "Clip", "About")
    if isinstance(clip.content, Footage) and clip.content.take.has_audio:
        return ("Clip", "Motion", "Grade", "Sound", "About")
    return ("Clip", "Motion", "Grade", "About")


def named(clip: Clip) -> str:
    if isinstance(clip.content, Title):
        return clip.content.text or clip.name or clip.id
    return clip.name or clip.id
