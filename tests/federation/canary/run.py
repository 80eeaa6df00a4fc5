"""One real run: a county, two desks, the city and the province as hubs; databases in clusters of their own, real nats-servers between.

Every canary goes into a clue, a reason, a reply or a refusal, and every route a sealed event can take is taken: to the desk beside the
county, through the hub of the city to the city's desk, and back.
"""

from __future__ import annotations

import io
import logging
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import structlog

from nodekit.spec import NodeSpec
from nodekit.telemetry.logs import configure_logging
from nodekit.testing import Federation
from shared_schemas.clue_transfer import v1
from shared_schemas.offices import OfficeKind, Tier
from tests.federation.canary.seeking import canaries
from tests.federation.clue_transfer.offices import CITY, CITY_DESK, COUNTY, DESK, ISSUED, RECEIVED, SPECS, Desk, Issuing
from tests.federation.conftest import Servers, topology_of
from tests.support.postgres import PgServer

PROVINCE = "990000-inspection"
HUB = NodeSpec(service="hub", kind=OfficeKind.INSPECTION, tiers=tuple(Tier), slices=())
OFFICES = {PROVINCE: HUB, CITY: SPECS[CITY], COUNTY: SPECS[COUNTY], DESK: SPECS[DESK], CITY_DESK: SPECS[CITY_DESK]}
HUBS, ENDS = (PROVINCE, CITY), (COUNTY, DESK, CITY_DESK)
CLUSTER_OF_SERVICE = {"hub": "hubs", "city": "hubs", "county": "county", "discipline_commission": "desks"}
WORDS = canaries()


class Clusters:
    """Hubs, the county and the desks in three PostgreSQL clusters; a database goes where its service belongs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: dict[str, PgServer] = {}
        self._cluster_of_template: dict[str, str] = {}
        self.databases: dict[str, list[str]] = {}

    def template(self, name: str, build: Callable[[str], None]) -> str:
        cluster = next(cluster for service, cluster in CLUSTER_OF_SERVICE.items() if name.startswith(f"svc_{service}_"))
        self._cluster_of_template[name] = cluster
        return self._server(cluster).template(name, build)

    def create_database(self, name: str | None = None, *, template: str = "template1") -> str:
        cluster = self._cluster_of_template[template]
        dsn = self._server(cluster).create_database(name, template=template)
        self.databases.setdefault(cluster, []).append(dsn)
        return dsn

    def data(self, cluster: str) -> Path:
        return self.folder / cluster / "data"

    def _server(self, cluster: str) -> PgServer:
        if cluster not in self.servers:
            (self.folder / cluster).mkdir(parents=True, exist_ok=True)
            self.servers[cluster] = PgServer(self.folder / cluster)
        return self.servers[cluster]


@dataclass
class Run:
    """What the run left behind, and what still runs."""

    fed: Federation
    servers: Servers
    clusters: Clusters
    folder: Path
    log: io.StringIO
    answers: dict[str, bytes] = field(default_factory=dict)
    """What hubs answered, by request."""

    async def play(self) -> None:
        """The whole exchange."""
        county, desk = await Issuing.of(self.fed[COUNTY]), await Desk.of(self.fed[DESK])
        for n in range(3):
            await county.sent(**self.clue(n))
        await self.fed.settle(120)
        first, second, third = await desk.intake.list(RECEIVED, sort="serial")
        await desk.assigned(first["id"])
        await desk.disposed(first["id"])
        await desk.handler.act(RECEIVED, first["id"], "feed-back", case_filed=0, text=WORDS["reason 0"])
        await desk.intake.act(RECEIVED, second["id"], "return", reason="missing_annex", explanation=WORDS["reason 1"])
        await desk.intake.post(f"/api{RECEIVED}/{third['id']}/body", {"purpose": "handle", "detail": "分办需要"})
        await self.fed.settle(120)
        issued = {row["serial"]: row["id"] for row in await county.clerk.list(ISSUED)}
        await county.clerk.post(f"/api{ISSUED}/{issued[second['serial']]}/body", {"purpose": "handle"})
        await self._through_the_hub()
        await self.fed.settle(120)

    def clue(self, n: int) -> dict[str, Any]:
        """Canaries in every field of a clue that may hold words about a person."""
        return {
            "person": WORDS[f"person {n}"], "position": f"{WORDS[f'reason {n + 2}']}负责人", "source": f"个别谈话{WORDS[f'telephone {n}']}",
            "statement": f"{WORDS[f'statement {n}']},身份证{WORDS[f'id number {n}']},电话{WORDS[f'telephone {n}']},{WORDS[f'pinyin {n}']}。",
            "evidence": [{"title": f"{WORDS[f'statement {n + 3}']}流水", "pages": 3, "kept_by": WORDS[f"person {n + 3}"]}],
            "excluded_persons": [WORDS["reason 5"]],
        }

    async def _through_the_hub(self) -> None:
        """A sealed clue for the city's desk, which is not beside the county: it goes through the city's server, is opened, and refused."""
        for n in (3, 4):
            said = v1.ClueTransferSent(
                transfer_id=uuid.uuid4(), attempt=1, serial=f"YL-01-X9{n}", document_number=f"演巡移〔2026〕9{n}号", urgent=False, matter="conduct", cadre_tier="county",
                person=WORDS["person 0"], position=WORDS["reason 6"], source=WORDS["reason 7"], sent_on=date(2026, 3, 16), sign_due_on=date(2026, 3, 23),
                statement=f"{WORDS[f'id number {n}']}{WORDS[f'telephone {n}']}{WORDS[f'pinyin {n}']}", evidence=[], excluded_persons=[], handed_over_by="经办人戊",
            )
            async with self.fed[COUNTY].node.unit_of_work() as uow:
                await uow.publish(said, to=CITY_DESK)

    async def ask_hubs(self) -> None:
        """Every page and register a person at a hub can open, and what is answered to mistakes."""
        for hub in HUBS:
            client = await self.fed[hub].login()
            for path in sorted({route.path for route in self.fed[hub].app.routes if "GET" in (getattr(route, "methods", None) or ())} | MISTAKES):
                url = path if "{" not in path else path.replace("{", "").replace("}", "")
                for accept in ("text/html", "application/json"):
                    answer = await client.http.get(url, headers={"Accept": accept})
                    self.answers[f"{hub} {accept} {url} {answer.status_code}"] = answer.content + repr(dict(answer.headers)).encode()
            for body in ({}, {"text": 1}, []):
                answer = await client.post("/api/session", body)
                self.answers[f"{hub} POST {body} {answer.status_code}"] = answer.content


MISTAKES = {"/no/such/page", "/clue-transfer/observed/00000000-0000-0000-0000-000000000000", "/metrics", "/ops/exchange?page=999", "/api/no/such"}


@asynccontextmanager
async def real_run(folder: Path, cluster_folder: Path) -> AsyncIterator[Run]:
    """Servers, clusters and nodes; logs of this process go to memory, at the most talkative level."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    before, stderr = logging.getLogger().level, sys.stderr
    clusters = Clusters(cluster_folder)
    try:
        sys.stderr = log  # structlog writes to what stderr is when it is configured
        configure_logging("canary", level=logging.DEBUG)
        logging.getLogger().addHandler(handler)
        logging.getLogger().setLevel(logging.DEBUG)
        async with (
            Servers(folder / "nats", topology_of(set(OFFICES))) as servers,
            Federation.start(OFFICES, pg=clusters, folder=folder / "keys", buses=servers.bus) as fed,
        ):
            yield Run(fed, servers, clusters, folder, log)
    finally:
        sys.stderr = stderr
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(before)
        with suppress(Exception):
            structlog.reset_defaults()
        configure_logging("tests")
        for server in clusters.servers.values():
            server.stop()
