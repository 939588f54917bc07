"""What every generator promises: the records that travel to it and back, and the errors it may raise.

An adapter is thin: it sends one request and reads one answer. Retries, waiting, money and storage
belong to the job queue. Every record here survives a JSON round trip (``to_json``/``from_json``),
because the queue keeps it in the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from clappper.base.errors import ClappperError
from clappper.base.units import Money

R = TypeVar("R")


class Kind(StrEnum):
    """What is asked for."""

    TEXT_TO_VIDEO = "t2v"
    IMAGE_TO_VIDEO = "i2v"
    KEYFRAMES = "keyframes"
    VIDEO_TO_VIDEO = "v2v"
    TRANSFER = "transfer"
    UPSCALE = "upscale"
    TEXT_TO_IMAGE = "t2i"
    SPEECH = "tts"
    MUSIC = "music"
    MATTE = "matte"
    TRAIN = "train"


class RemoteState(StrEnum):
    """Where a generation stands at its provider. Anything a provider says beyond these is RUNNING."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class Role(StrEnum):
    """What an input file is for."""

    FIRST_FRAME = "first_frame"
    LAST_FRAME = "last_frame"
    KEYFRAME = "keyframe"
    REFERENCE = "reference"
    PRODUCT = "product"
    LOGO = "logo"
    LABEL = "label"
    SOURCE_VIDEO = "source_video"
    CONTROL_EDGE = "control_edge"
    CONTROL_DEPTH = "control_depth"
    CONTROL_SEG = "control_seg"
    CONTROL_BLUR = "control_blur"
    CONTROL_POSE = "control_pose"
    MASK = "mask"
    AUDIO = "audio"
    LORA = "lora"
    DATASET = "dataset"
    USD_SCENE = "usd_scene"
    PRODUCT_USD = "product_usd"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A local file that goes with a request. ``sha256`` is hex and makes the request's identity.

    ``at_seconds`` says where in the clip a keyframe stands; ``weight``, 0 to 1, how much a control counts.
    """

    role: Role
    path: str
    sha256: str
    mime: str = ""
    at_seconds: float | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class GenRequest:
    """One generation to ask for.

    ``key`` is ours and unique per attempt-worthy piece of work. ``width`` and ``height`` are pixels of
    the picture wanted; ``seconds`` is its length. ``audio`` asks a video model for sound too, ``loop`` for an
    end that meets the beginning. ``extra`` holds plain JSON values that the named model understands and
    declares in ``Capabilities.extra_fields``.
    """

    key: str
    kind: Kind
    provider: str
    model: str
    prompt: str
    seconds: float
    negative: str = ""
    aspect: str = "9:16"
    width: int = 1080
    height: int = 1920
    fps: float = 30.0
    seed: int = 0
    audio: bool = False
    loop: bool = False
    files: tuple[InputFile, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Price:
    """What one ``unit`` costs. ``unit`` is one of clip, second, image, character, gpu_second.

    It holds for requests that are sent with all values of ``match``, and for at least ``minimum_units``.
    ``confidence`` is measured, read, second-hand or guess; ``as_of`` is when that was.
    """

    unit: str
    amount: Money
    as_of: str
    confidence: str = "measured"
    match: dict[str, Any] = field(default_factory=dict, hash=False)
    minimum_units: float = 0.0


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one model can do, as data: preflight, routing, forms and docs read it here.

    Empty tuples mean *any*. ``seconds`` is the shortest and longest clip of one call, ``durations`` the only
    lengths there are, ``resolutions`` the names of picture sizes, smallest first, ``sizes`` the only sizes
    in pixels. ``max_prompt_characters`` counts UTF-16 units where ``prompt_unit`` is ``utf16``.
    ``last_frame`` and ``max_keyframes`` tell which pictures beside the first it goes through. ``audio``: it
    can make sound, ``loop``: it can close a loop. ``needs_picture``: words alone are not enough,
    ``reads_prompt``: it does what words say.

    ``volatile`` marks a provider that forgets its work when this program stops (its work is then done again,
    free). ``creates_per_minute`` is how often it may be asked, None where it does not say.
    ``upload_limit_bytes`` is the largest input file, ``inline_limit_bytes`` the largest that travels inside
    a request; 0 for none. ``webhook``: it can call us.

    ``price`` is that of the usual request; ``prices`` hold under conditions, the first that matches counts.
    ``brand_line`` must be shown wherever its clips are. ``licence`` of what it makes is ok, nc (not for
    commerce) or unknown. ``as_of`` and ``confidence`` say when and how surely all this was known.
    """

    provider: str
    model: str
    kinds: tuple[Kind, ...]
    seconds: tuple[float, float]
    durations: tuple[float, ...] = ()
    aspects: tuple[str, ...] = ()
    fps: tuple[float, ...] = ()
    resolutions: tuple[str, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()
    max_width: int = 0
    max_height: int = 0
    max_prompt_characters: int = 0
    prompt_unit: str = "characters"
    max_references: int = 0
    max_keyframes: int = 0
    last_frame: bool = False
    needs_picture: bool = False
    reads_prompt: bool = True
    seed: bool = True
    negative: bool = True
    audio: bool = False
    loop: bool = False
    cancel: bool = True
    progress: bool = False
    reconcile: bool = False
    webhook: bool = False
    generative: bool = True
    volatile: bool = False
    max_concurrency: int = 1
    creates_per_minute: float | None = None
    retention_seconds: int | None = None
    upload_limit_bytes: int = 0
    inline_limit_bytes: int = 0
    extra_fields: tuple[str, ...] = ()
    price: Price | None = None
    prices: tuple[Price, ...] = ()
    brand_line: str = ""
    licence: str = "ok"
    as_of: str = ""
    confidence: str = "measured"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a request is likely to cost, low to high, and how long it takes. ``None``: unknown, not zero."""

    low: Money | None
    high: Money | None
    seconds: tuple[float, float] | None
    basis: str


@dataclass(frozen=True, slots=True)
class Output:
    """One thing a finished generation offers: a local path or an address that will expire."""

    location: str
    mime: str
    role: str = "video"
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One look at a running generation. ``fraction`` is 0..1, or None when the provider does not tell.

    ``cost`` is the final price where the provider states it. ``sent`` is what the provider says about its
    work beyond what it was sent. ``preview`` is the path of an intermediate picture, ``queue_position`` how
    many wait before it; both only where the provider tells.
    """

    state: RemoteState
    fraction: float | None = None
    stage: str = ""
    outputs: tuple[Output, ...] = ()
    cost: Money | None = None
    error: ProviderFault | None = None
    poll_after_seconds: float = 2.0
    sent: dict[str, Any] = field(default_factory=dict)
    preview: str = ""
    queue_position: int | None = None


class FaultKind(StrEnum):
    """Why a call or a generation failed; the queue's retry table is keyed by it."""

    AUTH = "auth"
    BILLING = "billing"
    RATE_LIMITED = "rate_limited"
    INVALID = "invalid"
    POLICY = "policy"
    SETUP = "setup"
    OFFLINE = "offline"
    RESOURCE = "resource"
    TRANSIENT = "transient"
    TRANSIENT_MODEL = "transient_model"
    MODEL = "model"
    AMBIGUOUS = "ambiguous"
    EXPIRED = "expired"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class ProviderFault:
    """A failure as data."""

    kind: FaultKind
    message: str
    hint: str = ""
    retry_after_seconds: float | None = None


class ProviderError(ClappperError):
    """A call to a provider failed."""

    def __init__(self, fault: ProviderFault) -> None:
        super().__init__(fault.message, fault.hint)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class CancelOutcome:
    """What became of a cancel. ``still_billed`` is None when the provider does not say."""

    stopped: bool
    still_billed: bool | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a request does not suit a model; ``blocking`` ones stop it before any money is spent."""

    field: str
    message: str
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a provider can be used right now, and if not, what would help."""

    ready: bool
    detail: str
    hint: str = ""


class Provider(Protocol):
    """A generator of clips, stills or sound."""

    @property
    def name(self) -> str: ...

    def models(self) -> tuple[Capabilities, ...]:
        """List what can be asked for. Pure and instant."""
        ...

    def validate(self, request: GenRequest) -> tuple[Issue, ...]:
        """Compare a request with the model's capabilities. Pure and offline."""
        ...

    def estimate(self, request: GenRequest) -> Estimate:
        """Say what a request would cost. Pure and offline."""
        ...

    def sent(self, request: GenRequest) -> dict[str, Any]:
        """Say what ``submit`` sends for a request, files by role and hash. Pure and offline."""
        ...

    async def check(self) -> Health:
        """Find out whether the provider works, without spending money."""
        ...

    async def submit(self, request: GenRequest) -> str:
        """Start one generation and return its remote id. From here on it may cost money."""
        ...

    async def poll(self, remote_id: str) -> Progress: ...

    async def fetch(self, remote_id: str, output: Output, destination: Path) -> None:
        """Write one output to ``destination``, which does not exist yet."""
        ...

    async def cancel(self, remote_id: str) -> CancelOutcome: ...

    async def reconcile(
        self, request: GenRequest, since: datetime, known: frozenset[str] = frozenset()
    ) -> str | None:
        """Look for a generation that was accepted without our learning its id.

        Give the oldest one that is not in ``known``, the ids we have already.
        """
        ...

    async def aclose(self) -> None: ...


@runtime_checkable
class CallsBack(Protocol):
    """A provider whose service says by itself when something is done, at ``Settings.webhook_url``/NAME."""

    @property
    def name(self) -> str: ...

    async def webhook_keys(self) -> tuple[str, ...]:
        """Give what its messages are signed with now, worded as the service words it.

        Raises:
            ProviderError: the service does not tell.
        """
        ...


@runtime_checkable
class Refreshable(Protocol):
    """A provider that tells the fields of its models, so that they can be read anew."""

    @property
    def name(self) -> str: ...

    async def check(self) -> Health: ...

    async def refresh(self) -> tuple[str, ...]:
        """Read the fields of all models anew and keep them; gives the names of those that changed."""
        ...


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def to_json(record: object) -> str:
    """Write one record of this module as JSON."""
    hashable: Any = type(record)
    text: str = _adapter(hashable).dump_json(record).decode()
    return text


def from_json(kind: type[R], text: str | bytes) -> R:
    """Read back what ``to_json`` wrote.

    Raises:
        pydantic.ValidationError: the text is not such a record.
    """
    hashable: Any = kind
    record: R = _adapter(hashable).validate_json(text)
    return record
