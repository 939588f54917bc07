"""Stopping shots that people are unlikely to pass: only once the user's own predictor has earned it.

A person can always go on with *Generate anyway*, which marks the clips.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clappper.brief.findings import Finding, Severity
from clappper.brief.schema import AdBrief
from clappper.flow.briefing.forecast import Forecast, ShotForecast
from clappper.review.inbox import FORCED

if TYPE_CHECKING:
    from clappper.review.learning import Standing

PASSES_FROM = 0.75


def gate_findings(brief: AdBrief, found: Forecast | None, standing: Standing) -> tuple[Finding, ...]:
    """Report the generated shots below the gate; none while the gate is off or nothing is foretold."""
    if found is None or not standing.gate or found.is_prior:
        return ()
    numbers = {scene.id: number for number, scene in enumerate(brief.scenes)}
    return tuple(_low(found, numbers))


def _low(found: Forecast, numbers: dict[str, int]) -> Iterator[Finding]:
    for shot in found.shots:
        chance = shot.prediction.chance
        if shot.generative and chance is not None and chance < PASSES_FROM:
            number = numbers.get(shot.shot_id, numbers.get(shot.shot_id.rpartition(".")[0], 0))
            yield Finding(
                "predicted_low", Severity.MUST_FIX, _words(shot, chance), f"scenes[{number}].intent"
            )


def _words(shot: ShotForecast, chance: float) -> str:
    against = [one.text for one in shot.prediction.reasons if one.effect < 0][:2]
    why = f" Against it: {'; '.join(against)}." if against else ""
    look = " A person has to look at it when it is made." if FORCED[0] <= chance <= FORCED[1] else ""
    return f"Shot {shot.shot_id} is likely to pass with {chance:.0%}, below {PASSES_FROM:.0%}.{why}{look}"
