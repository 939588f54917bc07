"""Reads a sentence: splits it into clauses, hands each to the verbs, and tries what they offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from clappper.base.errors import ClappperError
from clappper.flow.chat.reply import START, Operation, Place, Reply
from clappper.flow.chat.targets import names_target
from clappper.flow.chat.verbs import VERBS
from clappper.flow.desk import Desk
from clappper.flow.project.session import Session

EXAMPLES = (
    "make this scene brighter",
    "warmer palette for the whole ad",
    "more motion in the chorus",
    "cut 2 s from scene 3",
    "headline bigger",
    "music quieter by 3 dB",
    "dissolve between scene 1 and 2",
    "slow down the last shot by 50 %",
)
LONGEST = 500
_CLAUSES = re.compile(
    r"\s*(?:[;.!?\n]+(?=\s|$)|,\s*(?:and|then)?\s+|\s+(?:and then|then|and also|plus)\s+)\s*"
)
_QUOTED = re.compile(r"[“\"‘][^”\"’]{1,120}[”\"’]")
_AND = re.compile(r"\s+and\s+")
_POLITE = re.compile(r"^(?:please|can you|could you|now|also|and|i want|i'd like|let's|let us)\s+")


def read(sentence: str, desk: Desk, place: Place = START) -> Reply:
    """Give what a sentence asks for. Nothing is changed: take the reply's operations with ``take``."""
    place = replace(place, said=sentence)
    operations: list[Operation] = []
    problems: list[str] = []
    shown, said = desk, ""
    for clause in _clauses(sentence[:LONGEST], desk, place):
        own = clause if names_target(clause) or not said else f"{clause} {said}"
        try:
            found = list(_asked(own, shown, place))
            for operation in found:
                shown = operation.change(shown)
        except ClappperError as error:
            problems.append(str(error))
            continue
        if not found:
            problems.append(f"“{clause}” is not understood.")
        operations += found
        said = names_target(clause) or said
    if not operations and not problems:
        problems.append("There is nothing to do in this.")
    hint = f"Try: {'; '.join(f'“{example}”' for example in EXAMPLES[:5])}." if problems else ""
    return Reply(tuple(operations), tuple(problems), hint)


def take(session: Session, sentence: str, reply: Reply, chosen: tuple[Operation, ...] | None = None) -> None:
    """Carry out the operations of a reply, or those that were ticked, as one undo step named after them.

    Raises:
        ClappperError: one of them is no longer possible; nothing has changed.
    """
    picked = reply.operations if chosen is None else chosen
    name = picked[0].name if len(picked) == 1 else f"“{sentence[:40].strip()}”"
    session.change(name, lambda desk: reply.changed(desk, picked))


def _clauses(sentence: str, desk: Desk, place: Place) -> Iterator[str]:
    quoted = _QUOTED.findall(sentence)
    plain = _QUOTED.sub("\x00", sentence)
    for part in _CLAUSES.split(plain.strip().lower()):
        clause = _POLITE.sub("", part.strip(" .!?,"))
        while "\x00" in clause and quoted:
            clause = clause.replace("\x00", quoted.pop(0).lower(), 1)
        if not clause:
            continue
        halves = _AND.split(clause)
        halves = [halves[0], *(_with_verb(half, halves[0], desk, place) for half in halves[1:])]
        both = len(halves) > 1 and all(_is_asked(half, desk, place) for half in halves)
        yield from _shared(halves) if both else [clause]


def _with_verb(half: str, first: str, desk: Desk, place: Place) -> str:
    """Let “cut 1 s from scene 3 and 2 s from scene 1” cut twice."""
    told = f"{first.split(maxsplit=1)[0]} {half}"
    lacks_one = bool(names_target(half)) and not _is_asked(half, desk, place)
    return told if lacks_one and _is_asked(told, desk, place) else half


def _shared(halves: list[str]) -> list[str]:
    """Let “brighter and warmer in scene 2” mean scene 2 twice: what ends a clause is said of all of it."""
    last = names_target(halves[-1])
    if not last or not halves[-1].endswith(last):
        return halves
    return [half if names_target(half) else f"{half} {last}" for half in halves]


def _is_asked(clause: str, desk: Desk, place: Place) -> bool:
    try:
        return any(True for _ in _asked(clause, desk, place))
    except ClappperError:
        return True


def _asked(clause: str, desk: Desk, place: Place) -> Iterator[Operation]:
    """Give what the first verb offers that understands a clause; a grade may come with a movement."""
    for verb in VERBS:
        found = list(verb(clause, desk, place))
        if found:
            yield from found
            return
