"""How people put a wish for an ad: the patterns that ``wish`` reads a sentence with. English only."""

from __future__ import annotations

import re

NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty five": 45,
    "sixty": 60,
    "couple of": 2, "a couple of": 2,
}  # fmt: skip


def _any(*phrases: str) -> str:
    """Match one of several phrases; a space stands for any white space."""
    return "(?:" + "|".join(phrase.replace(" ", r"\s+") for phrase in phrases) + ")"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


NUMBER = r"\b(\d+(?:\.\d+)?|" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + ")"
CAPITAL = r"(?-i:[A-Z])\w*"
NAME = r"(?-i:(?:[A-Z0-9][\w'’&-]*\s?){1,4}"
ENDS = r"\s*[,.;:!?()–—]|\s*$"

FILM = _any(
    "ads?", "adverts?", "advertisements?", "videos?", "clips?", "commercials?", "spots?", "reels?",
    "stor(?:y|ies)",
    "promos?", "teasers?", "campaigns?", "films?", "tiktoks?", "shorts", "posts?", "trailers?",
)  # fmt: skip
FILMS = _any("ads", "videos", "clips", "commercials", "spots", "reels", "promos")

COUNT = _compile(
    NUMBER + r"\s+(?:different\s+|short\s+|new\s+)?"
    r"(?:variations?|variants?|versions?|cuts|options|takes|alternatives)\b"
)
COUNT_OF_FILMS = _compile(NUMBER + r"\s+(?:[\w:-]+\s+){0,4}?" + FILMS + r"\b")
MEASURE = _compile(r"[\s-]*(?:s|secs?|seconds?|min\w*|fps|bpm|%|x|:)\b")

SECONDS = _compile(r"(?<!\bin )" + NUMBER + r"[\s-]*(?:s|secs?|seconds?)\b")
MINUTES = _compile(r"\b(half a|a half|one|a|1)[\s-]*(?:min|mins|minute)\b")
FPS = _compile(r"\b(\d{2})\s*(?:fps|frames per second)\b")
BPM = _compile(r"\b(\d{2,3})\s*bpm\b")
FORMAT = _compile("|".join(pattern.pattern for pattern in (FPS, SECONDS, MINUTES, BPM)))
"""What describes the film rather than the goods, and would be taken for part of a product's name."""

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
HEX = _compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b")
PICTURE = _compile(r"\S+\.(?:png|jpe?g|webp|svg)\b")
SOUND = _compile(r"\S+\.(?:mp3|wav|ogg|flac|m4a|opus)\b")
URL = _compile(
    r"\b(?:https?://[^\s,]+|(?:[a-z0-9-]+\.)+(?:com|org|net|io|shop|store|co|app|example|dev|eu|de|"
    r"uk)(?:/[^\s,]*)?)\b"
)

AMOUNT = r"\d+(?:,\d{3})*(?:\.\d{1,2})?"
MONEY = rf"(?:[$€£]\s?{AMOUNT}|{AMOUNT}\s?(?:dollars|euros?|pounds|usd|eur|gbp|€|£))"
PER = r"(?:\s?(?:/|per|a)\s?(?:month|mo|week|year|night|piece|kg|pair|person))?"
BEFORE_PRICE = _any(
    "for", "at", "only", "just", "priced?(?: at)?", "from", "costs?", "now", "is", "under", "starting at"
)
PRICE = _compile(rf"(?:\b{BEFORE_PRICE}\s+(?:only\s+|just\s+)?|[,(–-]\s*)({MONEY}{PER})")
CAMPAIGN_MONEY = _compile(
    r"budget|spend|acquir|per lead|cost per|\bcpa\b|(?:customers|players|leads|accounts) at"
)
DISCOUNT = _compile(
    r"\b(?:up to\s+)?(\d{1,2})\s?%\s?(?:off|discount|less|sale)|"
    r"\b(buy one get one free|two for one|2 for 1|free shipping)\b"
)

QUOTED = _compile(r"[\"“”]([^\"“”]{2,60})[\"“”]")
QUOTED_ROLE = _compile(
    r"\b(tagline|slogan|headline|says?|saying|reads?|reading|cta|call to action|button)\b"
    r"[^\"“”]{0,20}[\"“”]([^\"“”]{2,60})[\"“”]"
)
BUTTON = _compile(
    r"\b(?:cta|call to action|button)\s*(?:is|:|=|-|saying)?\s*((?-i:[A-Z][\w!]*(?:\s+[A-Z][\w!]*){0,3}))"
)

AFTER_PRODUCT = _any(
    "with", "featur(?:e|ing)", "aim(?:ed|ing) at", "target(?:ing|ed)?", "that", "which", "who", "using",
    "show(?:ing)?",
    "set (?:in|on|at)", "in an?", "in the style", f"in (?:the )?{CAPITAL}", "across", "shot", "priced",
    "cost(?:s|ing)",
    r"(?:at|from) [$€£]?\d+", "for", "on (?:tiktok|instagram|youtube|facebook|linkedin)",
    "to (?:drive|get|sell|reach|boost|promote|show)", "and (?:show|use|make|end|keep|include|add|we)", "we",
    "our customers", "they", "because", "so", "is", "are", "helps?", "called", "named", "made",
    f"by {CAPITAL}", "about",
    "over", "without", "lasting", "ending", "vertical", "horizontal", "today", "tomorrow", "soon",
    "(?:next|this) (?:week|month|year|spring|summer|autumn|fall|winter|friday|season)",
    r"in (?:\d+:\d+|square|vertical|landscape|warm|cool|neutral|black|slow|pastel|neon|minimalist|cinematic)",
)  # fmt: skip
PRODUCT = rf"\s+(.{{2,70}}?)(?=\s+{AFTER_PRODUCT}\b|{ENDS}|\s+-\s)"
OFFERING = _any(
    "promot(?:e|ing)", "advertis(?:e|ing)", "sell(?:ing)?", "launch(?:ing)?", "introduc(?:e|ing)",
    "announc(?:e|ing)",
    "market(?:ing)?", "showcas(?:e|ing)", "unveil(?:ing)?",
)  # fmt: skip
OFFERING_NOW = r"(?:promot|advertis|sell|launch|introduc|announc|market|showcas|unveil)ing"
PRODUCT_PATTERNS = (
    _compile(r"\b(?:called|named)\s+[\"“]?(" + NAME + "))"),
    _compile(rf"\b{FILM}\b(?:[^.;:!?]{{0,60}}?\s(?:for|about|{OFFERING_NOW})|\s+of)" + PRODUCT),
    _compile(rf"\b{OFFERING}" + PRODUCT),
    _compile(r"\bfor" + PRODUCT),
)
"""Tried in order: a name, what the film is for, what is being launched, and at last anything it is for."""
NOT_A_PRODUCT = _compile(
    _any(
        "instagram",
        "tiktok",
        "youtube",
        "social media",
        "facebook",
        "linkedin",
        "tv",
        r".*\bcampaigns?",
        "launch",
        "us",
        "me",
        "it",
        "them",
    )
)
MAKER = re.compile(
    r"^\s*[\"“]?((?:[A-Z][\w'’&-]*\s?){1,4}?)\s+(?:is|are|helps|makes|needs|wants|offers|serves|sells|"
    r"launches|has)\s"
)
NO_MAKER = frozenset({
    "We", "I", "This", "It", "They", "Our", "There", "That", "What", "You", "My", "The", "A", "An", "Who", "",
})  # fmt: skip
BRAND_BY = re.compile(r"\bby\s+((?:[A-Z][\w'’&-]*\s?){1,3})")
LEADING = _compile(
    r"^(?:(?:a|an|the|our|my|your|their|its|some|new|brand new|brand-new|latest|all-new|this|these)\s+)+"
)
SMALL_WORDS = frozenset({"a", "an", "and", "of", "the", "for", "in", "with", "to", "on"})

CUSTOMERS = _any("customers", "players", "patients", "users", "readers", "guests", "clients", "viewers")
AUDIENCE = _compile(
    r"\b(?:target(?:ing|ed at|ed to|\s+(?:audience|customers)(?:\s+(?:is|are)|:)?)?|aimed at|aiming at|"
    r"speaks? to|appeals? to|reach|serves|"
    rf"our (?:ideal |target |typical )?{CUSTOMERS} (?:typically )?are(?: typically)?|"
    r"audience(?: is|:)?)\s+(?!with\b)(.{3,80}?)"
    rf"(?={ENDS}|\s+(?:with|using|featuring|show|who might|who need|but|in (?:the )?{CAPITAL}|"
    r"on (?:tiktok|instagram|youtube)|and (?:show|use|end))\b)"
)
SECOND_FOR = _compile(
    r"\bfor\s+(?!\$|\d|only|just|free|instagram|tiktok|youtube|facebook|linkedin|tv|our (?:web|land)|"
    r"the web)(.{3,60}?)"
    rf"(?={ENDS}|\s+(?:with|that|which|using|featuring|showing|by {CAPITAL}|in an?|at [$€£]|on \w+|"
    rf"and (?:show|use|end))\b)"
)
PEOPLE = _compile(
    r"\b(?:lovers?|fans?|owners?|buyers?|users?|shoppers?|\w{3,}ers|teams?|businesses|companies|"
    r"beginners|everyone)\b"
)

BENEFIT_NAMED = _compile(
    r"\b(?:key benefit|benefit|selling point|usp|main message|message|highlight(?:ing|s)?|"
    r"emphasi[sz](?:e|ing)|"
    r"stress(?:ing)?|focus(?:ing)? on|known for|promise)\s*(?:(?:is|that|the|its|our|their)\s+|"
    r":\s*)*(.{3,80}?)"
    rf"(?={ENDS}|\s+with\s)"
)
BENEFIT = _compile(
    r"\b(?:that|which)\s+((?:(?!its\b|this\b|parents\b|people\b)\w{2,}s|keep|last|make|help|give|clean|"
    r"protect|save|"
    r"let|turn|bring|can|will|never|have|are)\b.{2,70}?)"
    rf"(?={ENDS}|\s+for \w+ (?:who|aged)|\s+(?:targeting|aimed)\b)"
)
MAKER_HELPS = re.compile(
    r"^\s*[\"“]?(?:[A-Z][\w'’&-]*\s?){1,4}?\s+((?:helps|keeps|makes|lets|gives|saves|turns|brings)\s.{5,70}?)"
    rf"(?={ENDS})"
)
FEATURE = _compile(
    r"\b(?:features|offers?|provides?|made (?:with|from|of)|designed to)\s+"
    r"(?!and\b|of\b)(?:an?\s+)?(.{5,60}?)"
    rf"(?={ENDS}|\s+(?:and|for|with|that|which|to)\b)"
)

THEME = _compile(
    r"\b(?:with|featuring|showing|shows?|set (?:in|on|at)|using)\s+(?:an?\s+|the\s+|some\s+)?(.{3,70}?)"
    rf"(?={ENDS}|\s+(?:for|targeting|aimed|at [$€£]|in an? \w+ style|and (?:a )?(?:voice|music|upbeat|"
    rf"calm|warm|cool|end))\b)"
)
FOOTAGE = _compile(r"(?:^|[,.;:]\s*|\bwith\s+)((?:[\w-]+\s+){1,4})(?:footage|visuals|imagery)\b")
FOOTAGE_END = _compile(r"\s+(?:footage|shots|scenes|clips|imagery|visuals)$")
NOT_A_THEME = _compile(
    r"\b(?:voice|narrat|music|song|track|beat|soundtrack|bpm|colou?rs?|palette|tones?|style|logo|"
    r"headline|tagline|slogan|"
    r"cta|call to action|button|budget|price|discount|% off|free shipping|code|targeting|us|you|fps|"
    r"aspect|format|text|"
    r"subtitles|captions|target|acquir\w*|customers|conversions|sales|awareness)\b|[$€£]"
)
STYLE = _compile(r"\b(?:in|with)\s+an?\s+([\w\s,&-]{3,50}?)\s+(?:style|look|aesthetic|feel|vibe)\b")
NOT_A_STYLE = frozenset({
    "style", "in the style of", "classic", "warm", "fresh", "animation", "movie trailer", "commercial",
    "user generated",
})  # fmt: skip

VOICE = _compile(r"\b(?:voice[\s-]?over|narrat(?:ion|or|ed|ing)|spoken|speaker reads|voiced)\b")
NO_VOICE = _compile(r"\b(?:no|without)\s+(?:any\s+|a\s+)?(?:voice|narrat|speech|talking)")
NO_MUSIC = _compile(r"\b(?:no|without)\s+(?:any\s+)?(?:music|soundtrack)|\bvoice(?:[\s-]?over)? only\b")
SCRIPT = _compile(
    r"\b(?:voice[\s-]?over|narrator|narration|script)\s*(?:says?|saying|reads?|"
    r":)\s*[\"“”]([^\"“”]{3,400})[\"“”]"
)
