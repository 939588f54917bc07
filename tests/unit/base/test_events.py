from dataclasses import dataclass

from clappper.base.events import EventHub


@dataclass(frozen=True)
class Rang:
    times: int


@dataclass(frozen=True)
class Stopped:
    pass


def test_a_listener_hears_its_kind_in_order_until_it_leaves() -> None:
    hub, heard = EventHub(), list[str]()
    leave = hub.subscribe(Rang, lambda event: heard.append(f"first {event.times}"))
    hub.subscribe(Rang, lambda event: heard.append(f"second {event.times}"))
    hub.publish(Rang(1))
    hub.publish(Stopped())
    leave()
    leave()
    hub.publish(Rang(2))
    assert heard == ["first 1", "second 1", "second 2"]


def test_a_listener_may_leave_while_it_is_called() -> None:
    hub, heard = EventHub(), list[int]()

    def once(event: Rang) -> None:
        heard.append(event.times)
        leave()

    leave = hub.subscribe(Rang, once)
    hub.subscribe(Rang, lambda event: heard.append(event.times * 10))
    hub.publish(Rang(1))
    hub.publish(Rang(2))
    assert heard == [1, 10, 20]
