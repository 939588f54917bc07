"""Voice-over by the speech programs of this machine: eSpeak NG, and Piper where it has a voice.

Both run as child processes with an argument list and the text in a file: their licences ask for a
process of their own, and no text can be mistaken for an option or a command.
"""

from __future__ import annotations

import multiprocessing
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.paths import AppPaths
from clappper.base.units import Money
from clappper.providers.child import Report, Work, tell
from clappper.providers.contract import (
    Capabilities,
    Estimate,
    FaultKind,
    GenRequest,
    Health,
    Issue,
    Kind,
    Price,
    ProviderError,
    ProviderFault,
)
from clappper.providers.local import LocalService
from clappper.providers.workbench import Workbench

if TYPE_CHECKING:
    from clappper.media.audio import Samples

NAME = "speech"
ESPEAK, PIPER = "espeak-ng", "piper"
WORDS_PER_MINUTE = 165
FASTEST = 1.25
SLACK_SECONDS = 0.05
SENTENCE_PAUSE_SECONDS = 0.24
SPEECH_LUFS, SPEECH_CEILING_DBTP = -16.0, -1.5
AUDIBLE_SHARE = 0.01
EDGE_SECONDS = 0.01
SENTENCE_TIMEOUT_SECONDS = 120.0
VOICE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,40}")
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")
HOW_TO_GET = (
    "Install eSpeak NG (Linux: apt install espeak-ng, macOS: brew install espeak-ng, "
    "Windows: its installer), or Piper with a voice."
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One spoken sentence and when it is heard; ``words`` are the starts and ends of those between spaces,
    empty where they are not known.
    """

    text: str
    start_seconds: float
    end_seconds: float
    words: tuple[tuple[float, float], ...] = ()


class Speech(LocalService):
    """Speaks. ``extra``: lang, voice and slot_seconds (the time it must fit into).

    ``voices`` is the folder of Piper's voice files (``*.onnx``).
    """

    def __init__(self, scratch: Path, voices: Path) -> None:
        super().__init__(NAME, map(_capabilities, (PIPER, ESPEAK)), scratch, ".wav")
        self._voices = voices

    def models(self) -> tuple[Capabilities, ...]:
        """List the programs that are installed; all that could be, where none is."""
        installed = self._installed()
        return tuple(self._known[model] for model in installed) or super().models()

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        issues = [*super().validate(request)]
        if not sentences_of(request.prompt):
            issues.append(Issue("prompt", "There is nothing to say."))
        for field in ("lang", "voice"):
            value = request.extra.get(field)
            known = field == "voice" and request.model == PIPER
            if value is not None and not known and not VOICE_NAME.fullmatch(str(value)):
                issues.append(Issue(f"extra.{field}", f"{value!r} is not the name of a {field}."))
        slot = request.extra.get("slot_seconds")
        if slot is not None and (not isinstance(slot, int | float) or slot <= 0):
            issues.append(Issue("extra.slot_seconds", "The slot is a number of seconds above zero."))
        return tuple(issues)

    def estimate(self, request: GenRequest) -> Estimate:
        share = 0.7 if request.model == PIPER else 0.05
        return Estimate(Money(), Money(), (0.5, 3.0 + share * request.seconds), "made on this machine")

    async def check(self) -> Health:
        installed = self._installed()
        if installed:
            return Health(ready=True, detail=f"{' and '.join(installed)} can speak.")
        if shutil.which(PIPER):
            return Health(
                ready=False,
                detail="Piper has no voice.",
                hint=f"Put a voice (.onnx and .json) into {self._voices}.",
            )
        return Health(ready=False, detail="No speech program is installed.", hint=HOW_TO_GET)

    async def _work(self, request: GenRequest) -> Work:
        if request.model not in self._installed():
            raise ProviderError(
                ProviderFault(FaultKind.SETUP, f"{request.model} is not installed.", HOW_TO_GET)
            )
        if request.model == PIPER:
            return partial(speak_with_piper, voice=self._voice(request))
        return speak_with_espeak

    def _installed(self) -> tuple[str, ...]:
        piper = shutil.which(PIPER) and any(self._voices.glob("*.onnx"))
        return ((PIPER,) if piper else ()) + ((ESPEAK,) if shutil.which(ESPEAK) else ())

    def _voice(self, request: GenRequest) -> Path:
        """Give Piper's voice as a file; the first one in the folder unless one is named.

        Raises:
            UnusableInputError: there is no such voice.
        """
        voices = sorted(self._voices.glob("*.onnx"))
        named = [voice for voice in voices if voice.stem == request.extra.get("voice", voice.stem)]
        if not named:
            names = ", ".join(voice.stem for voice in voices)
            raise UnusableInputError(
                f"There is no voice {request.extra['voice']}.", f"Choose one of: {names}."
            )
        return named[0]


def create(bench: Workbench) -> Speech:
    return Speech(bench.scratch, AppPaths.of_user().models / "piper")


def sentences_of(text: str) -> tuple[str, ...]:
    """Split a script into what is spoken in one breath."""
    pieces = (" ".join(piece.split()) for piece in SENTENCE_END.split(text) if piece)
    return tuple(piece for piece in pieces if re.search(r"\w", piece))


def espeak_command(request: GenRequest, text: Path, wav: Path, speed: float) -> list[str]:
    voice = str(request.extra.get("voice") or request.extra.get("lang") or "en").replace("_", "-")
    pace = str(round(WORDS_PER_MINUTE * speed))
    return [ESPEAK, "-v", voice, "-s", pace, "-w", str(wav), "-f", str(text)]


def piper_command(request: GenRequest, text: Path, wav: Path, speed: float) -> list[str]:
    voice = str(request.extra["voice"])
    return [PIPER, "-m", voice, "-i", str(text), "-f", str(wav), "--length-scale", f"{1 / speed:.3f}"]


def speak_with_espeak(request: GenRequest, destination: Path, report: Report) -> None:
    """Speak one request with eSpeak NG; runs in a child process."""
    _speak(espeak_command, request, destination, report)


def speak_with_piper(request: GenRequest, destination: Path, report: Report, *, voice: Path) -> None:
    """Speak one request with Piper and a voice's file; runs in a child process."""
    spoken = replace(request, extra=request.extra | {"voice": str(voice)})
    _speak(piper_command, spoken, destination, report)


Command = Callable[[GenRequest, Path, Path, float], list[str]]


def _speak(command: Command, request: GenRequest, destination: Path, report: Report) -> None:
    """Speak at a natural pace; if that is too long for the slot, once more and faster.

    Raises:
        UnusableInputError: the text is too long for its slot even at the fastest pace.
    """
    from clappper.media.audio import RATE, write_wav

    if multiprocessing.parent_process():
        signal.signal(signal.SIGTERM, _stop)
    sentences = sentences_of(request.prompt)
    slot = float(request.extra.get("slot_seconds") or 0.0)
    speed = 1.0
    samples, times = _joined(sentences, _recite(command, request, sentences, speed, report))
    natural = len(samples) / RATE
    if slot and natural > slot:
        speed = min(natural / slot * 1.01, FASTEST)
        samples, times = _joined(sentences, _recite(command, request, sentences, speed, report))
    seconds = len(samples) / RATE
    if slot and seconds > slot + SLACK_SECONDS:
        words = len(request.prompt.split())
        raise UnusableInputError(
            f"The copy is too long: {natural:.1f} s of speech for a slot of {slot:.1f} s.",
            f"Cut it from {words} to about {int(words * slot / seconds)} words.",
        )
    facts = {
        "engine": request.model,
        "voice": Path(str(request.extra.get("voice") or request.extra.get("lang") or "en")).stem,
        "speed": round(speed, 3),
        "seconds": round(seconds, 4),
        "sentences": [
            {
                "text": spoken.text,
                "start": spoken.start_seconds,
                "end": spoken.end_seconds,
                "words": spoken.words,
            }
            for spoken in (_timed(sentence, samples, request, speed) for sentence in times)
        ],
    }
    write_wav(destination, _normalised(samples))
    tell(destination, facts)


def _timed(sentence: Sentence, samples: Samples, request: GenRequest, speed: float) -> Sentence:
    """Find a sentence's words in what was spoken, by eSpeak NG's own times for them."""
    from clappper.media.alignment import prepared, word_times
    from clappper.media.audio import RATE
    from clappper.providers.espeak import recite

    recital = recite(sentence.text, _reader(request), round(WORDS_PER_MINUTE * speed))
    if recital is None:
        return sentence
    first, last = (round(edge * RATE) for edge in (sentence.start_seconds, sentence.end_seconds))
    heard = prepared(samples[first:last], RATE)
    found = word_times(prepared(recital.samples, recital.rate), recital.starts, heard)
    at = sentence.start_seconds
    words = tuple((round(at + word.start_seconds, 3), round(at + word.end_seconds, 3)) for word in found)
    return replace(sentence, words=words)


def _reader(request: GenRequest) -> str:
    """Give eSpeak NG's voice for the language of a request; Piper's begin with it, as ``en_US-lessac``."""
    named = str(request.extra.get("voice") or "")
    language = request.extra.get("lang") or (
        Path(named).stem.split("-")[0] if request.model == PIPER else named
    )
    return str(language or "en").replace("_", "-").lower()


def _stop(_signal: int, _frame: object) -> NoReturn:
    """Leave ``subprocess.run``, which then ends the program it waits for."""
    raise SystemExit(143)


def _recite(
    command: Command, request: GenRequest, sentences: Sequence[str], speed: float, report: Report
) -> list[Samples]:
    from clappper.media.audio import read_audio

    spoken = []
    with TemporaryDirectory() as folder:
        for number, sentence in enumerate(sentences):
            report(number / len(sentences), f"speaking sentence {number + 1} of {len(sentences)}")
            text, wav = Path(folder, f"{number}.txt"), Path(folder, f"{number}.wav")
            text.write_text(sentence, encoding="utf-8")
            _run(command(request, text, wav, speed))
            if not wav.exists():
                raise ClappperError(f"{request.model} said nothing.", "Try another voice or language.")
            spoken.append(_trimmed(read_audio(wav)))
    return spoken


def _run(argv: list[str]) -> None:
    """Run a speech program to its end.

    Raises:
        ClappperError: it failed or did not end; the message holds what it said last.
    """
    try:
        subprocess.run(
            argv,
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SENTENCE_TIMEOUT_SECONDS,
        )
    except FileNotFoundError as error:
        raise ProviderError(
            ProviderFault(FaultKind.SETUP, f"{argv[0]} is not installed.", HOW_TO_GET)
        ) from error
    except subprocess.TimeoutExpired as error:
        raise ClappperError(
            f"{argv[0]} did not finish a sentence.", "Try again, or use another voice."
        ) from error
    except subprocess.CalledProcessError as error:
        said = [line.strip() for line in (error.stderr or "").splitlines() if line.strip()]
        reason = said[-1] if said else f"it ended with code {error.returncode}"
        raise ClappperError(f"{argv[0]} failed: {reason}", "Check the language and the voice.") from error


def _trimmed(samples: Samples) -> Samples:
    """Take away the silence before and after a sentence, and soften its ends."""
    import numpy as np

    from clappper.media.audio import RATE

    level = np.abs(samples).max(axis=1, initial=0.0)
    heard = np.flatnonzero(level > AUDIBLE_SHARE * level.max(initial=0.0))
    if not len(heard):
        return samples[:0]
    edge = round(EDGE_SECONDS * RATE)
    part = samples[max(0, heard[0] - edge) : heard[-1] + edge].copy()
    ramp = np.linspace(0, 1, min(edge, len(part)), dtype=np.float32)[:, None]
    part[: len(ramp)] *= ramp
    part[len(part) - len(ramp) :] *= ramp[::-1]
    return part


def _joined(sentences: Sequence[str], spoken: Sequence[Samples]) -> tuple[Samples, tuple[Sentence, ...]]:
    import numpy as np

    from clappper.media.audio import RATE, silence

    pause = silence(SENTENCE_PAUSE_SECONDS)
    parts: list[Samples] = []
    times: list[Sentence] = []
    at = 0
    for text, sound in zip(sentences, spoken, strict=True):
        times.append(Sentence(text, round(at / RATE, 4), round((at + len(sound)) / RATE, 4)))
        parts += [sound, pause]
        at += len(sound) + len(pause)
    return np.concatenate(parts[:-1]), tuple(times)


def _normalised(samples: Samples) -> Samples:
    """Take away rumble and set the loudness of a voice."""
    import numpy as np
    from scipy import signal as filters

    from clappper.media.audio import RATE
    from clappper.media.loudness import mastered

    high_pass = filters.butter(2, 70, "highpass", fs=RATE, output="sos")
    clean = np.asarray(filters.sosfilt(high_pass, samples, axis=0), np.float32)
    return mastered(clean, SPEECH_LUFS, SPEECH_CEILING_DBTP, margin_db=0.0).samples


def _capabilities(model: str) -> Capabilities:
    return Capabilities(
        provider=NAME,
        model=model,
        kinds=(Kind.SPEECH,),
        seconds=(0.1, 600.0),
        max_prompt_characters=10_000,
        seed=False,
        negative=False,
        progress=True,
        generative=False,
        volatile=True,
        max_concurrency=2,
        extra_fields=("lang", "voice", "slot_seconds"),
        price=Price("character", Money(), "2026-01-01"),
        note="A robotic scratch voice." if model == ESPEAK else "A natural voice, made on this machine.",
    )
