"""When eSpeak NG says each word of a text, asked of its library: the program itself tells no times.

To be used in a worker process only: the library keeps one state for the whole process.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAMES = (
    "libespeak-ng.so.1",
    "libespeak-ng.1.dylib",
    "/opt/homebrew/lib/libespeak-ng.dylib",
    "/usr/local/lib/libespeak-ng.dylib",
    "libespeak-ng.dll",
    r"C:\Program Files\eSpeak NG\libespeak-ng.dll",
)
_SYNCHRONOUS, _CHARACTERS, _UTF8 = 2, 1, 1
_WORDS_PER_MINUTE, _END, _WORD = 1, 0, 1


class _Event(ctypes.Structure):
    """``espeak_EVENT`` of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_HEAR = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Recital:
    """What was said: mono samples, their rate, and when each word between spaces begins, in seconds."""

    samples: NDArray[np.float32]
    rate: int
    starts: tuple[float, ...]


def recite(text: str, voice: str = "en", words_per_minute: int = 165) -> Recital | None:
    """Say a text; None where the library is not installed or does not know the language."""
    library = _library()
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0) if library is not None else -1
    if library is None or rate <= 0 or not _takes(library, voice):
        return None
    parts: list[NDArray[np.int16]] = []
    events: list[tuple[int, float]] = []

    def hear(samples: Any, count: int, told: Any) -> int:
        if count > 0:
            parts.append(np.ctypeslib.as_array(samples, (count,)).copy())
        place = 0
        while told[place].type != _END:
            if told[place].type == _WORD:
                events.append((told[place].text_position - 1, told[place].sample / rate))
            place += 1
        return 0

    called = _HEAR(hear)
    library.espeak_SetSynthCallback(called)
    library.espeak_SetParameter(_WORDS_PER_MINUTE, words_per_minute, 0)
    written = text.encode()
    library.espeak_Synth(written, len(written) + 1, 0, _CHARACTERS, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    starts = starts_of(text, tuple(events))
    if not parts or not starts:
        return None
    return Recital((np.concatenate(parts) / 32768).astype(np.float32), rate, starts)


def starts_of(text: str, events: tuple[tuple[int, float], ...]) -> tuple[float, ...]:
    """Give each word between spaces the time of the first event inside it.

    ``events`` are places in the text and seconds. A word that has none, since it is said in one with
    another, comes in between.
    """
    starts: list[float | None] = []
    place = 0
    for word in text.split():
        first = text.index(word, place)
        place = first + len(word)
        starts.append(next((at for where, at in events if first <= where < place), None))
    known = [number for number, start in enumerate(starts) if start is not None]
    if not known:
        return ()
    filled = np.interp(np.arange(len(starts)), known, [float(starts[number] or 0.0) for number in known])
    return tuple(float(start) for start in np.maximum.accumulate(filled))


def _takes(library: ctypes.CDLL, voice: str) -> bool:
    """Choose a voice, or one of its language where the library has not that very one."""
    names = (voice, voice.partition("-")[0])
    return any(library.espeak_SetVoiceByName(name.encode()) == 0 for name in names)


def _library() -> ctypes.CDLL | None:
    for name in NAMES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None
