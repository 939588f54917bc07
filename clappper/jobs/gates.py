"""Which providers nothing is sent to at the moment: by a person's wish, or because they refuse us."""

from __future__ import annotations

import logging

from clappper.base.clock import Clock
from clappper.base.events import EventHub
from clappper.jobs.model import ProviderPaused, ProviderResumed
from clappper.jobs.records import JobRecords, Pause

log = logging.getLogger(__name__)


class Gates:
    """One gate for each provider. A shut one keeps new work back; what was sent is still seen through."""

    def __init__(self, records: JobRecords, hub: EventHub, clock: Clock) -> None:
        self._records = records
        self._hub = hub
        self._clock = clock

    def shut(self) -> tuple[Pause, ...]:
        """List the providers that nothing is sent to, and why."""
        return self._records.pauses()

    def is_shut(self, provider: str) -> bool:
        return any(pause.provider == provider for pause in self._records.pauses())

    def pause(self, provider: str) -> None:
        """Send nothing more to a provider until a person resumes it, also after a restart."""
        self._shut(self._pause(provider, "", "", by_person=True))

    def refuse(self, provider: str, reason: str, hint: str) -> None:
        """Send nothing more to a provider that refuses our key or wants money, until that is put right."""
        self._shut(self._pause(provider, reason, hint, by_person=False))

    def resume(self, provider: str) -> None:
        """Use a provider again. One that was not paused stays as it is."""
        if self.is_shut(provider):
            self._records.lift_pause(provider)
            self._records.db.when_stored(lambda: self._hub.publish(ProviderResumed(provider)))

    def try_again(self) -> None:
        """Forget refusals, because keys and credit may have changed since; a person's wish stays."""
        for pause in self._records.pauses():
            if not pause.by_person:
                self.resume(pause.provider)

    def _pause(self, provider: str, reason: str, hint: str, *, by_person: bool) -> Pause:
        return Pause(provider, by_person, reason, hint, self._clock.now().isoformat())

    def _shut(self, pause: Pause) -> None:
        log.warning("nothing more is sent to %s: %s", pause.provider, pause.reason or "a person's wish")
        was_shut = self.is_shut(pause.provider)
        self._records.pause(pause)
        if not was_shut:
            event = ProviderPaused(pause.provider, pause.reason, pause.hint)
            self._records.db.when_stored(lambda: self._hub.publish(event))
