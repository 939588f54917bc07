from typing import Any

import pytest
from pydantic import BaseModel

from clappper.brief.findings import PreflightContext
from clappper.brief.preflight import Scorecard, preflight
from clappper.brief.schema import AdBrief
from clappper.brief.templates import template
from clappper.flow.briefing.second_opinion import MOST_POINTS, model_rewrite, second_opinion
from clappper.providers.contract import FaultKind, ProviderError, ProviderFault
from clappper.providers.llm import Completion

CONTEXT = PreflightContext()


class ScriptedModel:
    """Gives one answer, whatever it is asked; or fails."""

    def __init__(self, answer: dict[str, Any] | ProviderError) -> None:
        self._answer = answer
        self.asked: list[object] = []

    async def complete(self, task: str, data: object, shape: type[Any], *, seed: int = 7) -> Completion[Any]:
        self.asked.append(data)
        if isinstance(self._answer, ProviderError):
            raise self._answer
        value: BaseModel = shape.model_validate(self._answer)
        return Completion(value, "tiny", "127.0.0.1", "schema", seed, "abc", task)


@pytest.fixture
def brief() -> AdBrief:
    return template("product-offer")


@pytest.fixture
def card(brief: AdBrief) -> Scorecard:
    return preflight(brief, CONTEXT)


def grades(points: int, *remarks: str) -> dict[str, Any]:
    names = (
        "cinematic_grammar",
        "visual_specificity",
        "temporal_coherence",
        "consistency",
        "ambiguity",
        "refusal_risk",
    )
    return dict.fromkeys(names, points) | {"remarks": list(remarks)}


@pytest.mark.parametrize("points", [0, 100])
async def test_an_opinion_moves_the_number_within_bounds(
    brief: AdBrief, card: Scorecard, points: int
) -> None:
    found = await second_opinion(
        brief, card, ScriptedModel(grades(points, " Name the light. ", "", "x" * 999))
    )
    assert abs(found.overall - card.overall) <= MOST_POINTS
    assert 0 <= found.overall <= 100
    assert found.remarks[0] == "Name the light."
    assert len(found.remarks) == 2
    assert found.rubric == card.overall


async def test_without_a_model_the_rubric_speaks_alone(brief: AdBrief, card: Scorecard) -> None:
    fault = ProviderError(ProviderFault(FaultKind.OFFLINE, "Nobody answers."))
    for llm in (None, ScriptedModel(fault)):
        found = await second_opinion(brief, card, llm)
        assert found.overall == card.overall
        assert found.missing.startswith("LLM unavailable")


async def test_a_rewrite_keeps_all_but_the_words(brief: AdBrief) -> None:
    first = brief.scenes[0]
    words = dict.fromkeys(("intent", "subject", "action", "setting", "style"), "")
    words |= {"id": first.id, "lighting": "hard rim light from the left, deep shadows"}
    strange = words | {"id": "no-such-scene"}
    model = ScriptedModel({"scenes": [words, strange]})
    offer = await model_rewrite(brief, CONTEXT, model)
    assert offer is not None
    assert offer.title == "By tiny"
    assert offer.brief.scenes[0].lighting == "hard rim light from the left, deep shadows"
    assert offer.brief.product == brief.product
    assert [change.field for change in offer.changes] == ["scenes[0].lighting"]
    assert model.asked


async def test_a_worse_rewrite_is_not_offered(brief: AdBrief) -> None:
    words = [
        {"id": scene.id, **dict.fromkeys(("subject", "action", "setting", "lighting", "style"), "nice")}
        | {"intent": "a really beautiful amazing nice thing"}
        for scene in brief.scenes
    ]
    assert await model_rewrite(brief, CONTEXT, ScriptedModel({"scenes": words})) is None


async def test_words_that_are_no_brief_are_not_offered(brief: AdBrief) -> None:
    words = {"id": brief.scenes[0].id, "intent": "x" * 9000} | dict.fromkeys(
        ("subject", "action", "setting", "lighting", "style"), ""
    )
    assert await model_rewrite(brief, CONTEXT, ScriptedModel({"scenes": [words]})) is None
