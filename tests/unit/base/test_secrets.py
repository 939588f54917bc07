from types import SimpleNamespace
from typing import Any

import keyring
import pytest
from keyring.errors import KeyringLocked

from clappper.base.errors import UnusableInputError
from clappper.base.secrets import KeyName, NoKeychainError, Redactor, Secrets, system_keychain
from tests.doubles import MemoryKeychain

KEY = KeyName("fal", ("FAL_KEY", "FAL_KEY_ID:FAL_KEY_SECRET"))


def test_a_key_is_kept_in_the_keychain_and_found_by_the_next_run() -> None:
    ring = MemoryKeychain()
    Secrets({}, lambda: ring).set(KEY, " key-one-two-three\n")
    secrets = Secrets({}, lambda: ring)
    found = secrets.get(KEY)
    assert found is not None
    assert found.get_secret_value() == "key-one-two-three"
    assert "key-one" not in repr(found)
    assert secrets.source(KEY) == "keychain"
    secrets.remove(KEY)
    assert secrets.get(KEY) is None
    assert ring.kept == {}


def test_the_environment_goes_first_and_may_come_in_two_parts() -> None:
    ring = MemoryKeychain()
    Secrets({}, lambda: ring).set(KEY, "from-the-keychain")
    secrets = Secrets({"FAL_KEY_ID": "id-1", "FAL_KEY_SECRET": "secret-2"}, lambda: ring)
    found = secrets.get(KEY)
    assert found is not None
    assert found.get_secret_value() == "id-1:secret-2"
    assert secrets.source(KEY) == "environment variable FAL_KEY_ID and FAL_KEY_SECRET"


def test_nothing_is_known_where_nothing_was_given() -> None:
    assert Secrets().get(KEY) is None
    assert Secrets().source(KEY) == ""


def test_a_key_can_be_held_for_one_session() -> None:
    secrets = Secrets()
    with pytest.raises(NoKeychainError):
        secrets.set(KEY, "abcdefgh")
    secrets.set(KEY, "abcdefgh", keep=False)
    assert secrets.source(KEY) == "this session"
    assert secrets.get(KEY) is not None


@pytest.mark.parametrize("text", ["", "  ", "two words", "a\x00b"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(UnusableInputError, match="no key for fal"):
        Secrets({}, MemoryKeychain).set(KEY, text)


def test_a_locked_keychain_is_told_in_one_sentence() -> None:
    class Locked(MemoryKeychain):
        def set_password(self, service: str, username: str, password: str, /) -> None:
            raise KeyringLocked(f"{service} is locked for {username} {len(password)}")

    with pytest.raises(NoKeychainError, match="does not answer"):
        Secrets({}, Locked).set(KEY, "abcdefgh")


def _backend(module: str) -> Any:
    return type("Keyring", (), {"__module__": module})()


def test_only_keychains_that_keep_keys_safe_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, safe = _backend("keyrings.alt.file"), _backend("keyring.backends.SecretService")
    monkeypatch.setattr(keyring, "get_keyring", lambda: plain)
    with pytest.raises(NoKeychainError, match="keeps keys safe"):
        system_keychain()
    chain = SimpleNamespace(backends=[plain, safe])
    monkeypatch.setattr(keyring, "get_keyring", lambda: chain)
    assert system_keychain() is safe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abcdefghijkl.mnop", "Authorization: Bearer ***"),
        ("Key 0a1b2c3d-1111-2222-3333-444455556666:0123456789abcdef0123", "Key ***"),
        ("token r8_AbCdEfGhIjKlMnOp failed", "token *** failed"),
        (
            "https://cdn.example.com/a.mp4?X-Amz-Signature=abc123&x=1",
            "https://cdn.example.com/a.mp4?X-Amz-Signature=***&x=1",
        ),
        ("luma-api-0123456789 and nvapi-0123456789", "*** and ***"),
        ("the key to a good ad is short", "the key to a good ad is short"),
    ],
)
def test_what_looks_like_a_key_is_not_shown(text: str, shown: str) -> None:
    assert Redactor()(text) == shown


def test_a_key_that_was_handed_out_is_never_shown_again() -> None:
    redactor = Redactor()
    Secrets({"FAL_KEY": "canary:whistles"}, redactor=redactor).get(KEY)
    assert redactor("x canary:whistles y whistles z") == "x *** y *** z"
