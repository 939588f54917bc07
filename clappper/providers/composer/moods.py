"""What each mood sounds like, as data: harmony, drums, instruments and balance."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mood:
    """A recipe. ``progressions`` are four-bar chord rows in semitones above the key note.

    ``swing`` delays every second sixteenth by that share of a sixteenth. ``space`` is how much
    reverb, ``pump`` how deep the kick ducks the rest in dB, ``colour`` how bright pads are (0..1).
    ``levels`` are loudness offsets of the stems in dB.
    """

    bpm: float
    minor: bool
    keys: tuple[int, ...]
    progressions: tuple[tuple[str, ...], ...]
    groove: str
    kick: str
    backbeat: str
    bass: str
    bass_style: str
    chords: str
    chord_style: str
    arp: str
    lead: str
    swing: float = 0.0
    space: float = 0.25
    pump: float = 4.0
    colour: float = 0.5
    levels: dict[str, float] = field(default_factory=dict)


MOODS: dict[str, Mood] = {
    "warm": Mood(
        bpm=96,
        minor=False,
        keys=(0, 2, 5, 7),
        progressions=(
            ("0:add9", "9:m7", "5:maj7", "7:sus"),
            ("5:maj7", "0:add9", "9:m7", "7:"),
            ("0:maj7", "4:m7", "5:maj9", "7:9sus"),
            ("0:add9", "7:", "9:m7", "5:add9"),
        ),
        groove="laid_back",
        kick="soft",
        backbeat="snap",
        bass="round",
        bass_style="melodic",
        chords="electric_piano",
        chord_style="strum",
        arp="guitar",
        lead="guitar",
        swing=0.18,
        space=0.22,
        pump=2.5,
        colour=0.4,
    ),
    "cool": Mood(
        bpm=110,
        minor=True,
        keys=(9, 11, 4, 2),
        progressions=(
            ("0:m9", "8:maj7", "3:add9", "10:"),
            ("0:m7", "5:m9", "8:maj7", "10:sus"),
            ("8:maj9", "10:", "0:m9", "0:m7"),
        ),
        groove="broken",
        kick="tight",
        backbeat="clap",
        bass="sub",
        bass_style="syncopated",
        chords="glass",
        chord_style="push",
        arp="pluck",
        lead="soft_saw",
        space=0.3,
        pump=5.0,
        colour=0.55,
    ),
    "neutral": Mood(
        bpm=108,
        minor=False,
        keys=(0, 2, 7, 9),
        progressions=(
            ("0:add9", "7:", "9:m7", "5:add9"),
            ("9:m7", "5:add9", "0:add9", "7:sus"),
            ("5:maj7", "7:", "9:m7", "0:add9"),
        ),
        groove="pop",
        kick="tight",
        backbeat="clap",
        bass="round",
        bass_style="eighths",
        chords="electric_piano",
        chord_style="push",
        arp="pluck",
        lead="bell",
        space=0.24,
        pump=3.5,
        colour=0.5,
    ),
    "energetic": Mood(
        bpm=126,
        minor=True,
        keys=(9, 4, 7, 2),
        progressions=(
            ("0:m", "8:add9", "3:add9", "10:"),
            ("8:add9", "10:", "0:madd9", "3:"),
            ("0:m7", "10:", "8:add9", "10:sus"),
        ),
        groove="four",
        kick="punchy",
        backbeat="clap_snare",
        bass="saw",
        bass_style="offbeat",
        chords="saw_stab",
        chord_style="stab",
        arp="pluck",
        lead="soft_saw",
        space=0.22,
        pump=8.0,
        colour=0.75,
    ),
    "luxury": Mood(
        bpm=100,
        minor=True,
        keys=(1, 3, 6, 10),
        progressions=(
            ("0:m9", "5:m9", "8:maj9", "7:9sus"),
            ("8:maj9", "7:m7", "0:m9", "0:m9"),
            ("0:m9", "3:maj7", "8:maj9", "10:9sus"),
        ),
        groove="deep",
        kick="soft",
        backbeat="rim",
        bass="sub",
        bass_style="sparse",
        chords="electric_piano",
        chord_style="offbeat",
        arp="bell",
        lead="bell",
        swing=0.12,
        space=0.38,
        pump=4.5,
        colour=0.45,
    ),
    "calm": Mood(
        bpm=84,
        minor=False,
        keys=(2, 5, 7, 10),
        progressions=(
            ("0:maj9", "5:maj7", "9:m7", "5:maj9"),
            ("5:maj9", "0:add9", "9:m9", "7:sus"),
            ("0:add9", "9:m7", "5:maj9", "5:6"),
        ),
        groove="heartbeat",
        kick="soft",
        backbeat="none",
        bass="round",
        bass_style="sparse",
        chords="felt",
        chord_style="broken",
        arp="felt",
        lead="bell",
        space=0.45,
        pump=1.0,
        colour=0.35,
        levels={"pad": 2.5, "kick": -3.0, "drums": -2.0},
    ),
    "playful": Mood(
        bpm=116,
        minor=False,
        keys=(0, 5, 7, 10),
        progressions=(
            ("0:6", "9:m7", "2:m7", "7:7"),
            ("0:", "5:6", "0:6", "7:"),
            ("0:add9", "5:", "9:m", "7:sus"),
        ),
        groove="bounce",
        kick="tight",
        backbeat="snap",
        bass="pizzicato",
        bass_style="bounce",
        chords="pizzicato",
        chord_style="offbeat",
        arp="marimba",
        lead="marimba",
        swing=0.3,
        space=0.16,
        pump=1.5,
        colour=0.5,
        levels={"pad": -3.0},
    ),
}
USUAL = "neutral"
