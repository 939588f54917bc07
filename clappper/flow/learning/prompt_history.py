"""What was asked for before, and what came of it: prompts by outcome, to be used again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from clappper.base.errors import ClappperError
from clappper.base.units import Money
from clappper.brief.direction import own_move, own_negative, own_words
from clappper.brief.schema import AdBrief, Camera, Scene
from clappper.flow.learning.foretold import Foretold, foretold
from clappper.flow.predictor import load_predictor_of
from clappper.flow.reviewing.review_desk import ReviewClip, generated_clips
from clappper.jobs.model import Job
from clappper.jobs.records import JobRecords
from clappper.review.prediction import Answers, Asked
from clappper.review.ratings import Rating, latest_by_reviewer
from clappper.review.records import ReviewRecords
from clappper.review.tags import BY_CODE
from clappper.store.project import ProjectFolder


class Outcome(StrEnum):
    """What reviewers made of a prompt's clips: at least half of those judged passed, or fewer."""

    GOOD = "good"
    BAD = "bad"
    UNRATED = "unrated"


@dataclass(frozen=True, slots=True)
class PastPrompt:
    """One wording sent to one model, with all clips that came of it.

    ``then`` is the mean chance foretold when they were asked for, ``now`` what the predictor says today; None
    where it abstained or was not asked. ``cost`` None: at least one clip's price is unknown.
    """

    prompt: str
    negative: str
    style: str
    scene_id: str
    provider: str
    model: str
    aspect: str
    seeds: tuple[int, ...]
    clips: int
    judged: int
    passed: int
    rating: float | None
    tags: tuple[tuple[str, int], ...]
    cost: Money | None
    last: str
    then: float | None = None
    now: float | None = None

    @property
    def outcome(self) -> Outcome:
        if not self.judged:
            return Outcome.UNRATED
        return Outcome.GOOD if 2 * self.passed >= self.judged else Outcome.BAD

    @property
    def searched(self) -> str:
        """All that a search looks through."""
        tags = " ".join(text for text, _ in self.tags)
        words = (self.prompt, self.style, self.scene_id, self.provider, self.model, self.aspect, self.outcome)
        return " ".join((*words, tags)).casefold()


def prompt_history(project: ProjectFolder, brief: AdBrief | None) -> tuple[PastPrompt, ...]:
    """Give a project's prompts, the newest first; ``now`` is left open: see ``told_now``."""
    jobs = {job.asset_id: job for job in JobRecords(project.db).jobs(with_removed=True) if job.asset_id}
    clips, ratings = generated_clips(project), ReviewRecords(project.db).ratings()
    told, styles = foretold(project), _styles(brief)
    groups: dict[tuple[str, str, str, str], list[ReviewClip]] = {}
    for clip in clips.values():
        job = jobs[clip.asset_id]
        key = (clip.prompt, clip.provider, clip.model, job.request.aspect)
        if clip.prompt:
            groups.setdefault(key, []).append(clip)
    found = [_past(own, jobs, ratings, told, styles) for own in groups.values()]
    return tuple(sorted(found, key=lambda one: one.last, reverse=True))


def _styles(brief: AdBrief | None) -> dict[str, str]:
    if brief is None:
        return {}
    usual = ", ".join(brief.product.style_pack.visual_style)
    return {scene.id: scene.style or usual for scene in brief.scenes}


def _past(
    clips: Sequence[ReviewClip],
    jobs: Mapping[str, Job],
    ratings: Iterable[Rating],
    told: Mapping[str, Foretold],
    styles: Mapping[str, str],
) -> PastPrompt:
    names = {clip.asset_id for clip in clips}
    said = [one for one in latest_by_reviewer(ratings) if one.asset_id in names]
    last = max(clips, key=lambda clip: clip.created)
    request = jobs[last.asset_id].request
    verdicts = [verdict for clip in clips if (verdict := _verdict(clip.asset_id, said)) is not None]
    tags = Counter(tag for one in said for tag in one.tags)
    costs = [clip.cost for clip in clips]
    known = [cost for cost in costs if cost is not None]
    return PastPrompt(
        last.prompt,
        request.negative,
        styles.get(last.scene_id) or styles.get(last.scene_id.rpartition(".")[0], ""),
        last.scene_id,
        last.provider,
        last.model,
        request.aspect,
        tuple(sorted({jobs[clip.asset_id].request.seed for clip in clips})),
        len(clips),
        len(verdicts),
        sum(verdicts),
        _mean([float(one.overall) for one in said if one.overall is not None]),
        tuple((BY_CODE[tag].text if tag in BY_CODE else tag, count) for tag, count in tags.most_common()),
        sum(known, Money()) if len(known) == len(costs) else None,
        last.created,
        _mean([one.chance for clip in clips if (one := told.get(clip.job_id)) and one.chance is not None]),
    )


def _verdict(asset_id: str, ratings: Iterable[Rating]) -> bool | None:
    """Say whether at least half of those who judged a clip passed it; None where nobody could tell."""
    votes = [one.passed for one in ratings if one.asset_id == asset_id and one.passed is not None]
    return 2 * sum(votes) >= len(votes) if votes else None


def questions(found: Iterable[PastPrompt]) -> list[Asked]:
    """Give what a predictor is asked of each prompt."""
    return [(one.prompt, one.provider) for one in found]


def told_now(found: Sequence[PastPrompt], answers: Answers) -> tuple[PastPrompt, ...]:
    """Put to each prompt what today's predictor answered to ``questions``."""
    told = zip(found, answers.predictions, strict=True)
    return tuple(replace(past, now=prediction.chance) for past, prediction in told)


def history_of(project: Path, models: Path) -> tuple[PastPrompt, ...]:
    """Give the prompts of a project's folder with all that is known of them.

    Raises:
        UnusableInputError: the folder holds no project.
    """
    from clappper.flow.desk import newest_desk

    with ProjectFolder.open(project, read_only=True) as folder:
        desk = newest_desk(folder)
        found = prompt_history(folder, desk.brief if desk else None)
        return told_now(found, load_predictor_of(models).foretell(questions(found))) if found else ()


def matching(
    found: Iterable[PastPrompt], words: str = "", outcome: Outcome | None = None
) -> tuple[PastPrompt, ...]:
    """Keep the prompts in which every word is found, and with this outcome."""
    wanted = words.casefold().split()
    return tuple(
        one
        for one in found
        if outcome in {None, one.outcome} and all(word in one.searched for word in wanted)
    )


def used(past: PastPrompt, scene_id: str) -> Callable[[AdBrief], AdBrief]:
    """Make the change that lets a scene ask as before: words, style, the camera's move, what to keep out.

    What the words say already is not said twice, nor what every scene of the brief says.

    The change raises ClappperError when the brief has no such scene.
    """

    def change(brief: AdBrief) -> AdBrief:
        if all(scene.id != scene_id for scene in brief.scenes):
            raise ClappperError(f"The brief has no scene {scene_id}.", "Choose a scene first.")
        scenes = tuple(
            _asking(brief, scene, past) if scene.id == scene_id else scene for scene in brief.scenes
        )
        return brief.model_copy(update={"scenes": scenes})

    return change


def _asking(brief: AdBrief, scene: Scene, past: PastPrompt) -> Scene:
    usual = ", ".join(brief.product.style_pack.visual_style)
    words = _without(own_words(past.prompt), {usual, past.style})
    parts = ("subject", "action", "setting", "lighting")
    said = {name: str(getattr(scene, name) or "").casefold() for name in parts}
    told: dict[str, object] = {name: None for name, text in said.items() if text and text in words.casefold()}
    if past.style:
        told["style"] = None if past.style == usual else past.style
    if move := own_move(past.prompt):
        told["camera"] = (scene.camera or Camera()).model_copy(update={"move": move})
    if past.negative:
        told |= {"t2v_negative": own_negative(brief, past.negative) or None, "negatives": ()}
    return scene.model_copy(update={"t2v_prompt": words, **told})


def _without(words: str, styles: Collection[str]) -> str:
    """Leave out the clauses that are styles, of which each prompt gets one."""
    return ". ".join(clause for clause in words.split(". ") if clause not in styles) or words


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
