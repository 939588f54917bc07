"""The clip as it loops, with its seams and keyframes, and the take that it is held against."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from clappper.flow.reviewing.reels import Reel
from clappper.flow.reviewing.review_desk import Filter
from clappper.ui import controls, errors, icons
from clappper.ui.bench import Bench
from clappper.ui.review.keyed import KeyedPanel
from clappper.ui.review.scrub import Mark, MarkKind, PictureStrip, ScrubBar, Still
from clappper.ui.review.stage import ClipStage, image_of
from clappper.ui.reviewing.state import Against

EVENLY = 7
"""How many pictures the strip shows of a clip that has no keyframes."""
STILL_HEIGHT = 96
EMPTY = QImage()
CAPTIONS = ("1  left is better", "2  right is better")


class PlayerPanel(KeyedPanel):
    """Plays what ``ReviewState`` has in hand."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.state = bench.review
        self.loop = self.state.loop
        tokens = bench.tokens
        self.title = controls.label("", "title")
        self.note = controls.label("", "secondary")
        self.stage = ClipStage(tokens)
        self.bar = ScrubBar(tokens)
        self.strip = PictureStrip(tokens)
        self.clock = controls.label("", "mono")
        self._stills: dict[int, QImage] = {}
        self._stack = QStackedWidget()
        self._build()
        self._bind()
        self._show_clip()

    def verbs(self) -> dict[str, Callable[[], object]]:
        state, loop = self.state, self.loop
        return {
            "review_pause": loop.toggle,
            "review_step": partial(loop.step, 1),
            "review_step_back": partial(loop.step, -1),
            "review_mark": partial(self._to_mark, 1),
            "review_mark_back": partial(self._to_mark, -1),
            "review_seam": partial(self._to_seam, 1),
            "review_seam_back": partial(self._to_seam, -1),
            "review_flip": partial(state.hold_against, Against.FLIP),
            "review_wipe": partial(state.hold_against, Against.WIPE),
            "review_pairs": partial(state.hold_against, Against.PAIR),
            "review_to_clip": partial(self.stage.setFocus, Qt.FocusReason.OtherFocusReason),
        }

    def _build(self) -> None:
        tokens = self._bench.tokens
        self.setFocusProxy(self.stage)
        brief = controls.button("Go to the brief", partial(self._bench.do, "workspace_brief"), "primary")
        none = controls.EmptyState(tokens, "star", "Generated clips come here to be judged.", brief)
        show_all = controls.button("Show all clips", partial(self._bench.do, "review_list_all"))
        self.empty = controls.EmptyState(
            tokens,
            "check-circle",
            "",
            show_all,
            hint="The dashboard in the Review menu shows what they add up to.",
        )
        for page in (none, self.empty):
            self._stack.addWidget(page)
        self._stack.addWidget(self._body())
        self.stage.captions = CAPTIONS
        controls.column(self, gap=0).addWidget(self._stack)

    def _body(self) -> QWidget:
        tokens = self._bench.tokens
        body = QWidget()
        column = controls.column(body, gap=2)
        column.setContentsMargins(tokens.gap, 4, tokens.gap, 4)
        head = controls.line(gap=tokens.gap)
        head.addWidget(self.title)
        head.addWidget(self.note)
        head.addStretch()
        self.compare = {
            Against.FLIP: self.tool("review_flip", "swap", checkable=True),
            Against.WIPE: self.tool("review_wipe", "split-horizontal", checkable=True),
            Against.PAIR: self.tool("review_pairs", "columns", checkable=True),
        }
        for button in self.compare.values():
            head.addWidget(button)
        column.addLayout(head)
        column.addWidget(self.stage, 1)
        foot = controls.line(gap=2)
        self.pause = self.tool("review_pause", "pause")
        foot.addWidget(self.tool("review_mark_back", "skip-back"))
        foot.addWidget(self.pause)
        foot.addWidget(self.tool("review_mark", "skip-forward"))
        foot.addWidget(self.bar, 1)
        self.clock.setMinimumWidth(tokens.group * 8)
        self.clock.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.clock)
        column.addLayout(foot)
        column.addWidget(self.strip)
        return body

    def _bind(self) -> None:
        state, loop = self.state, self.loop
        loop.shown.connect(self._draw)
        self.bar.moved.connect(self._seek)
        self.strip.chosen.connect(self._jump)
        self.stage.wiped.connect(lambda _: self._draw())
        state.clip_changed.connect(self._show_clip)
        state.queue_changed.connect(self._show_title)
        state.against_changed.connect(self._show_against)
        state.told.connect(lambda text, kind: errors.tell(self, text, kind=kind))
        self.destroyed.connect(loop.close)

    def _show_title(self) -> None:
        state, other = self.state, self.state.compared
        self._stack.setCurrentIndex(2 if state.clip else 1 if state.everything else 0)
        is_done = state.wanted == Filter(state="unrated")
        self.empty.say(
            "All clips are judged." if is_done else "No clip is in this list.", self.empty.hint.text()
        )
        self.title.setText(f"Clip {state.place + 1} of {len(state.clips)}" if state.clip else "No clip")
        self.note.setText(f"against another of scene {other.scene_id}" if other else "")

    def _show_clip(self) -> None:
        self._stills = {}
        self.strip.show_stills(())
        self._show_title()
        self._show_against()
        if self.state.clip is None:
            self.stage.clear()
            self.bar.show_place(0, 0, ())
            self.clock.setText("")

    def _show_against(self) -> None:
        against = self.state.against
        self.stage.pair = against is Against.PAIR
        edges = {Against.FLIP: 0.0, Against.WIPE: 0.5}
        self.stage.wipe = edges.get(against)
        for how, button in self.compare.items():
            button.setChecked(how is against)
        self._show_title()
        self._draw()

    def _draw(self) -> None:
        reel, clip = self.loop.reel, self.state.clip
        if reel is None or clip is None:
            return
        if reel.fault:
            self.stage.clear(f"This clip cannot be shown. {reel.fault}")
            return
        one, other = self.loop.pictures()
        if one is None:
            return
        self.stage.show_pictures(one, other if self.state.compared is not None else None)
        count, frame = reel.count, self.loop.frame
        total = max(count, round(clip.seconds * reel.fps)) if not reel.complete else count
        last = max(1, total - 1)
        self.bar.show_place(frame / last, count / total, self._marks(reel, last))
        self.clock.setText(f"{frame / reel.fps:.2f} / {total / reel.fps:.2f} s")
        icon = "play" if self.loop.paused else "pause"
        self.pause.setIcon(icons.icon(icon, self._bench.tokens))
        self._add_still(reel, total)
        self.strip.show_frame(frame)

    def _marks(self, reel: Reel, last: int) -> tuple[Mark, ...]:
        known = self.state.landmarks
        quiet = tuple(frame for frame in known.stitches if frame not in known.seams)
        found: tuple[tuple[MarkKind, tuple[int, ...]], ...] = (
            ("cut", reel.cuts),
            ("keyframe", known.keyframes),
            ("stitch", quiet),
            ("seam", known.seams),
        )
        return tuple(
            Mark(min(1.0, frame / last), kind, self._words(kind, frame, reel.fps))
            for kind, frames in found
            for frame in frames
        )

    def _words(self, kind: MarkKind, frame: int, fps: float) -> str:
        place = f"{kind.capitalize()} at {frame / fps:.2f} s"
        if kind not in {"seam", "stitch"}:
            return place
        shows = place if kind == "seam" else f"{place}, does not show"
        return "\n".join((shows, *self.state.landmarks.drifts.get(frame, ())))

    def _add_still(self, reel: Reel, total: int) -> None:
        """Make the next picture of the strip, one at a time, so that the first frame never waits for it."""
        evenly = tuple(round(at * (total - 1) / (EVENLY - 1)) for at in range(EVENLY))
        wanted = self.state.landmarks.keyframes or evenly
        missing = [frame for frame in wanted if frame not in self._stills and frame < reel.count]
        if missing and (self.loop.frame > 0 or self.loop.paused):
            picture = self.loop.reels.picture(reel.path, missing[0])
            assert picture is not None
            self._stills[missing[0]] = image_of(picture).scaledToHeight(STILL_HEIGHT)
        self.strip.show_stills(
            [Still(frame, f"{frame / reel.fps:.2f} s", self._stills.get(frame, EMPTY)) for frame in wanted]
        )

    def _seek(self, share: float) -> None:
        reel = self.loop.reel
        if reel is not None:
            self._jump(round(share * max(0, reel.count - 1)))

    def _jump(self, frame: int) -> None:
        self.loop.paused = True
        self.loop.go_to(frame)

    def _to_mark(self, direction: int) -> None:
        """Go to the next keyframe, seam or cut; without any, to the start or the end."""
        reel, known = self.loop.reel, self.state.landmarks
        if reel is not None and reel.count:
            last = reel.count - 1
            places = {0, last, *reel.cuts, *known.keyframes, *known.seams}
            self.loop.to_next([place for place in places if place <= last], direction)

    def _to_seam(self, direction: int) -> None:
        seams = self.state.landmarks.seams
        if not seams:
            errors.tell(self, "No seam shows in this clip.", kind="info")
            return
        self.loop.to_next(seams, direction)
