"""All that can be asked for, in the order in which a clause is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clappper.flow.chat.pictures import grade, look, motion
from clappper.flow.chat.reply import Operation, Place
from clappper.flow.chat.sounds import sound
from clappper.flow.chat.times import beats, cut_in_two, freeze, speed, takes, timing, transitions
from clappper.flow.chat.words import titles
from clappper.flow.desk import Desk

Verb = Callable[[str, Desk, Place], Iterator[Operation]]
"""Reads one clause, in small letters, and says what it would do, in numbers; nothing if it is not its own."""

VERBS: tuple[Verb, ...] = (
    takes,
    titles,
    sound,
    beats,
    transitions,
    speed,
    freeze,
    cut_in_two,
    timing,
    look,
    grade,
    motion,
)
