"""Rules are read from plain sentences, each with its place, and taken over into the brief's own fields."""

from __future__ import annotations

import pytest

from clappper.base.passages import Passage
from clappper.brief.guidelines import Rule, RuleKind, accept, is_kept, read_guidelines, read_rules
from clappper.brief.templates import template


def read(text: str, heading: str = "") -> list[Rule]:
    return list(read_rules([Passage(text, 3, heading)]))


@pytest.mark.parametrize(
    ("text", "heading", "expected"),
    [
        ("The primary font is Work Sans, in bold and regular weights.", "", "font Work Sans"),
        ("Typeface: Source Serif 4 Bold", "", "font Source Serif 4"),
        ("Use Inter for headlines.", "", "font Inter"),
        ("Use Arial as a fallback font.", "", ""),
        ("Our tone of voice is warm, direct and kind.", "", "tone warm; tone direct; tone kind"),
        ("Playful", "Tone of voice", "tone playful"),
        ("Never say 'cheap' or “budget”.", "", "never_say cheap; never_say budget"),
        (
            "Avoid the words cheap, best and miracle.",
            "",
            "never_say cheap; never_say best; never_say miracle",
        ),
        ("Do not claim that it cures colds.", "", "never_say cures colds"),
        ("cure, heal", "Words to avoid", "never_say cure; never_say heal"),
        ("All ads must include the disclaimer “Drink less.”", "", "must_say Drink less."),
        ("Avoid harsh flash and clutter.", "Photography", "never_show harsh flash; never_show clutter"),
        ("Keep clear space around the logo.", "Logo", "reminder Keep clear space around the logo."),
        ("Our story began in a small kitchen by the sea.", "About", ""),
    ],
)
def test_a_sentence_gives_its_rules(text: str, heading: str, expected: str) -> None:
    found = (f"{rule.kind.name.lower()} {rule.value}" for rule in read(text, heading))
    assert "; ".join(found) == expected


def test_each_rule_keeps_its_sentence_and_page() -> None:
    (rule,) = read("We like words. Never say “cheap”. It hurts.")
    assert (rule.quote, rule.place) == ("Never say “cheap”.", "page 3")


def test_rules_go_to_their_fields_together_and_only_once() -> None:
    brief = template("product-offer")
    old = brief.product.brand_colors
    rules = read(
        "Accent: Ember #FF6B35. Our primary colour is Midnight #0A1F44. The brand font is Work Sans. "
        "Our tone is warm. Never say “cheap”. Ads must carry the legal notice “Terms apply.” "
        "Avoid harsh flash in photos. The minimum size of the logo is 24 px."
    )
    taken = accept(brief, rules)
    assert taken.product.brand_colors == ("#0A1F44", "#FF6B35", *old)
    assert taken.product.style_pack.font_family == "Work Sans"
    assert "warm" in taken.product.style_pack.visual_style
    assert "cheap" in taken.safety.banned_terms
    assert "Terms apply." in (taken.cta.legal_disclaimer or "")
    assert any("harsh flash" in one for one in taken.product.style_pack.negative_style)
    assert all(is_kept(taken, rule) for rule in rules if rule.field)
    assert accept(taken, rules) == taken
    assert [rule.kind for rule in rules if not rule.field] == [RuleKind.REMINDER]


def test_of_another_language_only_the_colours_are_read_and_it_is_said() -> None:
    german = (
        "Die Hausfarbe ist Nachtblau #0A1F44 und steht immer auf dem hellen Grund. Never say “cheap”. "
        "Das Logo darf nicht verzerrt werden und wir setzen es mit Abstand."
    )
    found = read_guidelines([Passage(german, 1)])
    assert [rule.value for rule in found.rules] == ["#0A1F44"]
    assert "in German" in found.caution
    assert read_guidelines([Passage("Never say “cheap”.", 1)]).caution == ""
