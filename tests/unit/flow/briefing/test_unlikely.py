from dataclasses import replace

import pytest

from clappper.brief.findings import Severity
from clappper.brief.schema import AdBrief
from clappper.brief.templates import template
from clappper.flow.briefing.forecast import Forecast, ShotForecast
from clappper.flow.briefing.unlikely import gate_findings
from clappper.review.learning import Standing
from clappper.review.prediction import Prediction, Reason

EARNED = Standing(250, None, gate=True, reason="Earned.")
CLIP = Prediction(0.5, 0.3, 0.7, 3.0, 0.8, (Reason("2 kinds of people", -0.1),), "own-250")


@pytest.fixture
def brief() -> AdBrief:
    return template("product-offer")


def foretold(brief: AdBrief, chance: float | None, *, generative: bool = True) -> Forecast:
    shot = ShotForecast(
        f"{brief.scenes[1].id}.2", "two people", "fal", "m", generative, replace(CLIP, chance=chance)
    )
    return Forecast("Ad", chance, 0.3, 0.7, (shot,), is_prior=False, labels=250)


def test_an_earned_gate_stops_what_is_unlikely(brief: AdBrief) -> None:
    (found,) = gate_findings(brief, foretold(brief, 0.5), EARNED)
    assert found.severity is Severity.MUST_FIX
    assert found.field == "scenes[1].intent"
    assert "2 kinds of people" in found.message
    assert "A person has to look" in found.message
    (low,) = gate_findings(brief, foretold(brief, 0.2), EARNED)
    assert "A person has to look" not in low.message


def test_the_gate_stops_nothing_before_it_is_earned_or_where_nothing_is_known(brief: AdBrief) -> None:
    low = foretold(brief, 0.2)
    assert not gate_findings(brief, low, replace(EARNED, gate=False))
    assert not gate_findings(brief, replace(low, is_prior=True), EARNED)
    assert not gate_findings(brief, None, EARNED)
    assert not gate_findings(brief, foretold(brief, None), EARNED)
    assert not gate_findings(brief, foretold(brief, 0.2, generative=False), EARNED)
    assert not gate_findings(brief, foretold(brief, 0.75), EARNED)
