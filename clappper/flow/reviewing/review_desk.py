"""Judging a project's clips: what there is to see, what people said, and what they take back.

Every word is stored before the call returns, so that a crash takes at most the word being given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.base.errors import ClappperError
from clappper.base.ids import new_id
from clappper.base.units import Money
from clappper.flow.project.session import Session
from clappper.jobs.ingest import facts_of
from clappper.jobs.money.records import MoneyRecords
from clappper.jobs.recipes import MATTE
from clappper.jobs.records import JobRecords
from clappper.review.inbox import order, repeats
from clappper.review.posterior import Outcome
from clappper.review.ratings import (
    PASS_FROM,
    Comparison,
    Mode,
    Rating,
    RatingSaved,
    flags,
    latest_by_reviewer,
)
from clappper.review.records import ReviewRecords, StoredMetric
from clappper.store.project import ProjectFolder

if TYPE_CHECKING:
    from clappper.review.learning import Example

SENT_BACK = "sent_back"
FEWEST_TO_REPEAT = 10
"""With fewer clips a reviewer would remember them."""


@dataclass(frozen=True, slots=True)
class ReviewClip:
    """One generated clip. ``cost`` None is unknown; ``latency_seconds`` None was not noted."""

    asset_id: str
    path: Path
    prompt: str
    provider: str
    model: str
    scene_id: str
    seconds: float
    fps: float
    created: str
    cost: Money | None = None
    latency_seconds: float | None = None
    job_id: str = ""


def generated_clips(project: ProjectFolder) -> dict[str, ReviewClip]:
    """Give a project's generated clips by asset id, the oldest first."""
    makers = {job.asset_id: job for job in JobRecords(project.db).jobs() if job.asset_id}
    costs: dict[str, Money] = {}
    latencies: dict[str, float] = {}
    for attempt in MoneyRecords(project.db).attempts():
        if attempt.actual is not None:
            costs[attempt.job_id] = costs.get(attempt.job_id, Money()) + attempt.actual
        if attempt.seconds is not None:
            latencies[attempt.job_id] = attempt.seconds
    clips = {}
    for asset in project.assets.list("video"):
        job = makers.get(asset.id)
        if job is not None and (job.request.provider, job.request.model) != MATTE:
            facts, request = facts_of(asset), job.request
            clips[asset.id] = ReviewClip(
                asset.id,
                project.path / asset.path,
                request.prompt,
                request.provider,
                request.model,
                job.scene_id,
                facts.duration_seconds,
                float(facts.rate.fps),
                asset.created,
                costs.get(job.id),
                latencies.get(job.id),
                job.id,
            )
    return clips


@dataclass(frozen=True, slots=True)
class Draft:
    """A rating being given. ``passed`` None with ``unsure`` means that the reviewer cannot tell."""

    overall: int | None = None
    passed: bool | None = None
    unsure: bool = False
    tags: tuple[str, ...] = ()
    notes: str = ""

    @property
    def verdict(self) -> bool | None:
        """Give pass or fail; by the score where it was not said, and None when unsure."""
        if self.unsure:
            return None
        if self.passed is not None or self.overall is None:
            return self.passed
        return self.overall >= PASS_FROM

    @property
    def is_empty(self) -> bool:
        return self == Draft()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which clips to show; empty fields show all.

    ``words`` must all be in what was asked for. ``only`` names the clips that come into question.
    """

    state: str = "all"
    provider: str = ""
    scene_id: str = ""
    tag: str = ""
    words: str = ""
    only: frozenset[str] | None = None


@dataclass
class ReviewDesk:
    """One reviewer at one open project. ``mode`` is noted with every rating."""

    session: Session
    reviewer: str
    mode: Mode = "blind"
    records: ReviewRecords = field(init=False)

    def __post_init__(self) -> None:
        self.records = ReviewRecords(self.session.project.db)
        self._given: list[str] = []

    def clips(self) -> dict[str, ReviewClip]:
        """Give the generated clips by asset id, the oldest first."""
        return generated_clips(self.session.project)

    def queue(
        self, wanted: Filter | None = None, rank: Callable[[str], int] = lambda _: 0
    ) -> tuple[ReviewClip, ...]:
        """Give the clips to judge, in this reviewer's order; behind what is to be judged come hidden repeats.

        Clips of a lower ``rank``, by asset id, come first, among themselves in that same order.
        """
        wanted, clips = wanted or Filter(), self.clips()
        ratings = self.records.ratings()
        shown = [name for name, clip in clips.items() if self._matches(clip, wanted, ratings)]
        if self.mode == "open":
            return tuple(clips[name] for name in shown)
        ordered = sorted(order(shown, self.reviewer), key=rank)
        if wanted.state == "unrated":
            ordered += self._repeats(clips, replace(wanted, state="all"), ratings)
        return tuple(clips[name] for name in ordered)

    def _repeats(
        self, clips: Mapping[str, ReviewClip], wanted: Filter, ratings: Iterable[Rating]
    ) -> list[str]:
        """Give the clips that this reviewer shall judge twice and did not yet."""
        possible = [name for name, clip in clips.items() if self._matches(clip, wanted, ratings)]
        if len(possible) < FEWEST_TO_REPEAT:
            return []
        times = Counter(one.asset_id for one in ratings if one.reviewer == self.reviewer)
        return [name for name in repeats(possible, self.reviewer) if times[name] < 2]

    def _matches(self, clip: ReviewClip, wanted: Filter, ratings: Iterable[Rating]) -> bool:
        own = [one for one in ratings if one.asset_id == clip.asset_id]
        mine = any(one.reviewer == self.reviewer for one in own)
        states = {
            "all": True,
            "unrated": not mine,
            "rated": mine,
            "flagged": bool(flags(own)),
            "unsure": any(one.passed is None for one in own),
        }
        return (
            states[wanted.state]
            and (wanted.only is None or clip.asset_id in wanted.only)
            and wanted.provider in {"", clip.provider}
            and wanted.scene_id in {"", clip.scene_id}
            and all(word in clip.prompt.casefold() for word in wanted.words.casefold().split())
            and (not wanted.tag or any(wanted.tag in one.tags for one in own))
        )

    def rate(self, clip: ReviewClip, draft: Draft) -> Rating:
        """Store a rating.

        Raises:
            ClappperError: nothing was said, or the project is open for reading only.
        """
        self._demand_writing()
        if draft.is_empty:
            raise ClappperError(
                "There is nothing to store yet.", "Press 1 to 5, Space for pass or fail, or a tag."
            )
        rating = Rating(
            new_id("rating"),
            clip.asset_id,
            self.reviewer,
            draft.overall,
            draft.verdict,
            draft.tags,
            draft.notes.strip(),
            self.mode,
            self._now(),
        )
        self.records.add_ratings([rating])
        self._given.append(rating.id)
        self.session.hub.publish(RatingSaved(clip.asset_id))
        return rating

    def undo(self) -> Rating | None:
        """Take back this reviewer's last rating, at any depth and over restarts; None when there is none."""
        self._demand_writing()
        mine = [one for one in self.records.ratings() if one.reviewer == self.reviewer]
        if not mine:
            return None
        last = max(mine, key=lambda one: (self._turn(one.id), one.created, one.id))
        self.records.withdraw(last.id, self._now())
        self.session.hub.publish(RatingSaved(last.asset_id))
        return replace(last, withdrawn=self._now())

    def _turn(self, rating_id: str) -> int:
        return self._given.index(rating_id) if rating_id in self._given else -1

    def compare(self, better: ReviewClip, worse: ReviewClip, *, tie: bool = False) -> Comparison:
        """Store a choice between two clips."""
        self._demand_writing()
        made = Comparison(new_id("choice"), better.asset_id, worse.asset_id, tie, self.reviewer, self._now())
        self.records.add_comparison(made)
        return made

    def uncompare(self, choice: Comparison) -> None:
        """Take a choice back."""
        self.records.withdraw_comparison(choice.id, self._now())

    def metrics(self, asset_id: str) -> tuple[StoredMetric, ...]:
        return self.records.metrics(asset_id)

    def flagged(self) -> dict[str, tuple[str, ...]]:
        """Give the clips to make again and why. A list to look at: nothing is spent."""
        by_clip: dict[str, list[Rating]] = {}
        for one in self.records.ratings():
            by_clip.setdefault(one.asset_id, []).append(one)
        found = {name: flags(ratings) for name, ratings in by_clip.items()}
        return {name: why for name, why in found.items() if why}

    def send_back(self, clip: ReviewClip, tags: Iterable[str]) -> None:
        """Let the brief's preflight show what was found wrong, with fixes, until they are settled."""
        self._demand_writing()
        documents = self.session.project.documents
        found = documents.load(SENT_BACK, "tags")
        lines = dict.fromkeys((found.text if found else "").splitlines())
        lines |= {f"{clip.scene_id}\t{tag}": None for tag in tags}
        documents.save(SENT_BACK, "tags", "\n".join(lines))

    def examples(self) -> list[Example]:
        """Give this project's rated clips as the predictor learns from them."""
        return examples_of(self.clips(), self.records.ratings())

    def learnable(self) -> int:
        """Count the clips that ``examples`` would give; this is quick."""
        told = latest_by_reviewer(self.records.ratings())
        voted = {one.asset_id for one in told if one.overall is not None and one.passed is not None}
        return len(voted & self.clips().keys())

    def outcomes(self) -> list[Outcome]:
        """Give rated clips by scene type and provider, for the router's tie-breaks."""
        return outcomes_of(self.session)

    def _now(self) -> str:
        return self.session.queue.clock.now().isoformat()

    def _demand_writing(self) -> None:
        if self.session.read_only:
            raise ClappperError(
                "The project is open for reading only.", "Close it in the other window, or open a copy of it."
            )


def outcomes_of(session: Session) -> list[Outcome]:
    """Give a project's rated clips by scene type and provider, with what each cost."""
    types: dict[str, str] = {scene.id: scene.type for scene in session.brief.scenes}
    clips = generated_clips(session.project)
    return [
        Outcome(
            types.get(clip.scene_id) or types.get(_scene_of(clip.scene_id), "other"),
            clip.provider,
            one.passed,
            clip.cost.micros if clip.cost is not None else None,
        )
        for one in latest_by_reviewer(ReviewRecords(session.project.db).ratings())
        if one.passed is not None and (clip := clips.get(one.asset_id)) is not None
    ]


def sent_back(session: Session) -> tuple[tuple[str, str], ...]:
    """Give (scene id, tag) of everything reviewers sent back to the brief."""
    found = session.project.documents.load(SENT_BACK, "tags")
    lines = found.text.splitlines() if found else []
    return tuple((scene, tag) for scene, _, tag in (line.partition("\t") for line in lines))


def examples_of(clips: Mapping[str, ReviewClip], ratings: Iterable[Rating]) -> list[Example]:
    """Make one example a clip, reviewers' habits taken out: the mean score, and what most said."""
    from clappper.review.learning import Example, z_scored

    current = [
        one for one in latest_by_reviewer(ratings) if one.overall is not None and one.asset_id in clips
    ]
    levelled = z_scored([(one.reviewer, float(one.overall or 0)) for one in current])
    by_clip: dict[str, list[tuple[Rating, float]]] = {}
    for one, score in zip(current, levelled, strict=True):
        by_clip.setdefault(one.asset_id, []).append((one, score))
    examples = []
    for name, found in by_clip.items():
        votes = [one.passed for one, _ in found if one.passed is not None]
        if votes:
            clip = clips[name]
            score = sum(level for _, level in found) / len(found)
            passed = float(2 * sum(votes) >= len(votes))
            first = min(one.created for one, _ in found)
            examples.append(Example(clip.prompt, clip.provider, score, passed, first))
    return examples


def _scene_of(shot_id: str) -> str:
    return shot_id.rpartition(".")[0] or shot_id
