import pytest

from clappper.providers.addresses import Gate, is_listed, origin_of, resolve
from clappper.providers.contract import FaultKind, ProviderError

HOSTS = ("replicate.delivery", ".replicate.delivery")
PUBLIC = "93.184.215.14"


class Names:
    """A resolver that answers from a table, and counts."""

    def __init__(self, *numbers: str) -> None:
        self.numbers = numbers
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> tuple[str, ...]:
        assert port == 443
        self.asked.append(host)
        if not self.numbers:
            raise OSError(-2, "Name or service not known")
        return self.numbers


async def test_a_listed_host_is_resolved_once_and_met_at_that_number() -> None:
    names = Names(PUBLIC)
    contact = await Gate((), names).admit("https://pbxt.replicate.delivery/a.mp4?x=1", HOSTS)
    assert contact.number == PUBLIC
    assert contact.host == "pbxt.replicate.delivery"
    assert names.asked == ["pbxt.replicate.delivery"]


@pytest.mark.parametrize(
    "url",
    [
        "http://replicate.delivery/a.mp4",
        "file:///etc/passwd",
        "ftp://replicate.delivery/a",
        "https://replicate.delivery.evil.example/a",
        "https://evilreplicate.delivery/a",
        "https://user@replicate.delivery/a",
        "https://replicate.delivery:8443/a",
        "https://replicate.delivery\\@evil.example/a",
        "https://replicate.delivery /a",
        "https:///a",
        "https://[::1/a",
        "nonsense",
        "",
    ],
)
async def test_a_strange_address_is_refused_before_anybody_is_asked(url: str) -> None:
    names = Names(PUBLIC)
    with pytest.raises(ProviderError) as refused:
        await Gate((), names).admit(url, HOSTS)
    assert refused.value.fault.kind is FaultKind.MODEL
    assert names.asked == []


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - not bound, refused
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
async def test_a_private_number_is_refused_even_beside_a_public_one(number: str) -> None:
    for numbers in ((number,), (PUBLIC, number)):
        with pytest.raises(ProviderError, match="private network"):
            await Gate((), Names(*numbers)).admit("https://replicate.delivery/a", HOSTS)


@pytest.mark.parametrize("number", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
async def test_a_public_number_is_fine(number: str) -> None:
    contact = await Gate((), Names(number)).admit("https://replicate.delivery/a", HOSTS)
    assert contact.number == number


async def test_a_host_without_a_number_is_out_of_reach_for_now() -> None:
    with pytest.raises(ProviderError) as lost:
        await Gate((), Names()).admit("https://replicate.delivery/a", HOSTS)
    assert lost.value.fault.kind is FaultKind.OFFLINE


async def test_a_server_of_the_users_own_is_trusted_as_it_is() -> None:
    gate = Gate(["http://127.0.0.1:8188"], Names())
    contact = await gate.admit("http://127.0.0.1:8188/view?filename=a.mp4", ())
    assert contact.number == ""
    for other in ("http://127.0.0.1:8189/view", "https://127.0.0.1:8188/view", "http://localhost:8188/"):
        with pytest.raises(ProviderError):
            await gate.admit(other, ())


async def test_a_proxy_resolves_names_but_numbers_are_still_looked_at() -> None:
    names = Names()
    gate = Gate((), names, through_proxy=True)
    assert (await gate.admit("https://replicate.delivery/a", HOSTS)).number == ""
    with pytest.raises(ProviderError, match="private"):
        await gate.admit("https://10.0.0.1/a", ("10.0.0.1",))
    assert names.asked == []


def test_hosts_are_compared_by_whole_labels() -> None:
    assert is_listed("A.Replicate.Delivery.", HOSTS)
    assert is_listed("anything", ("*",))
    assert not is_listed("xreplicate.delivery", HOSTS)
    assert origin_of("HTTPS://A.example/x") == origin_of("https://a.example:443")


async def test_the_system_knows_this_machine() -> None:
    assert await resolve("127.0.0.1", 443) == ("127.0.0.1",)
