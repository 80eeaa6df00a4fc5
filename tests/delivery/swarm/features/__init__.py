"""All features, in the order in which they are asked."""

from __future__ import annotations

from tests.delivery.swarm.feature import Feature
from tests.delivery.swarm.features.attachments import Attachments
from tests.delivery.swarm.features.bus import BusFaults
from tests.delivery.swarm.features.clones import Clones
from tests.delivery.swarm.features.forward import RestoredForward
from tests.delivery.swarm.features.machines import Machines
from tests.delivery.swarm.features.people import Officers
from tests.delivery.swarm.features.work import Work

FEATURES: tuple[type[Feature], ...] = (Work, BusFaults, Machines, Officers, Attachments, RestoredForward, Clones)
