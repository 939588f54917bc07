"""Reads files and their checkpoints from an Omniverse Nucleus server, in a Python that holds omni.client.

It stands alone: ``python nucleus_worker.py copy URL FILE …``, ``… look URL …`` or ``… keep URL COMMENT``. It
prints JSON lines. Names follow the Omniverse Client Library 2.75 (package omniverseclient).
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any
from urllib.parse import urlsplit

RETRY_MS = (4000, 100, 100)
"""For how long a server is asked again, and the pauses between; the library's own is two minutes."""
ASSET, UNAVAILABLE = 3, 4


class RefusedError(Exception):
    """The server, or its absence: one sentence, what to do, and an exit code."""

    def __init__(self, code: str, message: str, hint: str, exit_code: int = ASSET) -> None:
        super().__init__(message)
        self.facts, self.exit_code = {"code": code, "message": message, "hint": hint}, exit_code


def say(event: str, **facts: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


def end_with_parent() -> None:
    def watch() -> None:
        while os.read(0, 4096):
            pass
        os._exit(143)

    threading.Thread(target=watch, daemon=True).start()


def copy(client: Any, arguments: list[str]) -> None:
    """Copy each address to its file; one that is gone is said, not fatal: the scene may do without."""
    for url, file in zip(arguments[::2], arguments[1::2], strict=True):
        result = client.copy_file(url, file, behavior=client.CopyBehavior.OVERWRITE)
        if result == client.Result.ERROR_NOT_FOUND:
            say("missing", url=url)
            continue
        demand(client, result, url)
        say("copied", url=url, file=file)


def look(client: Any, arguments: list[str]) -> None:
    """Say how each address stands: when it was saved, and its newest checkpoint where there are any."""
    for url in arguments:
        result, entry = client.stat(url)
        if result == client.Result.ERROR_NOT_FOUND:
            say("state", url=url, saved="", size=0, version="", checkpoint="", comment="", by="")
            continue
        demand(client, result, url)
        result, found = client.list_checkpoints(url)
        if result != client.Result.ERROR_NOT_SUPPORTED:
            demand(client, result, url)
        newest = max(found, key=_age, default=None)
        say(
            "state",
            url=url,
            saved=entry.modified_time.isoformat(),
            size=entry.size,
            version=entry.version or "",
            checkpoint=newest.relative_path if newest else "",
            comment=newest.comment if newest else "",
            by=(newest.modified_by or newest.created_by) if newest else entry.modified_by or "",
        )


def _age(checkpoint: Any) -> tuple[Any, int]:
    digits = "".join(filter(str.isdigit, checkpoint.relative_path))
    return checkpoint.modified_time, int(digits or 0)


def keep(client: Any, arguments: list[str]) -> None:
    """Make a checkpoint of what is there now, where the server keeps any and lets this person."""
    url, comment = arguments
    result, query = client.create_checkpoint(url, comment, force=False)
    known = client.Result
    if result not in (known.ERROR_NOT_SUPPORTED, known.ERROR_ACCESS_DENIED, known.ERROR_NOT_FOUND):
        demand(client, result, url)
    say("kept", url=url, checkpoint=query)


def demand(client: Any, result: Any, url: str) -> None:
    if result in (client.Result.OK, client.Result.OK_LATEST):
        return
    host = urlsplit(url).hostname or url
    if result == client.Result.ERROR_CONNECTION:
        raise RefusedError("nucleus_offline", f"Nucleus server {host} did not answer.",
                           "Check the address and the network, then try again.", UNAVAILABLE)  # fmt: skip
    if result in (client.Result.ERROR_ACCESS_DENIED, client.Result.ERROR_ACCESS_LOST):
        raise RefusedError("nucleus_denied", f"Nucleus server {host} does not let you read {url}.",
                           f"Sign in to {host} in Composer, then try again.")  # fmt: skip
    raise RefusedError("nucleus_failed", f"{url} cannot be read: Nucleus says {result.name}.", "Try again.")


TASKS = {"copy": copy, "look": look, "keep": keep}


def main(arguments: list[str]) -> int:
    end_with_parent()
    try:
        from omni import client
    except ImportError:
        say("error", code="no_client", message="This Python does not hold the Omniverse client.",
            hint="Install omniverseclient into it.")  # fmt: skip
        return UNAVAILABLE
    client.set_log_callback(lambda *said: sys.stderr.write(f"{said[-1]}\n"))
    client.initialize()
    client.set_retries(*RETRY_MS)
    try:
        TASKS[arguments[0]](client, arguments[1:])
    except RefusedError as error:
        say("error", **error.facts)
        return error.exit_code
    finally:
        client.shutdown()
    say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
