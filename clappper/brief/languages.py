"""Which language a text is in: by its script, else by the small words that every sentence needs.

The words are function words (articles, prepositions, auxiliaries) that are frequent in one language and rare
in the others listed.
"""

from __future__ import annotations

import re
from collections import Counter

LEAST_WORDS = 12
"""Shorter texts are not judged."""
LEAST_SHARE = 0.08
"""Part of a text's words that has to be function words of its language; running text has 0.2 to 0.5."""
LEAST_LEAD = 1.3
"""How many times as frequent they are as those of the next language."""

_WORDS = {
    "English": "the and of to is are in that with for our be not this or as use should"
    " must never always we it",
    "German": "der die das und ist nicht mit für ein eine einen den dem des sie wir auf werden von oder"
    " zu im niemals immer unsere soll darf bitte",
    "French": "le la les des et est une dans pour que qui pas avec sur nos notre ne sont être aux du doit"
    " jamais toujours cette ou",
    "Spanish": "el la los las y es una en para que con por del no nuestra nuestro se son debe nunca siempre"
    " como sobre uso su",
    "Italian": "il lo la gli le e è una di per che con non del della nostro nostra sono deve mai sempre nel"
    " sul come essere",
    "Portuguese": "o os as e é uma em para que com não do da nossa nosso são deve nunca sempre no na como"
    " sobre ser",
    "Dutch": "de het een en is van niet met voor onze dat zijn wordt op in moet nooit altijd wij of te aan",
    "Swedish": "och att det som är inte en ett för med på av vår våra ska aldrig alltid eller den vi i",
    "Polish": "i w na nie jest się z do że nasze nasza dla oraz lub są należy nigdy zawsze jak o po",
}
FUNCTION_WORDS = {name: frozenset(words.split()) for name, words in _WORDS.items()}
_SCRIPTS = {
    "Russian or a relative": re.compile(r"[\u0400-\u04ff]"),
    "Greek": re.compile(r"[\u0370-\u03ff]"),
    "Hebrew": re.compile(r"[\u0590-\u05ff]"),
    "Arabic": re.compile(r"[\u0600-\u06ff]"),
    "Hindi or a relative": re.compile(r"[\u0900-\u097f]"),
    "Thai": re.compile(r"[\u0e00-\u0e7f]"),
    "Japanese": re.compile(r"[\u3040-\u30ff]"),
    "Korean": re.compile(r"[\uac00-\ud7af]"),
    "Chinese": re.compile(r"[\u4e00-\u9fff]"),
}
SCRIPT_SHARE = 0.2
"""Part of the letters; Japanese needs less, because kana stand between Chinese characters."""


def language_of(text: str) -> str:
    """Name a text's language in English; empty where it is too short, or like none that is known."""
    letters = [letter for letter in text if letter.isalpha()]
    for name, script in _SCRIPTS.items():
        if letters and len(script.findall(text)) > SCRIPT_SHARE * len(letters):
            return name
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < LEAST_WORDS:
        return ""
    counts = Counter(words)
    shares = {
        name: sum(counts[word] for word in known) / len(words) for name, known in FUNCTION_WORDS.items()
    }
    (best, share), (_, second), *_ = sorted(shares.items(), key=lambda item: -item[1])
    return best if share >= LEAST_SHARE and share >= LEAST_LEAD * second else ""
