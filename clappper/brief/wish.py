"""What one sentence asks of an ad: found by patterns and word lists, and only what is really there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from clappper.brief import lexicons, phrasing
from clappper.brief.schema import normal_colour
from clappper.brief.words import Lexicon

LONGEST_NAME = 60
LONGEST_AUDIENCE = 120
APPOSITION = 60
"""Characters after a name in which it may be explained, as in "Volt Lamp, a bike lamp"."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a sentence says. Empty texts and None mean that it does not say."""

    variations: int | None = None
    seconds: float | None = None
    fps: int | None = None
    platform: str = ""
    aspect: str = ""
    objective: str = ""
    product: str = ""
    category: str = ""
    audience: str = ""
    benefit: str = ""
    price: str = ""
    theme: str = ""
    styles: tuple[str, ...] = ()
    palette: str = ""
    colors: tuple[str, ...] = ()
    headline: str = ""
    button: str = ""
    url: str = ""
    bpm: int | None = None
    tempo: str = ""
    voice: bool = False
    music: bool = True
    script: str = ""
    pictures: tuple[str, ...] = ()
    song: str = ""
    faces: bool = False


def read_wish(sentence: str) -> Wish:
    """Find out what a sentence asks for."""
    text = re.sub(r"\s+", " ", phrasing.UNPRINTABLE.sub(" ", sentence)).strip()
    bare = phrasing.HEX.sub("", phrasing.SOUND.sub("", phrasing.PICTURE.sub("", text)))
    platform, platform_aspect = _platform(bare)
    product, category = _product(phrasing.FORMAT.sub(" ", bare))
    quoted = phrasing.QUOTED_ROLE.findall(text)
    said = {role.lower(): words.strip() for role, words in quoted if any(map(str.isalnum, words))}
    return Wish(
        variations=_variations(bare),
        seconds=_seconds(bare),
        fps=_whole(phrasing.FPS, bare),
        platform=platform,
        aspect=_listed(lexicons.table("market")["aspects"], bare) or platform_aspect,
        objective=_objective(bare),
        product=product,
        category=category,
        audience=_audience(bare, product),
        benefit=_benefit(bare, product),
        price=_price(bare),
        theme=_theme(bare, product),
        styles=_styles(bare),
        palette=_palette(bare),
        colors=_colors(text),
        headline=_first(said, "tagline", "slogan", "headline", "says", "say", "saying", "reads", "reading"),
        button=_first(said, "button", "cta", "call to action") or _button(bare, category),
        url=_match(phrasing.URL, phrasing.PICTURE.sub(" ", phrasing.SOUND.sub(" ", text)), group=0),
        bpm=_whole(phrasing.BPM, bare),
        tempo=_listed(lexicons.table("market")["tempos"], bare),
        voice=bool(phrasing.VOICE.search(bare)) and not phrasing.NO_VOICE.search(bare),
        music=not phrasing.NO_MUSIC.search(bare),
        script=_match(phrasing.SCRIPT, text),
        pictures=tuple(phrasing.PICTURE.findall(text)),
        song=_match(phrasing.SOUND, text, group=0),
        faces=bool(lexicons.face_words().first(bare)),
    )


def _first(said: dict[str, str], *roles: str) -> str:
    return next((said[role] for role in roles if len(said.get(role, "")) > 1), "")


def _match(pattern: re.Pattern[str], text: str, *, group: int = 1) -> str:
    found = pattern.search(text)
    return found.group(group).strip() if found else ""


def _whole(pattern: re.Pattern[str], text: str) -> int | None:
    found = _match(pattern, text)
    return int(found) if found else None


def _count(word: str) -> float:
    return phrasing.NUMBER_WORDS[word.lower()] if word.lower() in phrasing.NUMBER_WORDS else float(word)


def _variations(text: str) -> int | None:
    found = phrasing.COUNT.search(text) or phrasing.COUNT_OF_FILMS.search(text)
    if found is None or found.group(1).lower() in {"a", "an"}:
        return None
    return max(1, int(_count(found.group(1)))) if _is_a_count(text, found) else None


def _is_a_count(text: str, found: re.Match[str]) -> bool:
    """Tell "3 ads" from "15 second ads" and "24 fps videos"."""
    return not phrasing.MEASURE.match(text, found.end(1))


def _seconds(text: str) -> float | None:
    if found := phrasing.SECONDS.search(text):
        return _count(re.sub(r"[\s-]+", " ", found.group(1)))
    if found := phrasing.MINUTES.search(text):
        return 30 if "half" in found.group(1).lower() else 60
    return None


@cache
def _platform_words() -> tuple[tuple[Lexicon, str, str], ...]:
    rows = lexicons.table("market")["platform"]
    return tuple((Lexicon(row["words"], exact=True), row["platform"], row["aspect"]) for row in rows)


def _platform(text: str) -> tuple[str, str]:
    for words, platform, aspect in _platform_words():
        if words.first(text):
            return platform, aspect
    return "", ""


def _listed(lists: dict[str, list[str]], text: str) -> str:
    """Give the name of the first list with a word in the text."""
    return next((name for name, words in lists.items() if Lexicon(words, exact=True).first(text)), "")


def _objective(text: str) -> str:
    return _listed(lexicons.table("market")["objectives"], text)


def _product(text: str) -> tuple[str, str]:
    """Find what is sold and its category: by its name, by what the ad is for, or by a noun of goods."""
    phrase = _first_named(text, *phrasing.PRODUCT_PATTERNS[:-1])
    quoted = phrasing.QUOTED.search(phrasing.QUOTED_ROLE.sub(" ", text))
    phrase = phrase or (quoted.group(1) if quoted else "")
    maker = _maker(text)
    for brand in (maker, _match(phrasing.BRAND_BY, text)):
        if phrase and brand and brand.lower() not in phrase.lower():
            phrase = f"{brand} {phrase}"
    phrase = phrase or maker or _first_named(text, phrasing.PRODUCT_PATTERNS[-1])
    category, noun = _goods_of(phrase, text)
    return _titled(phrase or noun), category


def _goods_of(phrase: str, text: str) -> tuple[str, str]:
    """Give the kind of goods and its noun: from the name, or from what is said right after the name."""
    in_name = lexicons.goods().find(phrase)
    begin = text.lower().find(phrase.lower()) + len(phrase)
    nearby = lexicons.goods().find(text[begin : begin + APPOSITION] if phrase else text)
    if not in_name:
        return (nearby[0][0], nearby[0][1].phrase) if nearby else ("", "")
    category, named = max(in_name, key=lambda found: found[1].end - found[1].start)
    for other, hit in nearby:
        if hit.phrase.endswith(f" {named.phrase}"):
            return other, hit.phrase
    return category, named.phrase


def _first_named(text: str, *patterns: re.Pattern[str]) -> str:
    return next(filter(None, (_named_thing(_match(pattern, text)) for pattern in patterns)), "")


def _maker(text: str) -> str:
    """Give who the wish speaks of, as in "TechGear Pro is launching …"."""
    found = _match(phrasing.MAKER, text)
    return "" if found.split(" ")[0] in phrasing.NO_MAKER else found


def _named_thing(phrase: str) -> str:
    """Strip what is not the name; a phrase that only names a place or a kind of ad is none."""
    phrase = phrasing.LEADING.sub("", phrase.strip(" \"“”'"))
    return "" if phrasing.NOT_A_PRODUCT.fullmatch(phrase) else phrase


def _titled(phrase: str) -> str:
    words = phrase.strip(' .,;:!?"“”').split()
    shown = [
        word if number and word in phrasing.SMALL_WORDS else _capital(word)
        for number, word in enumerate(words)
    ]
    return " ".join(shown)[:LONGEST_NAME].strip()


def _capital(word: str) -> str:
    """Begin a word with a capital, unless it brings its own, as "iRobot" does."""
    return word if any(map(str.isupper, word)) else word[:1].upper() + word[1:]


def _audience(text: str, product: str) -> str:
    found = _match(phrasing.AUDIENCE, text)
    if not found:
        for candidate in phrasing.SECOND_FOR.findall(re.split(r"[.!?]\s", text)[0]):
            words = phrasing.LEADING.sub("", candidate)
            if set(words.lower().split()) & set(product.lower().split()) - phrasing.SMALL_WORDS:
                continue
            if lexicons.people().first(words) or phrasing.PEOPLE.search(words):
                found = words
                break
    named = phrasing.LEADING.sub("", found).strip()
    return named[:LONGEST_AUDIENCE] if len(named) > 2 else ""


def _benefit(text: str, product: str) -> str:
    patterns = (phrasing.BENEFIT_NAMED, phrasing.MAKER_HELPS, phrasing.BENEFIT, phrasing.FEATURE)
    found = next(filter(None, (_match(pattern, text) for pattern in patterns)), "")
    found = re.sub(r"^(?:(?:and|both|is|are|has|have)\s+)+", "", found, flags=re.IGNORECASE)
    return (found[:1].upper() + found[1:]) if found and found.lower() != product.lower() else ""


def _price(text: str) -> str:
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if phrasing.CAMPAIGN_MONEY.search(sentence):
            continue
        if found := phrasing.PRICE.search(sentence):
            return re.sub(r"\s+", " ", found.group(1).strip())
    return _discount(text)


def _discount(text: str) -> str:
    found = phrasing.DISCOUNT.search(text)
    if found is None:
        return ""
    return f"{found.group(1)}% off" if found.group(1) else found.group(2).capitalize()


def _theme(text: str, product: str) -> str:
    """Find what the footage should show, such as "extreme sports footage"."""
    plain = phrasing.STYLE.sub(" ", text)
    for found in (*phrasing.FOOTAGE.findall(plain), *phrasing.THEME.findall(plain)):
        words = phrasing.FOOTAGE_END.sub("", found.strip())
        if not phrasing.NOT_A_THEME.search(found) and _is_scenic(found, words, product):
            return words
    return ""


def _is_scenic(found: str, words: str, product: str) -> bool:
    """Tell footage from features: it says so, or names people, a place or something that happens."""
    content = set(words.lower().split()) - phrasing.SMALL_WORDS
    if len(words) < 3 or len(content & set(product.lower().split())) * 2 > len(content) or not content:
        return False
    seen = (
        lexicons.people(),
        lexicons.action_forms(),
        lexicons.shot_words("action"),
        lexicons.shot_words("setting"),
        lexicons.shot_words("camera_move"),
    )
    return found != words or any(lexicon.first(words) for lexicon in seen)


def _styles(text: str) -> tuple[str, ...]:
    named = _match(phrasing.STYLE, text)
    found = [*lexicons.look_words("style").wanted(named), *lexicons.look_words("style").wanted(text)]
    plain = [word for word in dict.fromkeys(found) if word not in phrasing.NOT_A_STYLE]
    if named and not plain:
        plain = [named.lower()]
    return tuple(plain[:3])


def _palette(text: str) -> str:
    kinds: tuple[lexicons.LookWord, ...] = ("palette_warm", "palette_cool", "palette_neutral")
    counts = {kind: len(lexicons.look_words(kind).wanted(text)) for kind in kinds}
    best = max(counts, key=lambda kind: counts[kind])
    return best.removeprefix("palette_") if counts[best] else ""


@cache
def _color_words() -> Lexicon:
    market = lexicons.table("market")
    return Lexicon(market["colors"], allow=market["not_colors"]["phrases"], exact=True)


def _colors(text: str) -> tuple[str, ...]:
    colors = lexicons.table("market")["colors"]
    named = [colors[word] for word in _color_words().wanted(phrasing.HEX.sub(" ", text))]
    return tuple(dict.fromkeys([*map(normal_colour, phrasing.HEX.findall(text)), *named]))[:4]


def _button(text: str, category: str) -> str:
    if said := _match(phrasing.BUTTON, text):
        return said
    for row in lexicons.table("market")["button"]:
        if category not in row.get("not_goods", ()) and Lexicon(row["words"], exact=True).first(text):
            return str(row["text"])
    return ""
