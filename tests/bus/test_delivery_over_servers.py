"""Messages up, down and sideways through real servers, and the trace that goes with them."""

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from nodekit.bus.port import RouteRefused
from tests.bus.tree import CITY, CITY_DESK, COUNTY_A, COUNTY_B, DESK_A, PROVINCE, Tree, eventually, small_tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROUTES = [
    (COUNTY_A, CITY),
    (COUNTY_A, PROVINCE),
    (CITY, COUNTY_A),
    (CITY, PROVINCE),
    (PROVINCE, CITY),
    (PROVINCE, COUNTY_B),
    (COUNTY_A, DESK_A),
    (DESK_A, COUNTY_A),
    (DESK_A, CITY_DESK),
    (CITY_DESK, DESK_A),
    (COUNTY_B, CITY_DESK),
    (CITY_DESK, COUNTY_B),
    (CITY, DESK_A),
    (DESK_A, CITY),
    (PROVINCE, DESK_A),
    (CITY_DESK, PROVINCE),
]
REFUSED = [(COUNTY_A, COUNTY_B), (COUNTY_B, DESK_A), (DESK_A, COUNTY_B), (COUNTY_A, COUNTY_A), (COUNTY_A, "990999-inspection")]


@pytest.fixture(scope="module")
def spans():
    return InMemorySpanExporter()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tree(tmp_path_factory, spans):
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    async with Tree(tmp_path_factory.mktemp("bus"), small_tree(), provider) as tree:
        yield tree


@pytest.mark.parametrize(("src", "dst"), ROUTES)
async def test_a_permitted_pair_reaches_each_other(tree, src, dst):
    await tree.buses[src].send(dst, f"{src}>{dst}".encode(), {"k": "v"})
    await tree.arrives(src, dst, f"{src}>{dst}".encode())
    wire = next(wire for wire in tree.received[dst] if wire.data == f"{src}>{dst}".encode())
    assert wire.headers.get("k") == "v"
    assert set(wire.headers) <= {"k", "traceparent"}


@pytest.mark.parametrize(("src", "dst"), REFUSED)
async def test_a_forbidden_pair_is_refused_before_the_server_is_asked(tree, src, dst):
    with pytest.raises(RouteRefused):
        await tree.buses[src].send(dst, b"x")


async def test_order_is_kept_over_two_links(tree):
    wires = [f"order {number}".encode() for number in range(300)]
    for wire in wires:
        await tree.buses[DESK_A].send(CITY_DESK, wire)
    await tree.arrives(DESK_A, CITY_DESK, wires[-1])
    assert [data for _, data in tree.data_at(CITY_DESK) if data.startswith(b"order")] == wires


async def test_the_trace_of_the_caller_goes_through_every_link(tree, spans):
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    await tree.buses[COUNTY_A].send(PROVINCE, b"traced", {"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"})
    await tree.arrives(COUNTY_A, PROVINCE, b"traced")
    wire = next(wire for wire in tree.received[PROVINCE] if wire.data == b"traced")
    assert wire.headers["traceparent"].split("-")[1] == trace_id

    def forwards():
        return [span for span in spans.get_finished_spans() if span.name == "link.forward" and format(span.context.trace_id, "032x") == trace_id]

    await eventually(lambda: len(forwards()) == 2, what="one span per link")


async def test_status_tells_what_the_operator_asks(tree):
    assert tree.buses[PROVINCE].status().parent_link == "none"
    assert tree.buses[DESK_A].status().parent_link == "up"
    assert tree.buses[DESK_A].status().connected
