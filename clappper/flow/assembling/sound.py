"""The ad's sound, made before its picture, because the cuts follow its beats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from clappper.base.errors import ClappperError, UnusableInputError
from clappper.base.units import FrameRange, FrameRate, Money
from clappper.brief.schema import AdBrief
from clappper.flow.assembling.assemble import Spoken
from clappper.flow.brief_files import BriefFiles
from clappper.flow.open_project import Workshop, run_jobs
from clappper.media.probe import probe
from clappper.providers.contract import GenRequest, Kind
from clappper.timeline.model import MediaKind, Take

MUSIC = ("music", "bed-1")
VOICES = (("speech", "piper"), ("speech", "espeak-ng"))
VOICE_STARTS_SECONDS = 0.4
VOICE_ENDS_BEFORE_SECONDS = 0.6
HEARD_BEYOND_SECONDS = 60.0
"""How much of a long song is heard beyond what the ad plays, to find its beats: memory stays flat."""

# Words of the brief that ask for a mood, the first match wins, and the tempo that suits it.
MOODS = (
    (r"luxur|premium|elegan|exclusive|jewel|watch", "luxury", 100.0),
    (r"energ|sport|extreme|fast|dynamic|bold|adrenalin|workout|run", "energetic", 126.0),
    (r"playful|fun|quirky|kids|joy|colou?rful|cheer", "playful", 116.0),
    (r"calm|spa|sleep|zen|minimal|gentle|serene|slow", "calm", 84.0),
    (r"warm|cosy|cozy|home|coffee|golden|family", "warm", 96.0),
    (r"cool|tech|futur|neon|night|sleek|ice", "cool", 110.0),
)
USUAL_MOOD = ("neutral", 108.0)


@dataclass(frozen=True, slots=True)
class Sound:
    """Music and voice of an ad, and where the music's beats are. ``note`` says how they were found."""

    music: Take | None
    voice: tuple[Spoken, ...]
    beats_seconds: tuple[float, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Fit:
    """A song at the ad's length: its beats there, how far they can be trusted, and what was done to it."""

    beats_seconds: tuple[float, ...]
    bpm: float
    trust: str
    note: str


async def make_sound(
    brief: AdBrief, files: BriefFiles, shop: Workshop, *, brief_id: str, seed: int, cap: Money
) -> Sound:
    """Take the brief's own music and voice, or have them made.

    Raises:
        ClappperError: a voice is asked for and nothing here can speak, or a job failed.
    """
    voice = await _voice(brief, files, shop, brief_id=brief_id, seed=seed, cap=cap)
    if brief.audio.mode == "voiceover":
        return Sound(None, voice, (), "There is no music: cuts stay where the brief has them.")
    given = files.get("audio.file")
    if given is not None:
        return await _given_music(brief, given, voice, shop)
    request = music_request(brief, seed=seed)
    (job,) = await run_jobs(shop, [("music", request)], brief_id=brief_id, cap=cap)
    beats = tuple(float(beat) for beat in shop.queue.sent(job.id)["beats_seconds"])
    note = f"Music made at {request.extra['bpm']:g} beats a minute: its beats are exact."
    return Sound(_take(shop, brief, shop.project.assets.get(job.asset_id).path), voice, beats, note)


def music_request(brief: AdBrief, *, seed: int) -> GenRequest:
    """Ask for a bed in the brief's mood and tempo, exactly as long as the ad."""
    provider, model = MUSIC
    mood, tempo = mood_of(brief)
    words = ", ".join((mood, *brief.product.style_pack.visual_style, brief.project.objective))
    return GenRequest(
        key="",
        kind=Kind.MUSIC,
        provider=provider,
        model=model,
        prompt=words,
        seconds=float(brief.project.duration_s),
        seed=seed,
        extra={
            "bpm": brief.audio.music_bpm or tempo,
            "mood": mood,
            "sections": [scene.start_s for scene in brief.scenes],
        },
    )


def mood_of(brief: AdBrief) -> tuple[str, float]:
    """Choose a mood and a tempo from the style words first, then from everything else that is said."""
    style = " ".join(brief.product.style_pack.visual_style)
    rest = " ".join(
        (brief.product.name, brief.product.key_benefit, *(scene.intent for scene in brief.scenes))
    )
    for text in (style, rest):
        for pattern, mood, tempo in MOODS:
            if re.search(rf"\b({pattern})", text, re.IGNORECASE):
                return mood, tempo
    hint = brief.product.style_pack.palette_hint
    return next(((mood, tempo) for _, mood, tempo in MOODS if mood == hint), USUAL_MOOD)


async def _given_music(brief: AdBrief, path: Path, voice: tuple[Spoken, ...], shop: Workshop) -> Sound:
    seconds = float(brief.project.duration_s)
    fitted = path.with_name(f"{path.stem}-{seconds:g}s.wav")
    fit = await shop.workers.run(_fit, path, seconds, fitted)
    found = fit.trust or f"Beats found in {path.name} at {fit.bpm:.1f} beats a minute."
    take = _take(shop, brief, shop.project.relative(fitted))
    return Sound(take, voice, fit.beats_seconds, f"{found} {fit.note}".strip())


async def _voice(
    brief: AdBrief, files: BriefFiles, shop: Workshop, *, brief_id: str, seed: int, cap: Money
) -> tuple[Spoken, ...]:
    if brief.audio.mode == "music":
        return ()
    start = FrameRate(brief.project.fps).frame_at(VOICE_STARTS_SECONDS)
    recording = files.get("audio.voice")
    if recording is None and brief.audio.mode == "voiceover" and not brief.audio.script:
        recording = files.get("audio.file")
    if recording is not None:
        return (Spoken(_take(shop, brief, shop.project.relative(recording)), start),)
    if not brief.audio.script:
        raise UnusableInputError(
            f"audio.mode is {brief.audio.mode}, but there is nothing to say.",
            "Write audio.script, name a recording in audio.voice, or set audio.mode to music.",
        )
    request = await _speech_request(brief, shop, seed=seed)
    (job,) = await run_jobs(shop, [("voice", request)], brief_id=brief_id, cap=cap)
    return (Spoken(_take(shop, brief, shop.project.assets.get(job.asset_id).path), start),)


async def _speech_request(brief: AdBrief, shop: Workshop, *, seed: int) -> GenRequest:
    slot = brief.project.duration_s - VOICE_STARTS_SECONDS - VOICE_ENDS_BEFORE_SECONDS
    provider, model = await _speaking_model(shop)
    return GenRequest(
        key="",
        kind=Kind.SPEECH,
        provider=provider,
        model=model,
        prompt=brief.audio.script or "",
        seconds=slot,
        seed=seed,
        extra={"slot_seconds": slot} | ({"voice": brief.audio.voice} if brief.audio.voice else {}),
    )


async def _speaking_model(shop: Workshop) -> tuple[str, str]:
    """Choose the best voice that is installed.

    Raises:
        ClappperError: there is none.
    """
    provider = shop.registry.get("speech")
    health = await provider.check()
    ready = {model.model for model in provider.models()} if health.ready else set()
    for name, model in VOICES:
        if model in ready:
            return name, model
    raise ClappperError(f"Nothing on this machine can speak the voice-over: {health.detail}", health.hint)


def _take(shop: Workshop, brief: AdBrief, path: str) -> Take:
    """Make a take of a sound in the project."""
    rate = FrameRate(brief.project.fps)
    facts = probe(shop.project.locate(path))
    available = FrameRange(0, rate.frame_at(facts.duration_seconds))
    return Take(id=path, path=path, kind=MediaKind.AUDIO, available=available, has_audio=True)


def _fit(path: Path, seconds: float, destination: Path) -> Fit:
    """Find the beats of a song's beginning, and write it out at the ad's length."""
    from clappper.media.audio import read_audio, write_wav
    from clappper.media.beats import track_beats
    from clappper.media.looping import fitted

    samples = read_audio(path, seconds=seconds + HEARD_BEYOND_SECONDS)
    fit = fitted(samples, track_beats(samples), seconds)
    write_wav(destination, fit.samples)
    return Fit(fit.grid.beats_seconds, fit.grid.bpm, fit.grid.note, fit.note)
