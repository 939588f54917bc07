"""What a service tells us by itself, once it is sure that it is the service: only that we should look again.

Nothing that such a message says is believed; it wakes the one who asks. Whoever has a server hands each
message to a ``Doorbell``. Without one, polling sees everything too, only later.

Replicate signs as the Standard Webhooks specification 1.0 says (HMAC-SHA256), fal with Ed25519.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from clappper.base.clock import Clock
from clappper.base.errors import UnusableInputError
from clappper.base.events import EventHub
from clappper.jobs.model import WorkReported

WINDOW_SECONDS = 300.0
"""How old, or how far ahead of our clock, a message may be."""
REMEMBERED_SECONDS = 24 * 3600.0
MOST_REMEMBERED = 10_000
LARGEST_BYTES = 8_000_000
SECRET_PREFIX = "whsec_"  # noqa: S105 - the name of a kind of secret is none


class ForgedWebhookError(UnusableInputError):
    """A message cannot be from its service, or is too old: it is not acted upon."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signature vouches for: the message's own id and its time, in seconds since 1970."""

    message_id: str
    sent_at: float


class Signatures(Protocol):
    """How one service signs, and what it calls the generation that a message is about."""

    def verified(self, headers: Mapping[str, str], body: bytes) -> Signed:
        """Give what is signed; ``headers`` have lower-case names.

        Raises:
            ForgedWebhookError: the signature does not fit.
        """
        ...

    def remote_id(self, message: Mapping[str, Any]) -> str: ...


class StandardSignatures:
    """Replicate's: ``webhook-signature`` holds any number of ``v1,<base64>``, one of which must fit."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Take the secrets that are valid now, each ``whsec_`` and base64; two while one replaces the other.

        Raises:
            UnusableInputError: one of them is no such secret.
        """
        self._keys = [_key(secret) for secret in secrets]

    def verified(self, headers: Mapping[str, str], body: bytes) -> Signed:
        message_id, sent_at = _header(headers, "webhook-id"), _header(headers, "webhook-timestamp")
        text = b".".join((message_id.encode(), sent_at.encode(), body))
        fitting = [hmac.new(key, text, hashlib.sha256).digest() for key in self._keys]
        offered = [_decoded(part) for part in _header(headers, "webhook-signature").split()]
        # Every pair is compared, each in constant time, so that timing tells nothing about which was near.
        matches = [hmac.compare_digest(ours, theirs) for ours in fitting for theirs in offered]
        if not any(matches):
            raise ForgedWebhookError("The signature of this message does not fit.")
        return Signed(message_id, _seconds(sent_at))

    def remote_id(self, message: Mapping[str, Any]) -> str:
        return str(message.get("id") or "")


class FalSignatures:
    """fal's: ids, time and the body's hash, signed with one of the keys that fal publishes."""

    def __init__(self, public_keys: Sequence[str]) -> None:
        """Take the Ed25519 public keys of fal's key set: 32 bytes each, in base64 for addresses."""
        self._keys = tuple(_padded(key) for key in public_keys)

    def verified(self, headers: Mapping[str, str], body: bytes) -> Signed:
        names = ("x-fal-webhook-request-id", "x-fal-webhook-user-id", "x-fal-webhook-timestamp")
        request_id, user_id, sent_at = (_header(headers, name) for name in names)
        text = "\n".join((request_id, user_id, sent_at, hashlib.sha256(body).hexdigest())).encode()
        try:
            signature = bytes.fromhex(_header(headers, "x-fal-webhook-signature"))
        except ValueError as error:
            raise ForgedWebhookError("The signature of this message is no signature.") from error
        if not any(_ed25519_fits(key, signature, text) for key in self._keys):
            raise ForgedWebhookError("The signature of this message does not fit.")
        return Signed(request_id, _seconds(sent_at))

    def remote_id(self, message: Mapping[str, Any]) -> str:
        return str(message.get("request_id") or "")


class Doorbell:
    """Takes one provider's messages and publishes ``WorkReported`` for each that is true and new."""

    def __init__(self, provider: str, signatures: Signatures, hub: EventHub, clock: Clock) -> None:
        self._provider = provider
        self._signatures = signatures
        self._hub = hub
        self._clock = clock
        self._seen: OrderedDict[str, float] = OrderedDict()

    def trust(self, signatures: Signatures) -> None:
        """Take other keys, as when a service has changed its own; what came before is remembered."""
        self._signatures = signatures

    def ring(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Act on a message; give False when it came before, which is answered like the first time.

        Raises:
            ForgedWebhookError: it is not from the service, too old, too far ahead, or about nothing.
        """
        if len(body) > LARGEST_BYTES:
            raise ForgedWebhookError("This message is too large.")
        signed = self._signatures.verified({name.lower(): value for name, value in headers.items()}, body)
        now = self._clock.now().timestamp()
        if abs(now - signed.sent_at) > WINDOW_SECONDS:
            raise ForgedWebhookError("This message is too old, or one of the two clocks is wrong.")
        remote_id = self._signatures.remote_id(_parsed(body))
        if not remote_id:
            raise ForgedWebhookError("This message is about no generation.")
        if not self._is_new(signed.message_id, now):
            return False
        self._hub.publish(WorkReported(self._provider, remote_id))
        return True

    def _is_new(self, message_id: str, now: float) -> bool:
        while self._seen and (
            len(self._seen) > MOST_REMEMBERED or now - next(iter(self._seen.values())) > REMEMBERED_SECONDS
        ):
            self._seen.popitem(last=False)
        if message_id in self._seen:
            return False
        self._seen[message_id] = now
        return True


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise ForgedWebhookError(f"This message has no {name}.")
    return value


def _seconds(text: str) -> float:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise ForgedWebhookError("This message has no time.")
    return float(text)


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise UnusableInputError("That is no webhook secret.", "Copy all of it, from whsec_ on.") from error
    if not key:
        raise UnusableInputError("The webhook secret is empty.", "Copy all of it, from whsec_ on.")
    return key


def _padded(key: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    except binascii.Error:
        return b""


def _decoded(part: str) -> bytes:
    """Read one signature; one of another version fits nothing."""
    version, _, text = part.partition(",")
    try:
        return base64.b64decode(text, validate=True) if version == "v1" else b""
    except (binascii.Error, ValueError):
        return b""


def _ed25519_fits(key: bytes, signature: bytes, text: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise ForgedWebhookError("This message is no JSON.") from error
    return message if isinstance(message, Mapping) else {}
