"""A language model's view of a brief, where a person has set one up: advice within bounds, never the gate.

The gate stays the rubric's, the same on every machine. What the model says moves a number beside it by ten
points at most, and a rewrite of its is scored like any other before it is offered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, Field

from clappper.brief.findings import PreflightContext
from clappper.brief.preflight import Scorecard, preflight
from clappper.brief.rewrite import FIELDS, Rewrite, changed_words
from clappper.brief.rubric import WEIGHTS
from clappper.brief.schema import AdBrief, BriefError, load_brief, to_dict
from clappper.providers.contract import ProviderError
from clappper.providers.llm import Completion

T = TypeVar("T", bound=BaseModel)
MOST_POINTS = 10
MOST_REMARKS = 5
LONGEST_REMARK = 300
JUDGE = (
    "You judge the brief of a short video ad before it is generated. Grade each category from 0 to 100: "
    "cinematic_grammar (camera, framing, light), visual_specificity (subject, action, setting, detail), "
    "temporal_coherence (beats, order, pace), consistency (one look, one product), ambiguity (100 is clear) "
    "and refusal_risk (100 is safe). Give at most five remarks, each one sentence that says what to change."
)
REWRITE = (
    "You rewrite the scenes of a short video ad so that a text-to-video model makes better clips. Keep every "
    "scene's id, product, facts and meaning. Say what a camera can see: subject, action, setting, light, "
    "style. No brand names, no people's names, nothing that is not in the brief's spirit."
)

Points = Annotated[int, Field(ge=0, le=100)]


class Asks(Protocol):
    """What is needed of ``providers.llm.Llm``."""

    async def complete(self, task: str, data: object, shape: type[T], *, seed: int = 7) -> Completion[T]: ...


class Grades(BaseModel):
    """The shape of the model's judgement."""

    cinematic_grammar: Points
    visual_specificity: Points
    temporal_coherence: Points
    consistency: Points
    ambiguity: Points
    refusal_risk: Points
    remarks: list[str]


class SceneWords(BaseModel):
    """The shape of one scene's new words; empty ones stay as they were."""

    id: str
    intent: str
    subject: str
    action: str
    setting: str
    lighting: str
    style: str


class NewWords(BaseModel):
    """The shape of a rewrite."""

    scenes: list[SceneWords]


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """``overall`` is the rubric's score moved by at most ten points; ``grades`` the model's own.

    ``missing`` says why there is none; then ``overall`` is the rubric's.
    """

    rubric: int
    overall: int
    grades: dict[str, int]
    remarks: tuple[str, ...]
    model: str = ""
    host: str = ""
    prompt_sha256: str = ""
    missing: str = ""


async def second_opinion(brief: AdBrief, card: Scorecard, llm: Asks | None) -> SecondOpinion:
    """Ask for a judgement. Never fails and never blocks: without an answer the rubric speaks alone."""
    if llm is None:
        return _alone(card, "No language model is set up.")
    try:
        found = await llm.complete(JUDGE, to_dict(brief), Grades)
    except ProviderError as error:
        return _alone(card, error.message)
    grades = {name: int(getattr(found.value, name)) for name in WEIGHTS}
    theirs = sum(grades[name] * weight for name, weight in WEIGHTS.items()) / 100
    moved = max(-MOST_POINTS, min(MOST_POINTS, round(theirs - card.overall)))
    remarks = tuple(one.strip()[:LONGEST_REMARK] for one in found.value.remarks if one.strip())
    return SecondOpinion(
        card.overall,
        max(0, min(100, card.overall + moved)),
        grades,
        remarks[:MOST_REMARKS],
        found.model,
        found.host,
        found.prompt_sha256,
    )


def _alone(card: Scorecard, why: str) -> SecondOpinion:
    return SecondOpinion(card.overall, card.overall, {}, (), missing=f"LLM unavailable: {why}")


async def model_rewrite(brief: AdBrief, context: PreflightContext, llm: Asks) -> Rewrite | None:
    """Let the model rewrite the scenes' words; None where the result is no brief, or a worse one.

    Raises:
        ProviderError: there is no usable answer.
    """
    found = await llm.complete(REWRITE, to_dict(brief), NewWords)
    better = _with_words(brief, found.value)
    if better is None or better == brief:
        return None
    before, card = preflight(brief, context), preflight(better, context)
    if len(card.must_fix) > len(before.must_fix) or card.overall < before.overall:
        return None
    return Rewrite(
        f"By {found.model}",
        better,
        card.overall,
        card.overall - before.overall,
        len(card.must_fix),
        card.predicted,
        tuple(changed_words(brief, better)),
    )


def _with_words(brief: AdBrief, words: NewWords) -> AdBrief | None:
    """Put new words into the scenes that the brief has; everything else of it stays."""
    new = {scene.id: scene for scene in words.scenes}
    page: dict[str, Any] = json.loads(json.dumps(to_dict(brief)))
    for scene in page["scenes"]:
        said = new.get(scene["id"])
        for name in FIELDS:
            text = str(getattr(said, name, "")).strip()
            if text:
                scene[name] = text
    try:
        return load_brief(page)
    except BriefError:
        return None
