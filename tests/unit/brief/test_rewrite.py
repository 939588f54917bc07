import pytest

from clappper.brief.findings import Finding, PreflightContext, Severity
from clappper.brief.preflight import preflight
from clappper.brief.rewrite import MOST, WordChange, rewrites
from clappper.brief.schema import AdBrief
from clappper.brief.templates import template

CONTEXT = PreflightContext()


@pytest.fixture
def vague() -> AdBrief:
    """Leave a good brief with a first scene that says nothing a camera can see."""
    brief = template("product-offer")
    empty = dict.fromkeys(("subject", "action", "setting", "lighting", "style", "camera", "t2v_prompt"))
    poor = brief.scenes[0].model_copy(
        update={**empty, "intent": "A really beautiful amazing moment", "beats": ()}
    )
    return brief.model_copy(update={"scenes": (poor, *brief.scenes[1:])})


def test_every_offer_is_better_and_says_what_it_changed(vague: AdBrief) -> None:
    before = preflight(vague, CONTEXT)
    offers = rewrites(vague, CONTEXT)
    assert 0 < len(offers) <= MOST
    for offer in offers:
        card = preflight(offer.brief, CONTEXT)
        assert offer.score == card.overall >= before.overall
        assert offer.score_delta == card.overall - before.overall
        assert offer.must_fixes <= len(before.must_fix)
        assert offer.changes
    assert [offer.score for offer in offers] == sorted((offer.score for offer in offers), reverse=True)


def test_the_original_and_its_facts_stay(vague: AdBrief) -> None:
    kept = vague.model_copy(deep=True)
    for offer in rewrites(vague, CONTEXT):
        assert offer.brief.product.name == vague.product.name
        assert offer.brief.cta == vague.cta
        assert [scene.id for scene in offer.brief.scenes] == [scene.id for scene in vague.scenes]
    assert vague == kept


def test_the_same_brief_gets_the_same_offers(vague: AdBrief) -> None:
    assert rewrites(vague, CONTEXT) == rewrites(vague, CONTEXT)


def test_vague_words_go(vague: AdBrief) -> None:
    best = rewrites(vague, CONTEXT)[0]
    assert "beautiful" not in best.brief.scenes[0].intent


def test_a_predictor_breaks_ties_and_is_shown(vague: AdBrief) -> None:
    context = PreflightContext(predict=lambda brief: 0.9 if brief.scenes[0].beats else 0.1)
    assert {offer.chance for offer in rewrites(vague, context)} <= {0.9, 0.1}


def test_a_difference_is_told_in_words() -> None:
    change = WordChange("scenes[0].intent", "a very nice cup", "a neatly composed cup")
    assert change.pieces == (
        ("same", "a"),
        ("removed", "very nice"),
        ("added", "neatly composed"),
        ("same", "cup"),
    )


def test_what_reviewers_found_is_part_of_preflight() -> None:
    brief = template("product-offer")
    found = Finding("review_flicker", Severity.WARNING, "Reviewers marked it.", "scenes[0].intent")
    card = preflight(brief, PreflightContext(reviewed=lambda _: (found,)))
    assert any(one.code == "review_flicker" for one in card.findings)
