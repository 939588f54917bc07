"""Identifiers: short, sortable by time of birth, readable in a log."""

import secrets
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def _base32(number: int, digits: int) -> str:
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(digits)))


def new_id(prefix: str) -> str:
    """Make an id such as ``job_1j9x7k2m4q8zr5tc``: nine digits of milliseconds, seven random ones."""
    return f"{prefix}_{_base32(time.time_ns() // 1_000_000, 9)}{_base32(secrets.randbits(35), 7)}"
