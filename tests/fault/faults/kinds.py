"""All faults, and how often each is drawn."""

from __future__ import annotations

from tests.fault.faults.bus import (
    BusStoppedPolitely,
    Flood,
    Forgery,
    LinkCut,
    LinkFlaps,
    LinkOneWay,
    LinkSlow,
    LinkStalled,
    Replay,
    StoreDamaged,
    StoreWiped,
)
from tests.fault.faults.database import BackupTaken, BothRestored, ConnectionsExhausted, Restored, TableLocked
from tests.fault.faults.fault import Fault
from tests.fault.faults.office import ClockJumps, OlderRelease, Poison, SecondCopy
from tests.fault.faults.processes import (
    BusKilled,
    ConfigurationReloaded,
    EverythingKilled,
    Frozen,
    ImmediateStop,
    NodeKilled,
    NodeKilledInTheAct,
    PostmasterKilled,
    RollingRestart,
)

WEIGHTS: dict[type[Fault], float] = {
    NodeKilled: 3, NodeKilledInTheAct: 3, BusKilled: 2, BusStoppedPolitely: 1, EverythingKilled: 1,
    PostmasterKilled: 2, ImmediateStop: 2,
    StoreWiped: 2, StoreDamaged: 2,
    BackupTaken: 3, Restored: 4, BothRestored: 1.5,
    LinkCut: 1, LinkStalled: 1, LinkOneWay: 1, LinkFlaps: 1, LinkSlow: 1,
    Replay: 3, Forgery: 3, Flood: 2,
    TableLocked: 1.5, ConnectionsExhausted: 1, Frozen: 1.5,
    ClockJumps: 2, OlderRelease: 1, Poison: 1.5,
    RollingRestart: 1, ConfigurationReloaded: 1,
    SecondCopy: 1,
}
