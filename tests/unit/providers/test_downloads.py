from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from clappper.base.settings import Settings
from clappper.providers.contract import FaultKind, ProviderError
from clappper.providers.downloads import CHUNK_BYTES, Downloads, Pace
from clappper.providers.workbench import Workbench
from tests.simulators import footage
from tests.simulators.stage import SimulatorClock

URL = "https://files.replicate.delivery/a/b.mp4?sig=x"
HOSTS = ("replicate.delivery", ".replicate.delivery")
PUBLIC, PRIVATE = "93.184.215.14", "169.254.169.254"
Handler = Callable[[httpx.Request], httpx.Response]


class Names:
    def __init__(self, *numbers: str) -> None:
        self.numbers = list(numbers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> tuple[str, ...]:
        assert port == 443
        self.asked.append(host)
        return (self.numbers.pop(0) if len(self.numbers) > 1 else self.numbers[0],)


class Body(httpx.AsyncByteStream):
    """A body in pieces, which may break off or take its time."""

    def __init__(self, *pieces: bytes, breaks: bool = False, clock: SimulatorClock | None = None) -> None:
        self.pieces = pieces
        self.breaks = breaks
        self.clock = clock

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if self.clock:
                self.clock.advance(1.0)
            yield piece
        if self.breaks:
            raise httpx.RemoteProtocolError("peer closed connection")


def downloads(
    tmp_path: Path, handler: Handler, names: Names | None = None, *, megabytes: int = 1
) -> Downloads:
    bench = Workbench(
        tmp_path,
        Settings(largest_download_mb=megabytes),
        clock=SimulatorClock(),
        resolver=names or Names(PUBLIC),
    )
    return Downloads(bench, "Replicate", HOSTS, transport=httpx.MockTransport(handler))


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


def remove(path: Path) -> None:
    path.unlink()


async def kind_of(fetching: Downloads, url: str, target: Path) -> FaultKind:
    with pytest.raises(ProviderError) as caught:
        await fetching.fetch(url, target)
    assert not list(target.parent.iterdir())
    return caught.value.fault.kind


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "clip"


async def test_the_checked_number_is_met_under_the_hosts_name(tmp_path: Path, target: Path) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, stream=Body(footage.clip()))

    names = Names(PUBLIC)
    await downloads(tmp_path, handler, names).fetch(URL, target)
    (request,) = seen
    assert request.url == f"https://{PUBLIC}/a/b.mp4?sig=x"
    assert request.headers["host"] == "files.replicate.delivery"
    assert request.extensions["sni_hostname"] == "files.replicate.delivery"
    assert request.headers["accept-encoding"] == "identity"
    assert "authorization" not in request.headers
    assert "cookie" not in request.headers
    assert names.asked == ["files.replicate.delivery"]
    assert bytes_of(target) == footage.clip()


async def test_a_number_of_the_newer_kind_stands_in_brackets(tmp_path: Path, target: Path) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
        return httpx.Response(200, stream=Body(footage.clip()))

    names = Names("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    await downloads(tmp_path, handler, names).fetch(URL, target)


async def test_every_hop_is_checked_anew(tmp_path: Path, target: Path) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.host == PUBLIC
        return httpx.Response(302, headers={"location": "https://other.replicate.delivery/x"})

    names = Names(PUBLIC, PRIVATE)
    assert await kind_of(downloads(tmp_path, handler, names), URL, target) is FaultKind.MODEL
    assert names.asked == ["files.replicate.delivery", "other.replicate.delivery"]


@pytest.mark.parametrize(
    "onward",
    [
        "http://files.replicate.delivery/a",
        "https://evil.example/a",
        "file:///etc/passwd",
        "https://user:word@replicate.delivery/a",
        "//evil.example/a",
        "https://[::1]/a",
        "",
    ],
)
async def test_a_hop_to_elsewhere_is_not_taken(tmp_path: Path, target: Path, onward: str) -> None:
    fetching = downloads(tmp_path, lambda _: httpx.Response(302, headers={"location": onward}))
    assert await kind_of(fetching, URL, target) is FaultKind.MODEL


async def test_hops_come_to_an_end(tmp_path: Path, target: Path) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(307, headers={"location": f"/next{len(asked)}"})

    assert await kind_of(downloads(tmp_path, handler), URL, target) is FaultKind.MODEL
    assert asked == ["/a/b.mp4", "/next1", "/next2", "/next3"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, FaultKind.EXPIRED),
        (403, FaultKind.EXPIRED),
        (404, FaultKind.EXPIRED),
        (410, FaultKind.EXPIRED),
        (429, FaultKind.RATE_LIMITED),
        (503, FaultKind.TRANSIENT),
        (418, FaultKind.MODEL),
    ],
)
async def test_a_status_has_a_meaning(tmp_path: Path, target: Path, status: int, kind: FaultKind) -> None:
    assert await kind_of(downloads(tmp_path, lambda _: httpx.Response(status)), URL, target) is kind


async def test_what_is_announced_too_large_is_not_begun(tmp_path: Path, target: Path) -> None:
    body = Body(b"never read")
    fetching = downloads(
        tmp_path, lambda _: httpx.Response(200, headers={"content-length": "2000000"}, stream=body)
    )
    assert await kind_of(fetching, URL, target) is FaultKind.MODEL


async def test_what_has_no_end_is_cut_off(tmp_path: Path, target: Path) -> None:
    body = Body(*[footage.clip() + b"\0" * 300_000] * 9)
    fetching = downloads(tmp_path, lambda _: httpx.Response(200, stream=body))
    assert await kind_of(fetching, URL, target) is FaultKind.MODEL


async def test_what_comes_packed_is_refused(tmp_path: Path, target: Path) -> None:
    body = Body(b"\x1f\x8b" + b"\0" * 100)
    answer = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=body)
    assert await kind_of(downloads(tmp_path, lambda _: answer), URL, target) is FaultKind.MODEL


async def test_what_crawls_is_given_up(tmp_path: Path, target: Path) -> None:
    bench = Workbench(tmp_path, clock=SimulatorClock(), resolver=Names(PUBLIC))
    body = Body(*[b"\0" * 1000] * 60, clock=bench.clock)  # type: ignore[arg-type]  # it is the one made above
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=body))
    fetching = Downloads(bench, "Replicate", HOSTS, transport=transport)
    assert await kind_of(fetching, URL, target) is FaultKind.TRANSIENT


async def test_how_much_is_there_is_told(tmp_path: Path, target: Path) -> None:
    bench = Workbench(tmp_path, clock=SimulatorClock(), resolver=Names(PUBLIC))
    size = 3 * CHUNK_BYTES
    whole = {"content-length": str(size)}
    body = Body(*[b"\0" * CHUNK_BYTES] * 3)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=whole, stream=body))
    told: list[float] = []
    await Downloads(bench, "Replicate", HOSTS, transport=transport).fetch(
        URL, target, is_media=False, tell=told.append
    )
    assert told[0] == pytest.approx(1 / 3)
    assert told[-1] == 1.0
    assert target.stat().st_size == size  # noqa: ASYNC240 - a file of the test


def test_a_pace_is_that_of_the_last_half_minute() -> None:
    clock = SimulatorClock()
    pace = Pace(clock)
    assert pace.keeps_up(10_000_000)
    clock.advance(29)
    assert pace.keeps_up(1)
    clock.advance(29)
    assert not pace.keeps_up(1)
    assert pace.keeps_up(600_000)


async def test_a_broken_body_is_gone_on_with_where_it_is_surely_the_same(
    tmp_path: Path, target: Path
) -> None:
    data = footage.clip()
    asked: list[dict[str, str]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(
            {name: request.headers[name] for name in ("range", "if-range") if name in request.headers}
        )
        if len(asked) == 1:
            headers = {"etag": '"v1"', "content-length": str(len(data))}
            return httpx.Response(200, headers=headers, stream=Body(data[:100], breaks=True))
        headers = {"etag": '"v1"', "content-range": f"bytes 100-{len(data) - 1}/{len(data)}"}
        return httpx.Response(206, headers=headers, stream=Body(data[100:]))

    await downloads(tmp_path, handler).fetch(URL, target)
    assert asked == [{}, {"range": "bytes=100-", "if-range": '"v1"'}]
    assert bytes_of(target) == data


@pytest.mark.parametrize("etag", ["", 'W/"v1"', '"v1"'])
async def test_another_file_under_the_same_name_is_begun_anew(
    tmp_path: Path, target: Path, etag: str
) -> None:
    data = footage.clip()
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("range", ""))
        if len(asked) == 1:
            return httpx.Response(
                200, headers={"etag": etag} if etag else {}, stream=Body(b"old" * 9, breaks=True)
            )
        return httpx.Response(200, headers={"etag": '"v2"'}, stream=Body(data))

    await downloads(tmp_path, handler).fetch(URL, target)
    assert bytes_of(target) == data
    assert asked[1] == ("bytes=27-" if etag == '"v1"' else "")


async def test_a_rest_of_something_else_is_not_added(tmp_path: Path, target: Path) -> None:
    data = footage.clip()
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("range", ""))
        if len(asked) == 1:
            return httpx.Response(200, headers={"etag": '"v1"'}, stream=Body(data[:50], breaks=True))
        if len(asked) == 2:
            headers = {"etag": '"v2"', "content-range": "bytes 50-99/100"}
            return httpx.Response(206, headers=headers, stream=Body(b"x" * 50))
        return httpx.Response(200, stream=Body(data))

    await downloads(tmp_path, handler).fetch(URL, target)
    assert bytes_of(target) == data
    assert asked == ["", "bytes=50-", ""]


async def test_a_body_that_always_breaks_is_given_up(tmp_path: Path, target: Path) -> None:
    answer = lambda _: httpx.Response(200, stream=Body(b"half", breaks=True))  # noqa: E731 - one line of a table
    assert await kind_of(downloads(tmp_path, answer), URL, target) is FaultKind.TRANSIENT


@pytest.mark.parametrize(
    "data", [b"", b"<!doctype html><p>Sorry</p>", b'{"error": "later"}', b"PK\x03\x04zip"]
)
async def test_what_is_no_media_is_refused_unless_it_need_not_be(
    tmp_path: Path, target: Path, data: bytes
) -> None:
    fetching = downloads(tmp_path, lambda _: httpx.Response(200, stream=Body(data)))
    assert await kind_of(fetching, URL, target) is FaultKind.TRANSIENT
    await fetching.fetch(URL, target, is_media=False)
    assert bytes_of(target) == data


async def test_a_file_may_be_its_own_address(tmp_path: Path, target: Path) -> None:
    from clappper.providers.contract import InputFile, Role
    from clappper.providers.uploads import data_address

    address = data_address(InputFile(Role.REFERENCE, "a.png", "", "image/png"), footage.picture())
    fetching = downloads(tmp_path, lambda _: httpx.Response(500))
    await fetching.fetch(address, target)
    assert bytes_of(target) == footage.picture()
    remove(target)
    assert await kind_of(fetching, "data:image/png;base64,%%%", target) is FaultKind.MODEL


async def test_nobody_there_is_being_offline(tmp_path: Path, target: Path) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    assert await kind_of(downloads(tmp_path, handler), URL, target) is FaultKind.OFFLINE


async def test_a_body_longer_than_it_was_said_to_be_spoils_no_other(tmp_path: Path, target: Path) -> None:
    data = footage.picture()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\nConnection: keep-alive\r\n\r\n"
        writer.write(head.encode() + data + b"HTTP/1.1 200 OK\r\n" * 50)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        bench = Workbench(tmp_path, Settings(own_origins=(address,)))
        fetching = Downloads(bench, "Replicate", ())
        for name in ("clip", "clip2"):
            await fetching.fetch(f"{address}/a.png", target.with_name(name))
            assert bytes_of(target.with_name(name)) == data
