"""What every bus must do, said once and run against the in-memory bus and against real servers."""

from typing import Protocol
from uuid import uuid4

import pytest

from nodekit.bus.port import Bus, BusFull, BusUnavailable, OnWire, RouteRefused, WireIn
from nodekit.bus.streams import PAIR_MESSAGES_MAX
from tests.bus.tree import CITY, CITY_DESK, COUNTY_A, COUNTY_B, DESK_A, PROVINCE, eventually


class World(Protocol):
    """A running small tree whose ends a test may restart and whose links it may cut."""

    async def restart(self, office_id: str, on_wire: OnWire | None = None) -> Bus:
        """Stop the end of an office and start a new one; without `on_wire` it records."""

    def end(self, office_id: str) -> Bus: ...

    def received(self, office_id: str) -> list[WireIn]: ...

    async def cut(self, child_id: str) -> None: ...

    async def heal(self, child_id: str) -> None: ...

    async def stop_server(self, office_id: str) -> None: ...

    async def start_server(self, office_id: str) -> None: ...


def some(count: int = 1) -> list[bytes]:
    """Payloads no other test uses."""
    return [f"{number}:{uuid4()}".encode() for number in range(count)]


def last_occurrences(wires: list[WireIn]) -> list[bytes]:
    """A fault may repeat a run from some point on; what counts is that a run in order follows, the receiver drops the rest."""
    found: list[bytes] = []
    for wire in reversed(wires):
        if wire.data not in found:
            found.insert(0, wire.data)
    return found


class BusBehaviour:
    """Subclasses provide the fixture `world`."""

    @staticmethod
    async def arrived(world: World, office_id: str, data: list[bytes], within_s: float = 20.0) -> list[WireIn]:
        """Wait until all of `data` is there; returns those wires in the order of arrival."""

        def wires() -> list[WireIn]:
            return [wire for wire in world.received(office_id) if wire.data in data]

        await eventually(
            lambda: {wire.data for wire in wires()} == set(data), within_s=within_s, what=f"{office_id} has {len(wires())} of {len(data)}"
        )
        return wires()

    @pytest.mark.parametrize(
        ("src", "dst"), [(DESK_A, COUNTY_A), (COUNTY_A, DESK_A), (COUNTY_A, PROVINCE), (PROVINCE, COUNTY_A), (DESK_A, CITY_DESK)]
    )
    async def test_a_wire_arrives_with_its_proven_source_and_headers(self, world, src, dst):
        (data,) = some()
        await world.end(src).send(dst, data, {"traceparent-like": "1"})
        (wire,) = await self.arrived(world, dst, [data])
        assert (wire.src, dict(wire.headers)) == (src, {"traceparent-like": "1"})

    async def test_bytes_are_not_touched(self, world):
        data = bytes(range(256)) * 400 + some()[0]
        await world.end(DESK_A).send(COUNTY_A, data)
        await self.arrived(world, COUNTY_A, [data])

    async def test_order_per_pair_is_kept(self, world):
        data = some(120)
        for each in data:
            await world.end(DESK_A).send(CITY, each)
        assert [wire.data for wire in await self.arrived(world, CITY, data)] == data

    @pytest.mark.parametrize(("src", "dst"), [(COUNTY_A, COUNTY_B), (DESK_A, COUNTY_B), (COUNTY_A, COUNTY_A), (COUNTY_A, "990999-inspection")])
    async def test_a_pair_outside_the_policy_is_refused(self, world, src, dst):
        with pytest.raises(RouteRefused):
            await world.end(src).send(dst, b"x")

    async def test_a_batch_that_failed_comes_again_in_order_and_never_two_at_a_time(self, world):
        handled: list[bytes] = []
        running = failures = 0

        async def fail_twice(wires: list[WireIn]) -> None:
            nonlocal running, failures
            running += 1
            try:
                assert running == 1
                if failures < 2:
                    failures += 1
                    raise RuntimeError("database away")
                handled.extend(wire.data for wire in wires)
            finally:
                running -= 1

        await world.restart(COUNTY_A, fail_twice)
        data = some(20)
        try:
            for each in data:
                await world.end(DESK_A).send(COUNTY_A, each)
            await eventually(lambda: len([each for each in handled if each in data]) >= len(data), what="handled after failures")
            assert [each for each in handled if each in data] == data
            assert failures == 2
        finally:
            await world.restart(COUNTY_A)

    async def test_what_was_not_handled_comes_again_after_a_restart(self, world):
        seen: list[bytes] = []

        async def never(wires: list[WireIn]) -> None:
            seen.extend(wire.data for wire in wires)
            raise RuntimeError("stopped in the middle")

        await world.restart(DESK_A, never)
        data = some(3)
        for each in data:
            await world.end(COUNTY_A).send(DESK_A, each)
        await eventually(lambda: set(data) & set(seen), what="handed over once")
        await world.restart(DESK_A)
        assert sorted({wire.data for wire in await self.arrived(world, DESK_A, data)}) == sorted(data)

    async def test_a_cut_link_delays_and_loses_nothing(self, world):
        data = some(10)
        await world.cut(COUNTY_A)
        await eventually(lambda: world.end(COUNTY_A).status().parent_link == "down", what="link seen as down")
        for each in data:
            await world.end(COUNTY_A).send(CITY, each)
        await world.end(DESK_A).send(COUNTY_A, data[0])
        await self.arrived(world, COUNTY_A, data[:1])
        assert not [wire for wire in world.received(CITY) if wire.data in data]
        await world.heal(COUNTY_A)
        assert last_occurrences(await self.arrived(world, CITY, data)) == data
        await eventually(lambda: world.end(COUNTY_A).status().parent_link == "up", what="link seen as up")

    async def test_one_full_queue_does_not_concern_other_pairs(self, world):
        await world.cut(DESK_A)
        await eventually(lambda: world.end(DESK_A).status().parent_link == "down", what="link seen as down")
        data: list[bytes] = []
        with pytest.raises(BusFull):
            for each in some(PAIR_MESSAGES_MAX + 1):
                await world.end(COUNTY_A).send(DESK_A, each)
                data.append(each)
        assert len(data) > PAIR_MESSAGES_MAX - 10, "a few transmissions of earlier tests may still wait for their ack when the link is cut"
        others = some(2)
        await world.end(COUNTY_A).send(CITY, others[0])
        await world.end(CITY).send(DESK_A, others[1])
        await self.arrived(world, CITY, others[:1])
        await world.heal(DESK_A)
        await self.arrived(world, DESK_A, [*data, others[1]])

    async def test_a_node_starts_and_says_so_while_its_server_is_down(self, world):
        await world.stop_server(COUNTY_B)
        bus = await world.restart(COUNTY_B)
        await eventually(lambda: not bus.status().connected, what="seen as disconnected")
        with pytest.raises(BusUnavailable):
            await bus.send(CITY, b"x")
        await world.start_server(COUNTY_B)
        await eventually(lambda: bus.status().connected and bus.status().parent_link == "up", what="connected by itself")
        up, down = some(2)
        await bus.send(CITY, up)
        await world.end(CITY).send(COUNTY_B, down)
        await self.arrived(world, CITY, [up])
        await self.arrived(world, COUNTY_B, [down])

    async def test_the_root_has_no_parent_link(self, world):
        assert world.end(PROVINCE).status().parent_link == "none"

    async def test_stopping_twice_is_harmless(self, world):
        await world.end(COUNTY_B).stop()
        await world.restart(COUNTY_B)
        await eventually(lambda: world.end(COUNTY_B).status().connected, what="back again")
