"""Every place the run could have left a word in, and what is found there."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil

from nodekit.telemetry.tracing import SpanStore
from nodekit.upkeep.vessel import VesselWriter
from tests.federation.canary.run import ENDS, HUBS, Run
from tests.federation.canary.seeking import files_under, found_in, search_files

Hits = dict[str, set[str]]


class Places:
    """The places of one run by name; each is searched when asked."""

    def __init__(self, run: Run, spans: SpanStore, temporary: Path) -> None:
        self._run, self._spans, self._temporary = run, spans, temporary

    def all(self) -> dict[str, Callable[[], Hits]]:
        nats, data = self._run.folder / "nats", self._run.clusters.data
        stores = {f"message store of {office}": self._files(nats / office / "js") for office in (*HUBS, *ENDS)}
        return stores | {
            "logs of message servers": lambda: search_files(nats.glob("*/nats.log")),
            "configuration, keys and state of the bus": lambda: search_files(path for path in files_under(nats) if "js" not in path.parts),
            "database files of the hubs": self._files(data("hubs"), but="pg_wal"),
            "write-ahead log of the hubs": self._files(data("hubs") / "pg_wal"),
            "tables of the hubs": lambda: self._dumped("hubs"),
            "backups of the hubs": lambda: self._backups("hubs"),
            "database files of the county": self._files(data("county"), but="pg_wal"),
            "write-ahead log of the county": self._files(data("county") / "pg_wal"),
            "tables of the county": lambda: self._dumped("county"),
            "backups of the county": lambda: self._backups("county"),
            "database files of the desks": self._files(data("desks"), but="pg_wal"),
            "write-ahead log of the desks": self._files(data("desks") / "pg_wal"),
            "tables of the desks": lambda: self._dumped("desks"),
            "logs of the nodes": lambda: self._text("log", self._run.log.getvalue()),
            "spans of the traces": lambda: self._text("spans", self._exported()),
            "pages, registers and error pages of the hubs": self._answers,
            "temporary files": self._files(self._temporary),
            "folders of the nodes": self._files(self._run.folder / "keys"),
            "environments and command lines of the processes": self._processes,
            "core dumps": self._cores,
        }

    def _files(self, folder: Path, but: str = "") -> Callable[[], Hits]:
        def search() -> Hits:
            assert folder.is_dir(), f"{folder} is not there: nothing is proven"
            return search_files(path for path in files_under(folder) if but not in path.parts)

        return search

    def _text(self, name: str, text: str) -> Hits:
        hits = found_in(text.encode(errors="surrogatepass"))
        return {name: hits} if hits else {}

    def _dumped(self, cluster: str) -> Hits:
        """Every table as text: what the server compresses or spreads over pages is whole here. Binary columns are looked into as bytes, too."""
        hits = {}
        for dsn in self._run.clusters.databases[cluster]:
            text = self._pg_dump(cluster, dsn, "--format=plain")
            unhexed = b"\n".join(bytes.fromhex(each.decode()) for each in re.findall(rb"\\\\x((?:[0-9a-f]{2})+)", text))
            for name, data in ((dsn, text), (f"{dsn} bytea", unhexed)):
                if found := found_in(data):
                    hits[name] = found
        return hits

    def _backups(self, cluster: str) -> Hits:
        """A dump as backups hold it, bare and in the vessel `node backup` writes."""
        hits: Hits = {}
        for dsn in self._run.clusters.databases[cluster]:
            dump = self._run.folder / "backup" / f"{dsn.rpartition('/')[2].partition('?')[0]}.dump"
            dump.parent.mkdir(exist_ok=True)
            dump.with_suffix(".vessel").unlink(missing_ok=True)
            dump.write_bytes(self._pg_dump(cluster, dsn, "--format=custom"))
            vessel = VesselWriter(dump.with_suffix(".vessel"), "only for this test, twelve", {"office": cluster})
            vessel.add("database.dump", [dump.read_bytes()])
            vessel.close()
            hits |= search_files([dump, dump.with_suffix(".vessel")])
        return hits

    def _pg_dump(self, cluster: str, dsn: str, form: str) -> bytes:
        binary = self._run.clusters.servers[cluster].binary("pg_dump")
        return subprocess.run([binary, form, "-d", dsn], check=True, capture_output=True, timeout=120).stdout

    def _exported(self) -> str:
        return json.dumps([json.loads(span.to_json()) for trace in self._spans.traces() for span in self._spans.spans(trace)], ensure_ascii=False)

    def _answers(self) -> Hits:
        return {name: hits for name, body in self._run.answers.items() if (hits := found_in(body))}

    def _processes(self) -> Hits:
        hits = {}
        for process in processes(self._run):
            for file in ("environ", "cmdline"):
                if found := found_in(Path(f"/proc/{process}/{file}").read_bytes()):
                    hits[f"{process} {file}"] = found
        return hits

    def _cores(self) -> Hits:
        folders = (Path.cwd(), self._run.folder, self._run.clusters.folder, self._temporary)
        return {os.fspath(path): {"core"} for folder in folders for path in folder.glob("core*") if path.is_file()}


def processes(run: Run) -> list[int]:
    """This one with the nodes in it, the message servers, the database servers."""
    servers = [server.pid for server in run.servers.servers.values() if server.pid]
    masters = [int((run.clusters.data(cluster) / "postmaster.pid").read_text().splitlines()[0]) for cluster in run.clusters.servers]
    return [os.getpid(), *servers, *masters, *(child.pid for master in masters for child in psutil.Process(master).children())]
