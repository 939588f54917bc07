"""Feeds a decoder; on the way to a far picture it spares the decoder what nobody will see.

Pictures that no other picture is predicted from can be left out without any change to the rest. Where a file
has none, or says too little about its times, everything is decoded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from fractions import Fraction

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

LOOKED_AHEAD = 1200
"""Packets read in advance at most: two key pictures are rarely farther apart."""


class PacketFeed:
    """The packets of one track from where its container stands, in the order they are decoded."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._stream = stream
        self._base = stream.time_base or Fraction(1, av.time_base)
        self._rest = container.demux(stream)
        self._ahead: deque[Packet[VideoStream] | Exception] = deque()
        self._passed_before: int | None = None

    def next(self) -> Packet[VideoStream] | None:
        """Give the next packet, with the decoder told how to treat it; None at the end.

        Raises:
            av.FFmpegError, EOFError, ValueError: the file is damaged here; the next call goes on behind it.
        """
        entry = self._ahead.popleft() if self._ahead else next(self._rest, None)
        if isinstance(entry, Exception):
            raise entry
        if entry is not None:
            self._stream.codec_context.skip_frame = "NONREF" if self._is_passed(entry) else "DEFAULT"
        return entry

    def pass_over(self, wanted: Fraction, kept: int) -> Fraction | None:
        """Leave out what can be left out before the last ``kept`` pictures up to ``wanted`` seconds.

        Gives the time from which on every picture will come; None when none is left out.
        """
        times = self._times_until(wanted)
        if len(times) <= kept:
            return None
        self._passed_before = times[-kept]
        return self._passed_before * self._base

    def _is_passed(self, packet: Packet[VideoStream]) -> bool:
        return self._passed_before is not None and packet.pts is not None and packet.pts < self._passed_before

    def _times_until(self, wanted: Fraction) -> list[int]:
        """Read ahead until no picture up to ``wanted`` can come; give their times, none if one is unknown."""
        for entry in self._read_ahead():
            if isinstance(entry, Exception) or entry.pts is None or entry.dts is None:
                return []
            if entry.dts * self._base > wanted:
                break
        known = (entry.pts for entry in self._ahead if isinstance(entry, Packet))
        return sorted(pts for pts in known if pts is not None and pts * self._base <= wanted)

    def _read_ahead(self) -> Iterator[Packet[VideoStream] | Exception]:
        yield from tuple(self._ahead)
        while len(self._ahead) < LOOKED_AHEAD:
            try:
                entry: Packet[VideoStream] | Exception | None = next(self._rest, None)
            except (av.FFmpegError, EOFError, ValueError) as error:
                entry = error
            if entry is None:
                return
            self._ahead.append(entry)
            yield entry
