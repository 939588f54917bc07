"""Talking to one job's provider: whatever goes wrong there becomes a fault that the retry rules know."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import TypeVar

from clappper.base.errors import ClappperError
from clappper.jobs.backoff import Step
from clappper.providers.contract import FaultKind, ProviderError, ProviderFault
from clappper.store.files import StorageError, full_disk
from clappper.store.project import ProjectFolder

T = TypeVar("T")
log = logging.getLogger(__name__)


class Calls:
    """Awaits the calls of one job. ``is_free``: its work can be done again at no cost."""

    def __init__(self, project: ProjectFolder, provider_name: str, job_id: str, *, is_free: bool) -> None:
        self._project = project
        self._provider_name = provider_name
        self._job_id = job_id
        self._is_free = is_free

    async def ask(self, call: Awaitable[T], step: Step) -> T:
        """Await a call to the provider.

        Raises:
            ProviderError: whatever it raised, but for trouble with the disk.
            StorageError: the disk is full or read-only.
        """
        try:
            with full_disk(self._project.path):
                return await call
        except (ProviderError, StorageError):
            raise
        except ClappperError as error:
            raise ProviderError(ProviderFault(FaultKind.INVALID, error.message, error.hint)) from error
        except Exception as error:
            log.exception("%s failed in %s", self._provider_name, step, extra={"job_id": self._job_id})
            fault = ProviderFault(self._kind(step), f"{type(error).__name__}: {error}")
            raise ProviderError(fault) from error

    def _kind(self, step: Step) -> FaultKind:
        """A bug must not make paid work look failed: after a submit it is in doubt, later asked for again."""
        if self._is_free:
            return FaultKind.MODEL
        return FaultKind.AMBIGUOUS if step is Step.SUBMIT else FaultKind.TRANSIENT
