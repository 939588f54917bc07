"""The scorecard: follows the typing, mends by one press, and opens the gate only when the brief passes."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from clappper.base.units import Money
from clappper.brief.findings import Finding, Severity
from clappper.brief.keyframes import Keyframe, Reason, share_units
from clappper.brief.preflight import apply_all_fixes
from clappper.flow.judging import Judge
from clappper.flow.keyframes.plan import KeyframePlan
from clappper.jobs.recipes import Recipe
from clappper.providers.contract import Estimate
from clappper.review.prediction import Answers, Asked
from clappper.ui.bench import Bench
from clappper.ui.brief.findings import folded
from clappper.ui.brief.scorecard import ScorecardPanel
from clappper.ui.offering import time_range
from tests.unit.review.answers import Answering
from tests.unit.ui.conftest import Stage


@pytest.fixture
def card(bench: Bench, stage: Stage) -> ScorecardPanel:
    made = ScorecardPanel(bench)
    made.resize(340, 800)
    made.show()
    judged(made, stage, bench)
    return made


def judged(card: ScorecardPanel, stage: Stage, bench: Bench) -> None:
    """Wait for all that is said of the draft: the score, and what is foretold, which is shown after it."""

    def told() -> bool:
        judgement = card.judgement
        return judgement is not None and judgement.brief == bench.draft.brief and not card.is_judging

    stage.until(told)


def test_a_template_passes_and_may_be_generated(card: ScorecardPanel) -> None:
    assert card.go.isEnabled()
    assert not card.anyway.isVisible()
    assert "passes" in card.dial.accessibleName()


def test_a_must_fix_shuts_the_gate_and_its_fix_opens_it(
    card: ScorecardPanel, stage: Stage, bench: Bench
) -> None:
    bench.draft.write("product.no_logo", value=False)
    bench.draft.commit("Spoil it")
    judged(card, stage, bench)
    assert not card.go.isEnabled()
    assert card.anyway.isVisible()
    assert card.judgement is not None
    finding = next(one for one in card.judgement.card.must_fix if one.fix is not None)
    card.lists[Severity.MUST_FIX]._apply(finding)  # noqa: SLF001 - what its button calls
    judged(card, stage, bench)
    assert card.go.isEnabled()
    assert finding.fix is not None
    assert bench.session.undo_name == finding.fix.title


def test_all_fixes_are_one_step(card: ScorecardPanel, stage: Stage, bench: Bench) -> None:
    bench.draft.write("scenes[0].intent", "A nice, beautiful, amazing shot")
    bench.draft.commit("Spoil it")
    judged(card, stage, bench)
    assert card.judgement is not None
    better, settled = apply_all_fixes(card.judgement.brief, card.judgement.context)
    assert settled
    card.verbs()["apply_all_fixes"]()
    stage.until(lambda: bench.session.brief == better)
    assert bench.session.undo_name == "Apply all fixes"


def test_explain_says_what_is_missing(card: ScorecardPanel) -> None:
    card.verbs()["explain_score"]()
    assert card.explanation.isVisibleTo(card)
    texts = [label.text() for label in card.explanation.findChildren(QLabel)]
    assert any("of 100, weighs" in text for text in texts)
    assert not any("_" in text for text in texts)


def test_the_same_remark_on_several_fields_is_one_row() -> None:
    def remark(field: str, message: str = "It may be refused.") -> Finding:
        return Finding("risk", Severity.WARNING, message, field)

    rows = folded([remark("a"), remark("b"), remark("c", "Something else.")])
    assert [[one.field for one in row] for row in rows] == [["a", "b"], ["c"]]


def test_a_time_is_a_range() -> None:
    assert time_range(Estimate(None, None, (20, 45), "")) == "20–45 s"
    assert time_range(Estimate(None, None, (100, 190), "")) == "1–4 min"
    assert time_range(None) == "unknown"


def test_shots_from_keyframes_say_how_many_and_what_they_cost(card: ScorecardPanel, stage: Stage) -> None:
    assert not card.keyframes.isVisible()
    recipe = Recipe("s1", "s1", "", "", "16:9", 96, 64, 24.0, ())
    keyframes = (Keyframe(0, Reason.START, ""), Keyframe(47, Reason.END, ""))
    full, pictures = Money.dollars(2), Money.dollars("0.02")
    units = share_units(full, Money.dollars("0.01"), 0.5)
    plan = KeyframePlan(recipe, keyframes, units, full, pictures, Money.dollars("0.98"), (), (30, 200))
    card.keyframes.show_plans([plan, plan])
    stage.rest()
    assert card.keyframes.isVisible()
    shown = [one.text() for one in card.keyframes.findChildren(QLabel)]
    wanted = "at most $1.00 of the $2.00 that all of it would cost; about 1 to 3 min."
    assert shown.count(f"2 keyframes ($0.02, 2 units), {wanted}") == 2
    card.keyframes.show_plans([])
    assert not card.keyframes.isVisible()


def test_without_a_service_keyframes_are_not_promised(
    card: ScorecardPanel, stage: Stage, bench: Bench
) -> None:
    bench.draft.write("compute.ip_frame_mode", value="keyframes_plus_fill")
    bench.draft.commit("Make from keyframes")
    judged(card, stage, bench)
    assert card.judgement is not None
    assert card.judgement.keyframes == ()
    assert not card.keyframes.isVisible()


def test_the_score_does_not_wait_for_what_is_foretold(
    bench: Bench, stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ready = asyncio.Event()

    class Late(Answering):
        async def foretell(self, models: Path, asked: Sequence[Asked]) -> Answers:
            await ready.wait()
            return await super().foretell(models, asked)

    monkeypatch.setattr(bench.session, "predictor", Late())
    card = ScorecardPanel(replace(bench, judge=Judge(bench.session, tmp_path)))
    stage.until(lambda: card.judgement is not None)
    assert card.costs.chance.text() == "…"
    ready.set()
    stage.until(card.costs.chance.isHidden)
