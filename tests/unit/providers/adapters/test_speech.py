import asyncio
import json
import shutil
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.media.audio import read_audio
from clappper.media.loudness import measure
from clappper.providers.adapters.speech import (
    HOW_TO_GET,
    Speech,
    espeak_command,
    piper_command,
    sentences_of,
    speak_with_espeak,
)
from clappper.providers.child import facts_file
from clappper.providers.contract import GenRequest, Kind, Progress, ProviderError, RemoteState
from clappper.providers.espeak import recite
from tests.patience import until
from tests.processes import is_alive

REQUEST = GenRequest("vo", Kind.SPEECH, "speech", "espeak-ng", "Wake up. Smell the coffee!", 5.0)

FAKE = """#!{python}
import json, sys, time, wave, os
argv = sys.argv[1:]
text = open(argv[argv.index("-f") + 1], encoding="utf-8").read()
with open({log!r}, "a") as log:
    log.write(json.dumps([argv, text]) + "\\n")
if "hang" in text:
    open({log!r} + ".pid", "w").write(str(os.getpid()))
    time.sleep(1800)
if "fail" in text:
    sys.stderr.write("noise\\nno such voice\\n")
    sys.exit(3)
pace = int(argv[argv.index("-s") + 1]) / 165
frames = int(22050 * 0.3 * len(text.split()) / pace)
with wave.open(argv[argv.index("-w") + 1], "wb") as out:
    out.setparams((1, 2, 22050, 0, "NONE", ""))
    out.writeframes((b"\\x00\\x30" * 40 + b"\\x00\\xd0" * 40) * (frames // 80))
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program that looks like eSpeak NG alone on the PATH; give the file it logs its calls to."""
    log = tmp_path / "calls"
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "espeak-ng"
    program.write_text(FAKE.format(python=sys.executable, log=str(log)))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    return log


@pytest.fixture
async def speech(tmp_path: Path) -> AsyncIterator[Speech]:
    provider = Speech(tmp_path / "scratch", tmp_path / "voices")
    yield provider
    await provider.aclose()


async def finish(speech: Speech, remote_id: str) -> Progress:
    progress = await speech.poll(remote_id)
    while progress.state is RemoteState.RUNNING:
        await asyncio.sleep(0.03)
        progress = await speech.poll(remote_id)
    return progress


def calls(log: Path) -> list[tuple[list[str], str]]:
    return [tuple(json.loads(line)) for line in log.read_text().splitlines()]


def say(request: GenRequest, destination: Path) -> None:
    speak_with_espeak(request, destination, lambda _fraction, _stage: None)


async def test_a_script_is_spoken_sentence_by_sentence(fake: Path, speech: Speech, tmp_path: Path) -> None:
    progress = await finish(speech, await speech.submit(REQUEST))
    assert progress.state is RemoteState.SUCCEEDED, progress.error
    assert [text for _, text in calls(fake)] == ["Wake up.", "Smell the coffee!"]
    first, second = progress.sent["sentences"]
    assert first["start"] == 0.0
    assert second["start"] == pytest.approx(first["end"] + 0.24, abs=0.001)
    await speech.fetch("vo", progress.outputs[0], tmp_path / "vo.wav")
    sound = read_audio(tmp_path / "vo.wav")
    assert len(sound) / 48_000 == pytest.approx(second["end"], abs=0.001)
    assert measure(sound).integrated_lufs == pytest.approx(-16, abs=0.3)


def test_every_word_is_told_where_the_library_of_the_program_is_installed(tmp_path: Path) -> None:
    if shutil.which("espeak-ng") is None or recite("Hello.") is None:
        pytest.skip("eSpeak NG and its library are not both installed")
    say(REQUEST, tmp_path / "a.wav")
    first, second = json.loads(facts_file(tmp_path / "a.wav").read_text())["sentences"]
    assert [len(sentence["words"]) for sentence in (first, second)] == [2, 3]
    times = [edge for sentence in (first, second) for word in sentence["words"] for edge in word]
    assert times == sorted(times)
    recital = recite(second["text"])
    assert recital is not None
    told = [start - second["words"][0][0] for start, _ in second["words"]]
    assert told == pytest.approx([start - recital.starts[0] for start in recital.starts], abs=0.03)


def test_the_arguments_are_a_list_and_hold_no_text(tmp_path: Path) -> None:
    request = replace(REQUEST, prompt="--voices; rm -rf /", extra={"lang": "de"})
    argv = espeak_command(request, tmp_path / "t.txt", tmp_path / "o.wav", 1.2)
    assert argv == [
        "espeak-ng",
        "-v",
        "de",
        "-s",
        "198",
        "-w",
        f"{tmp_path}/o.wav",
        "-f",
        f"{tmp_path}/t.txt",
    ]
    piper = piper_command(replace(request, extra={"voice": "/v/joe.onnx"}), Path("t"), Path("o"), 1.25)
    assert piper == ["piper", "-m", "/v/joe.onnx", "-i", "t", "-f", "o", "--length-scale", "0.800"]


def test_copy_that_is_a_little_long_is_spoken_faster(fake: Path, tmp_path: Path) -> None:
    say(replace(REQUEST, prompt="one two three four five", extra={"slot_seconds": 1.3}), tmp_path / "a.wav")
    assert [argv[argv.index("-s") + 1] for argv, _ in calls(fake)] == ["165", "192"]
    facts = json.loads(facts_file(tmp_path / "a.wav").read_text())
    assert facts["seconds"] <= 1.35
    assert facts["speed"] == pytest.approx(1.165, abs=0.02)


def test_copy_that_is_far_too_long_says_how_many_words_fit(fake: Path, tmp_path: Path) -> None:
    with pytest.raises(
        UnusableInputError, match=r"too long: 3\.0 s of speech for a slot of 1\.0 s"
    ) as caught:
        say(replace(REQUEST, prompt="word " * 10, extra={"slot_seconds": 1.0}), tmp_path / "a.wav")
    assert "from 10 to about 4 words" in caught.value.hint
    assert len(calls(fake)) == 2
    assert not (tmp_path / "a.wav").exists()


async def test_what_the_program_says_when_it_fails_is_passed_on(fake: Path, speech: Speech) -> None:
    progress = await finish(speech, await speech.submit(replace(REQUEST, prompt="Please fail.")))
    assert progress.state is RemoteState.FAILED
    assert progress.error is not None
    assert progress.error.message == "espeak-ng failed: no such voice"
    assert len(calls(fake)) == 1


async def test_cancelling_ends_the_program_too(fake: Path, speech: Speech) -> None:
    await speech.submit(replace(REQUEST, prompt="Please hang."))
    pid_file = fake.with_name("calls.pid")
    await until(lambda: pid_file.exists() and pid_file.read_text())
    outcome = await speech.cancel("vo")
    assert outcome.stopped
    await until(lambda: not is_alive(int(pid_file.read_text())))


async def test_without_a_program_it_says_how_to_get_one(
    speech: Speech, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    health = await speech.check()
    assert not health.ready
    assert health.hint == HOW_TO_GET
    assert {model.model for model in speech.models()} == {"piper", "espeak-ng"}
    with pytest.raises(ProviderError, match="not installed"):
        await speech.submit(REQUEST)


@pytest.mark.usefixtures("fake")
async def test_piper_is_offered_only_with_a_voice(speech: Speech, tmp_path: Path) -> None:
    assert [model.model for model in speech.models()] == ["espeak-ng"]
    (tmp_path / "bin" / "piper").symlink_to(tmp_path / "bin" / "espeak-ng")
    assert [model.model for model in speech.models()] == ["espeak-ng"]
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "joe.onnx").touch()
    assert [model.model for model in speech.models()] == ["piper", "espeak-ng"]
    with pytest.raises(UnusableInputError, match="no voice ann"):
        await speech.submit(replace(REQUEST, model="piper", extra={"voice": "ann"}))


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"prompt": "  ... \n"}, "prompt"),
        ({"prompt": "x" * 10_001}, "prompt"),
        ({"extra": {"voice": "-v evil"}}, "extra.voice"),
        ({"extra": {"lang": "../../etc"}}, "extra.lang"),
        ({"extra": {"slot_seconds": 0}}, "extra.slot_seconds"),
        ({"kind": Kind.MUSIC}, "kind"),
    ],
)
def test_wrong_requests_are_named(speech: Speech, changes: dict[str, object], field: str) -> None:
    issues = speech.validate(replace(REQUEST, **changes))  # type: ignore[arg-type]
    assert [issue.field for issue in issues] == [field]


def test_sentences_end_where_a_speaker_breathes() -> None:
    text = "It costs $4.50. Really?  “Yes!” he said…\nBuy\n\nnow"
    assert sentences_of(text) == ("It costs $4.50.", "Really?", "“Yes!” he said…", "Buy", "now")
    assert sentences_of(" . ! ") == ()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="eSpeak NG is not installed")
@pytest.mark.parametrize(
    ("lang", "text"), [("en-us", "-v is not an option here."), ("de", "Schöner Kaffee.")]
)
def test_the_real_program_speaks(tmp_path: Path, lang: str, text: str) -> None:
    say(replace(REQUEST, prompt=text, extra={"lang": lang}), tmp_path / "a.wav")
    assert 0.5 < len(read_audio(tmp_path / "a.wav")) / 48_000 < 4
    with pytest.raises(ClappperError, match="espeak-ng failed"):
        say(replace(REQUEST, extra={"lang": "xx-nowhere"}), tmp_path / "b.wav")
