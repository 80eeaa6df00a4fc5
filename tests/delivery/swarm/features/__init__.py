"""All features, in the order in which they are asked."""

from __future__ import annotations

from tests.delivery.swarm.feature import Feature
from tests.delivery.swarm.features.bus import BusFaults
from tests.delivery.swarm.features.clones import Clones
from tests.delivery.swarm.features.fickle import Fickle
from tests.delivery.swarm.features.forward import RestoredForward
from tests.delivery.swarm.features.given_back import GivenBack
from tests.delivery.swarm.features.keys import Keys
from tests.delivery.swarm.features.liars import Liar
from tests.delivery.swarm.features.machines import Machines
from tests.delivery.swarm.features.people import Officers
from tests.delivery.swarm.features.voids import Voids
from tests.delivery.swarm.features.work import Work

FEATURES: tuple[type[Feature], ...] = (Work, BusFaults, Machines, Officers, Voids, GivenBack, RestoredForward, Clones, Liar, Fickle, Keys)
