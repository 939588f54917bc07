"""Keys of services: from the environment, or from the operating system's keychain, and nowhere else.

A key is handed out wrapped, so that printing or logging it shows stars, and everything that is written for
people goes through ``Redactor`` as well. Keychain back-ends that keep keys in plain files are refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from clappper.base.errors import ClappperError, UnusableInputError

if TYPE_CHECKING:
    from pydantic import SecretStr

STARS = "***"
SERVICE = "clappper"
TRUSTED_KEYCHAINS = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
SHORTEST_SECRET = 6
KNOWN_SHAPES = re.compile(
    r"\b(?:r8_|luma-api-|nvapi-|key_[0-9a-f]|sk-|whsec_)[A-Za-z0-9_\-+/=]{8,}"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9a-f]{16,}\b"
)
BEARERS = re.compile(r"(?i)\b(bearer|key|token)\s+[A-Za-z0-9_\-.:+/=]{12,}")
SIGNED = re.compile(r"(?i)([?&](?:x-amz-signature|signature|sig|token|key|access_token)=)[^&\s\"']+")


@dataclass(frozen=True, slots=True)
class KeyName:
    """What a key is kept under, and the environment variables that may hold it; ``A:B`` joins two of them."""

    service: str
    variables: tuple[str, ...] = ()


class Keychain(Protocol):
    """What of a keyring is used here."""

    def get_password(self, service: str, username: str, /) -> str | None: ...

    def set_password(self, service: str, username: str, password: str, /) -> None: ...

    def delete_password(self, service: str, username: str, /) -> None: ...


class Redactor:
    """Puts stars in the place of keys, those that were handed out and those that look like one."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def know(self, secret: str) -> None:
        """Hide this text wherever it turns up from now on."""
        if len(secret) >= SHORTEST_SECRET:
            self._known.add(secret)
            self._known.update(part for part in secret.split(":") if len(part) >= SHORTEST_SECRET)

    def __call__(self, text: str) -> str:
        for secret in sorted(self._known, key=len, reverse=True):
            text = text.replace(secret, STARS)
        text = KNOWN_SHAPES.sub(STARS, text)
        text = BEARERS.sub(rf"\1 {STARS}", text)
        return SIGNED.sub(rf"\1{STARS}", text)


class NoKeychainError(ClappperError):
    """This machine has no keychain that keeps keys safe."""


class Secrets:
    """The keys of this run. A variable of the environment goes before the keychain."""

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        keychain: Callable[[], Keychain] | None = None,
        redactor: Redactor | None = None,
    ) -> None:
        """Without ``keychain`` there is none; without ``environ`` it is empty."""
        self._environ = environ or {}
        self._keychain = keychain
        self._held: dict[str, SecretStr] = {}
        self.redactor = redactor or Redactor()

    @classmethod
    def of_user(cls, redactor: Redactor | None = None) -> Secrets:
        """Use this machine's environment and keychain; nothing is looked up before it is needed."""
        return cls(os.environ, system_keychain, redactor)

    def get(self, key: KeyName) -> SecretStr | None:
        """Give a key, or None. May take a moment the first time, while the keychain opens."""
        if key.service in self._held:
            return self._held[key.service]
        found = self._from_environment(key) or self._from_keychain(key)
        if found is None:
            return None
        return self._hold(key, found)

    def source(self, key: KeyName) -> str:
        """Say in words where a key comes from; empty when there is none."""
        for variable in key.variables:
            if _joined(variable, self._environ):
                return f"environment variable {variable.replace(':', ' and ')}"
        if self._from_keychain(key):
            return "keychain"
        return "this session" if key.service in self._held else ""

    def set(self, key: KeyName, value: str, *, keep: bool = True) -> None:
        """Store a key in the keychain, or without ``keep`` for this session only.

        Raises:
            UnusableInputError: it is empty or has spaces inside.
            NoKeychainError: there is no keychain to be trusted.
        """
        value = value.strip()
        if not value or len(value.split()) != 1 or not value.isprintable():
            raise UnusableInputError(
                f"That is no key for {key.service}.", "Paste the key alone, in one line."
            )
        self.redactor.know(value)
        if keep:
            _asked(lambda: self._demand().set_password(SERVICE, key.service, value))
        self._hold(key, value)

    def remove(self, key: KeyName) -> None:
        """Forget a key, here and in the keychain. A variable of the environment stays."""
        self._held.pop(key.service, None)
        if self._from_keychain(key):
            _asked(lambda: self._demand().delete_password(SERVICE, key.service))

    def _hold(self, key: KeyName, value: str) -> SecretStr:
        from pydantic import SecretStr

        self.redactor.know(value)
        self._held[key.service] = SecretStr(value)
        return self._held[key.service]

    def _from_environment(self, key: KeyName) -> str | None:
        return next((found for name in key.variables if (found := _joined(name, self._environ))), None)

    def _from_keychain(self, key: KeyName) -> str | None:
        try:
            return _asked(lambda: self._demand().get_password(SERVICE, key.service))
        except NoKeychainError:
            return None

    def _demand(self) -> Keychain:
        if self._keychain is None:
            raise NoKeychainError("There is no keychain here.", "Use the service's environment variable.")
        return self._keychain()


def system_keychain() -> Keychain:
    """Give the operating system's keychain.

    Raises:
        NoKeychainError: there is none, or only one that keeps keys in a readable file.
    """
    import keyring

    found = keyring.get_keyring()
    candidates = list(getattr(found, "backends", [found]))
    for backend in candidates:
        if type(backend).__module__.startswith(TRUSTED_KEYCHAINS):
            trusted: Keychain = backend
            return trusted
    raise NoKeychainError(
        "This machine has no keychain that keeps keys safe.",
        "Put the key into the service's environment variable, or set up GNOME Keyring or KWallet.",
    )


def _joined(variable: str, environ: Mapping[str, str]) -> str:
    parts = [environ.get(name, "").strip() for name in variable.split(":")]
    return ":".join(parts) if all(parts) else ""


def _asked(ask: Callable[[], str | None]) -> str | None:
    """Ask the keychain; whatever it raises is told in one sentence."""
    from keyring.errors import KeyringError

    try:
        return ask()
    except KeyringError as error:
        raise NoKeychainError(
            f"The keychain does not answer: {error}", "Unlock it, or use the service's environment variable."
        ) from error
