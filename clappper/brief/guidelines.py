"""From a brand's guideline document to rules that a brief can keep: read offline, each with its sentence.

Nothing is taken over by itself: a rule is a proposal, and a person accepts it. What a brief has no field for,
such as the room around a logo, is listed as a reminder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from clappper.base.passages import Passage
from clappper.brief.brand_colours import colours_in
from clappper.brief.fields import value_at, with_value
from clappper.brief.languages import language_of
from clappper.brief.schema import AdBrief

LONGEST_TERM_WORDS = 5
MOST_OF_A_KIND = 12
READ_LANGUAGE = "English"
ONLY_COLOURS = "Only its colours were read: fill in font, tone and words yourself."


class RuleKind(StrEnum):
    """What a rule is about, as it is said to a person."""

    COLOUR = "Brand colour"
    FONT = "Font"
    TONE = "Tone"
    NEVER_SAY = "Never say"
    MUST_SAY = "Must say"
    NEVER_SHOW = "Never show"
    REMINDER = "Reminder"


@dataclass(frozen=True, slots=True)
class Rule:
    """A proposal. ``value`` goes to ``field``; without a field there is nothing to take over.

    ``quote`` is the sentence it was read in, ``place`` where that stands. ``note`` names a colour, or says
    how exact a value is. ``leads`` puts a value before all others, as a primary colour.
    """

    kind: RuleKind
    value: str
    field: str
    quote: str
    place: str
    note: str = ""
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a document; ``caution`` says in a sentence what could not be understood, and why."""

    rules: tuple[Rule, ...]
    caution: str = ""


def read_guidelines(passages: Sequence[Passage]) -> Reading:
    """Read a document's rules, and say so where its language is one that is not read."""
    language = language_of("\n".join(passage.text for passage in passages))
    if language in {"", READ_LANGUAGE}:
        return Reading(read_rules(passages))
    caution = f"This document seems to be in {language}. {ONLY_COLOURS}"
    return Reading(tuple(rule for rule in read_rules(passages) if rule.kind is RuleKind.COLOUR), caution)


def read_rules(passages: Sequence[Passage]) -> tuple[Rule, ...]:
    """Read the rules of a document; of the same rule said twice, the first is kept."""
    readers: tuple[Callable[[Sequence[Passage]], Iterable[Rule]], ...] = (
        _colours,
        _fonts,
        _each(_tone),
        _each(_never_say),
        _each(_must_say),
        _each(_never_show),
        _each(_reminders),
    )
    lines = [replace(one, text=sentence) for one in passages for sentence in _sentences(one.text)]
    found: dict[tuple[RuleKind, str], Rule] = {}
    for rule in chain.from_iterable(reader(lines) for reader in readers):
        of_kind = sum(kind is rule.kind for kind, _ in found)
        if of_kind < MOST_OF_A_KIND:
            found.setdefault((rule.kind, rule.value.casefold()), rule)
    return tuple(found.values())


def accept(brief: AdBrief, rules: Sequence[Rule]) -> AdBrief:
    """Take rules over into a brief, all of them together; reminders change nothing.

    Raises:
        BriefError: a value does not fit its field.
    """
    colours = [rule for rule in rules if rule.kind is RuleKind.COLOUR]
    if colours:
        ranked = [rule.value for rule in sorted(colours, key=lambda rule: not rule.leads)]
        old = [one for one in brief.product.brand_colors if one not in ranked]
        brief = with_value(brief, "product.brand_colors", [*ranked, *old])
    for rule in rules:
        if rule.field and rule.kind is not RuleKind.COLOUR:
            brief = with_value(brief, rule.field, _joined(value_at(brief, rule.field), rule))
    return brief


def is_kept(brief: AdBrief, rule: Rule) -> bool:
    """Tell whether a brief has a rule already."""
    held = value_at(brief, rule.field) if rule.field else None
    if isinstance(held, tuple):
        return rule.value.casefold() in {str(one).casefold() for one in held}
    return isinstance(held, str) and rule.value.casefold() in held.casefold()


def _joined(held: object, rule: Rule) -> object:
    if isinstance(held, tuple):
        known = {str(one).casefold() for one in held}
        return list(held) if rule.value.casefold() in known else [*held, rule.value]
    if rule.kind is RuleKind.MUST_SAY and isinstance(held, str) and held:
        return held if rule.value.casefold() in held.casefold() else f"{held} {rule.value}"
    return rule.value


def _each(reader: Callable[[str, Passage], Iterable[Rule]]) -> Callable[[Sequence[Passage]], Iterator[Rule]]:
    """Let a reader of sentences read all passages."""

    def read(passages: Sequence[Passage]) -> Iterator[Rule]:
        for passage in passages:
            yield from reader(passage.text, passage)

    return read


def _sentences(text: str) -> list[str]:
    ends = r"(?<=[.!?])\s+(?=[A-Z\"“])|(?<=[.!?][\"”])\s+(?=[A-Z])"
    return [part for part in re.split(ends, text) if part]


def _rule(kind: RuleKind, value: str, field: str, quote: str, passage: Passage, note: str = "") -> Rule:
    return Rule(kind, value, field, quote.strip(), passage.place, note)


_NOT = r"(?:never|do not|don['’]t|avoid|must not|should not|no longer|not)\b"
_QUOTED = re.compile(r"[\"“”«»„]([^\"“”«»„]{2,120})[\"“”«»„]|(?<!\w)['‘]([^'‘’]{2,60})['’](?!\w)")
_FORBIDS = re.compile(_NOT, re.IGNORECASE)


def _colours(passages: Sequence[Passage]) -> Iterator[Rule]:
    for found in colours_in(passages):
        quote = found.passage.text
        if _FORBIDS.search(quote):
            continue
        leads = bool(re.search(r"\b(primary|main|lead|core)\b", f"{quote} {found.name}", re.IGNORECASE))
        note = " · ".join(part for part in (found.name, found.note) if part)
        passage = found.passage
        yield Rule(
            RuleKind.COLOUR, found.value, "product.brand_colors", quote, passage.place, note, leads=leads
        )


_FAMILY = r"\**([A-Z][\w&]*(?:[ -][A-Z0-9][\w&]*){0,3})\**"
_ANY = r"(?:[Tt]ype ?faces?|[Ff]onts?(?: famil(?:y|ies))?|[Tt]ypograph(?:y|ie))"
_FONTS = (
    re.compile(rf"{_ANY}[^.:;]{{0,40}}?(?:\bis\b|\bare\b|:|–|—|\|)\s*{_FAMILY}"),
    re.compile(rf"{_FAMILY}\s+(?:is|are) (?:our|the|used as)[^.]{{0,30}}{_ANY}"),
    re.compile(rf"(?:[Ss]et|[Uu]se|[Ww]rite)\b[^.]{{0,25}}?\b(?:in|use)\s+{_FAMILY}\s+(?:for|in|as|only)\b"),
    re.compile(
        rf"\b[Uu]se\s+{_FAMILY}\s+(?:for|in|as)\b[^.]{{0,40}}(?:[Hh]ead|[Tt]ext|[Tt]itle|[Cc]opy|[Bb]ody)"
    ),
)
_WEIGHTS = re.compile(
    r"\s+(?:thin|extra ?light|light|regular|book|medium|semi ?bold|demi ?bold|bold|extra ?bold|black|heavy"
    r"|italic)\b.*",
    re.IGNORECASE,
)
_NO_FAMILY = frozenset(
    {"The", "Our", "This", "Use", "It", "Primary", "Secondary", "Only", "All", "We", "Font"}
)


def _fonts(passages: Sequence[Passage]) -> Iterator[Rule]:
    """Offer the families that are named, but those that stand in for another one."""
    others = re.compile(r"secondary|fall ?back|replacement|instead", re.IGNORECASE)
    for passage in passages:
        sentence = passage.text
        if not others.search(sentence) and not _FORBIDS.search(sentence):
            for name in _families(sentence):
                yield _rule(RuleKind.FONT, name, "product.style_pack.font_family", sentence, passage)


def _families(sentence: str) -> Iterator[str]:
    for pattern in _FONTS:
        for match in pattern.finditer(sentence):
            name = _WEIGHTS.sub("", match[1]).strip()
            if name and name.split()[0] not in _NO_FAMILY:
                yield name


_TONE = re.compile(
    r"\b(?:tone(?: of voice)?|voice|personality|look and feel|style|photograph\w*|imagery|mood)\b"
    r"[^.:]{0,40}?(?:\bis\b|\bare\b|:|\bshould be\b|\bmust be\b|\bfeels?\b)\s+(?:always\s+)?([^.;]+)",
    re.IGNORECASE,
)
_TONE_HEADING = re.compile(r"\b(?:tone|voice|personality|values|character)\b", re.IGNORECASE)
_STOP = frozenset(
    {"the", "our", "a", "an", "it", "we", "what", "how", "used", "not", "to", "in", "of", "this"}
)


def _tone(sentence: str, passage: Passage) -> Iterator[Rule]:
    match = _TONE.search(sentence)
    words: list[str] = []
    if match and not _FORBIDS.search(match[0]):
        words = [word for word in _items(match[1]) if len(word.split()) <= 2]
    elif _TONE_HEADING.search(passage.heading) and len(sentence.split()) <= 2 and sentence[:1].isalpha():
        words = _items(sentence)
    for word in words:
        if word.replace(" ", "").replace("-", "").isalpha() and word.split()[0].lower() not in _STOP:
            yield _rule(RuleKind.TONE, word.lower(), "product.style_pack.visual_style", sentence, passage)


def _items(text: str) -> list[str]:
    """Divide a list in words: "warm, clear and direct"."""
    parts = re.split(r",|;|\band\b|\bor\b|&|\||/", text)
    return [item for part in parts if (item := part.strip(" .,:*\"“”'")) and item[0].isalpha()]


_SAYING = re.compile(
    rf"{_NOT}\s+(?:\w+\s+){{0,2}}?(?:say|saying|use|using|write|writing|call|calling|claim|claiming|promise|mention"
    r"|describe|refer|speak|make)\b(?P<rest>[^.!?]*)",
    re.IGNORECASE,
)
_WORDS_OF = re.compile(
    r"\b(?:the )?(?:words?|terms?|phrases?|expressions?|claims?|language)\b(?: like| such as|:| as)?"
    r"\s+(?P<list>[^.!?]+)",
    re.IGNORECASE,
)
_SPEECH = r"(?:say|words?|terms?|claims?|language|phrases?)"
_NEVER_HEADING = re.compile(
    rf"(?:{_NOT}|banned|forbidden|prohibited|off[- ]limits).{{0,30}}{_SPEECH}"
    rf"|{_SPEECH}.{{0,30}}(?:{_NOT}|to avoid|banned|forbidden|prohibited)",
    re.IGNORECASE,
)


def _never_say(sentence: str, passage: Passage) -> Iterator[Rule]:
    if _NEVER_HEADING.search(passage.heading):
        terms = _quoted(sentence) or (_items(sentence) if not sentence.endswith(":") else [])
    else:
        terms = _forbidden_terms(sentence)
    for term in terms:
        if len(term.split()) <= LONGEST_TERM_WORDS:
            yield _rule(RuleKind.NEVER_SAY, term.strip(".").lower(), "safety.banned_terms", sentence, passage)


def _forbidden_terms(sentence: str) -> list[str]:
    match = _SAYING.search(sentence) or re.search(
        rf"{_NOT}\s+(?P<rest>[^.!?]*\b(?:words?|terms?|phrases?|claims?)\b[^.!?]*)", sentence, re.IGNORECASE
    )
    if match is None:
        return []
    rest = match["rest"]
    if quoted := _quoted(sentence[match.start("rest") :]):
        return quoted
    if listed := _WORDS_OF.search(rest):
        return _items(listed["list"])
    claimed = re.search(r"\b(?:claim|promise)\w*\b\s+(?:that\s+)?(?P<what>.+)", match[0], re.IGNORECASE)
    return [_without_subject(claimed["what"])] if claimed else []


def _without_subject(words: str) -> str:
    return re.sub(
        r"^(?:that\s+)?(?:it|we|our \w+|the \w+|this)\s+(?:is|are|can|will)?\s*",
        "",
        words,
        flags=re.IGNORECASE,
    )


def _quoted(text: str) -> list[str]:
    return [(match[1] or match[2]).strip(" ,") for match in _QUOTED.finditer(text)]


_MUST = re.compile(
    r"\b(?:must|always|required to|have to|has to|needs? to|mandatory)\b.{0,60}?"
    r"\b(?:say|says|include|carry|carries|show|display|add|end with|read|reads|state|appear)\b",
    re.IGNORECASE,
)
_LEGAL = re.compile(r"disclaim|legal|responsib|terms|mandatory|notice|warning|small print", re.IGNORECASE)


def _must_say(sentence: str, passage: Passage) -> Iterator[Rule]:
    if not _MUST.search(sentence) or _FORBIDS.search(sentence):
        return
    for words in _quoted(sentence):
        is_legal = _LEGAL.search(sentence) or _LEGAL.search(passage.heading)
        field = "cta.legal_disclaimer" if is_legal else "cta.subhead"
        note = "Goes into the disclaimer" if is_legal else "Goes under the headline"
        yield _rule(RuleKind.MUST_SAY, words, field, sentence, passage, note)


_PICTURES = re.compile(
    r"photo|image|picture|footage|film|video|light|scene|set|style|look|filter|effect", re.IGNORECASE
)
_SHOWING = re.compile(
    rf"(?:{_NOT}\s+(?:\w+\s+)?(?:show|use|using|include|place|shoot|feature)\s+|\bavoid\s+|^no\s+)(?P<what>[^.;:!?]+)",
    re.IGNORECASE,
)
_LOGO = re.compile(r"\blogo|wordmark|symbol|brand ?mark", re.IGNORECASE)


def _never_show(sentence: str, passage: Passage) -> Iterator[Rule]:
    match = _SHOWING.search(sentence)
    if match is None or _quoted(sentence) or _LOGO.search(sentence) or _forbidden_terms(sentence):
        return
    if not _PICTURES.search(f"{sentence} {passage.heading}") or _NEVER_HEADING.search(passage.heading):
        return
    for item in _items(match["what"]):
        words = re.sub(r"^(?:any|the|a|an|in|on|with)\s+", "", item, flags=re.IGNORECASE)
        if 0 < len(words.split()) <= LONGEST_TERM_WORDS:
            yield _rule(
                RuleKind.NEVER_SHOW, words.lower(), "product.style_pack.negative_style", sentence, passage
            )


_REMINDERS = (
    re.compile(r"clear ?space|white ?space|exclusion zone|breathing room|protected area", re.IGNORECASE),
    re.compile(
        r"minimum (?:size|width|height)|no smaller than|smallest size|at least \d+ ?(?:px|mm|pt)",
        re.IGNORECASE,
    ),
    re.compile(rf"{_NOT}.*\b(?:stretch|skew|rotate|recolou?r|distort|outline|alter|change)\b", re.IGNORECASE),
)


def _reminders(sentence: str, passage: Passage) -> Iterator[Rule]:
    about_logo = _LOGO.search(f"{sentence} {passage.heading}")
    if about_logo and any(pattern.search(sentence) for pattern in _REMINDERS):
        yield _rule(RuleKind.REMINDER, sentence.strip(), "", sentence, passage, "Logo")
