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
from typing import Any, Protocol, TypeVar

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
    SOURCE_VIDEO = "source_video"
    CONTROL_EDGE = "control_edge"
    CONTROL_DEPTH = "control_depth"
    CONTROL_SEG = "control_seg"
    MASK = "mask"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A local file that goes with a request. ``sha256`` is hex and makes the request's identity."""

    role: Role
    path: str
    sha256: str
    mime: str = ""
    at_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class GenRequest:
    """One generation to ask for.

    ``key`` is ours and unique per attempt-worthy piece of work. ``width`` and ``height`` are pixels of
    the picture wanted; ``seconds`` is its length. ``extra`` holds plain JSON values that the named
    model understands and declares in ``Capabilities.extra_fields``.
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
    files: tuple[InputFile, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Price:
    """What one ``unit`` costs. ``unit`` is one of clip, second, image, character, gpu_second."""

    unit: str
    amount: Money
    as_of: str
    confidence: str = "measured"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one model can do, as data: preflight, routing, forms and docs read it here.

    Empty tuples mean *any*. ``seconds`` is the shortest and longest clip of one call. ``volatile``
    marks a provider that forgets its work when this program stops (its work is then done again, free).
    """

    provider: str
    model: str
    kinds: tuple[Kind, ...]
    seconds: tuple[float, float]
    aspects: tuple[str, ...] = ()
    fps: tuple[float, ...] = ()
    max_width: int = 0
    max_height: int = 0
    max_prompt_characters: int = 0
    max_references: int = 0
    seed: bool = True
    negative: bool = True
    cancel: bool = True
    progress: bool = False
    reconcile: bool = False
    generative: bool = True
    volatile: bool = False
    max_concurrency: int = 1
    retention_seconds: int | None = None
    extra_fields: tuple[str, ...] = ()
    price: Price | None = None
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

    ``cost`` is the final price where the provider states it. ``sent`` is what was really sent.
    """

    state: RemoteState
    fraction: float | None = None
    stage: str = ""
    outputs: tuple[Output, ...] = ()
    cost: Money | None = None
    error: ProviderFault | None = None
    poll_after_seconds: float = 2.0
    sent: dict[str, Any] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Workbench:
    """What an adapter is made from: a folder it may write its outputs into until they are fetched."""

    scratch: Path


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

    async def reconcile(self, request: GenRequest, since: datetime) -> str | None:
        """Look for a generation that was accepted without our learning its id."""
        ...

    async def aclose(self) -> None: ...


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


def fits(request: GenRequest, model: Capabilities) -> tuple[Issue, ...]:
    """Compare a request with what a model declares; the one check that every adapter's validate uses."""
    issues: list[Issue] = []
    shortest, longest = model.seconds
    if request.kind not in model.kinds:
        issues.append(Issue("kind", f"{model.model} does not make {request.kind}."))
    if not shortest <= request.seconds <= longest:
        issues.append(
            Issue("seconds", f"{model.model} makes {shortest:g} to {longest:g} s, not {request.seconds:g} s.")
        )
    if model.aspects and request.aspect not in model.aspects:
        issues.append(
            Issue("aspect", f"{model.model} makes {', '.join(model.aspects)}, not {request.aspect}.")
        )
    if model.fps and request.fps not in model.fps:
        rates = ", ".join(f"{rate:g}" for rate in model.fps)
        issues.append(Issue("fps", f"{model.model} makes {rates} fps, not {request.fps:g}."))
    if (model.max_width and request.width > model.max_width) or (
        model.max_height and request.height > model.max_height
    ):
        issues.append(
            Issue("width", f"{model.model} makes at most {model.max_width}x{model.max_height} pixels.")
        )
    if model.max_prompt_characters and len(request.prompt) > model.max_prompt_characters:
        issues.append(Issue("prompt", f"{model.model} reads {model.max_prompt_characters} characters."))
    references = sum(file.role in {Role.REFERENCE, Role.PRODUCT} for file in request.files)
    if references > model.max_references:
        issues.append(Issue("files", f"{model.model} takes {model.max_references} reference pictures."))
    issues.extend(
        Issue(f"extra.{name}", f"{model.model} does not know the option {name}.")
        for name in sorted(set(request.extra) - set(model.extra_fields))
    )
    if request.negative and not model.negative:
        issues.append(Issue("negative", f"{model.model} ignores negative prompts.", blocking=False))
    if request.seed and not model.seed:
        issues.append(Issue("seed", f"{model.model} ignores seeds.", blocking=False))
    return tuple(issues)
