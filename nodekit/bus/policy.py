"""Who may talk to whom, and the subject patterns by which servers enforce it. Pure.

The place of a desk is the place of the inspection office beside it. Two offices may talk when one place is at or above the other and
    - at least one of them is an inspection office, or
    - both are desks of the same kind (a desk and its superior desk).
So a county office reaches its city, its province, their desks and its own desks; a city reaches all in its subtree and the province.
Never: county to county, city to city, a desk to an office of another branch, two desks of one place.

Enforcement never needs the list of offices below a child: sources are pinned by wildcard to the child's part of the tree, so a
county added under a city changes the city's configuration only. The exact rule is applied at the hub where two ways meet.
"""

from dataclasses import dataclass

from nodekit.bus.topology import INSPECTION, Office, Topology
from shared_schemas.subjects import ANY, DOWN, UP, subject


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern a child may publish into its link, and the subject it becomes inside the hub."""

    from_child: str
    in_hub: str


def may_talk(one: Office, other: Office) -> bool:
    """The policy itself; symmetric."""
    if one.id == other.id or not (is_at_or_above(one, other) or is_at_or_above(other, one)):
        return False
    return one.is_inspection or other.is_inspection or one.kind == other.kind


def is_at_or_above(upper: Office, lower: Office) -> bool:
    """The place of `upper` is that of `lower`, or one it hangs under."""
    pairs = zip(upper.address.area.split("."), lower.address.place.split("."), strict=True)
    return all(token in (ANY, actual) for token, actual in pairs)


def direction(source: Office, to: Office) -> str:
    """Down into the own subtree, up for everything else."""
    return DOWN if source.is_inspection and is_at_or_above(source, to) else UP


def publish_patterns(topology: Topology, office: Office) -> list[str]:
    """What the application of `office` may publish at its own server: as itself, to whom the policy allows."""
    above = topology.ancestors(office.id)
    if office.is_inspection:
        patterns = [subject(DOWN, office.reach, office.address)]
        return patterns + [subject(UP, f"{hub.address.place}.{ANY}", office.address) for hub in above]
    beside, *higher = above
    patterns = [subject(UP, beside.address, office.address)]
    for hub in higher:
        patterns += [subject(UP, f"{hub.address.place}.{unit}", office.address) for unit in (INSPECTION, office.kind)]
    if ANY in beside.address.area:
        patterns += [subject(UP, f"{beside.address.area}.{unit}", office.address) for unit in (INSPECTION, office.kind)]
    return patterns


def child_routes(topology: Topology, hub: Office, child: Office) -> list[Route]:
    """Everything `child` may publish into `hub`, with its source pinned to the child's part of the tree."""
    up_here = [subject(UP, hub.address, child.reach)]
    passing = [subject(UP, f"{above.address.place}.{ANY}", child.reach) for above in topology.ancestors(hub.id)]
    routes = [Route(pattern, pattern) for pattern in up_here + passing]
    for sibling in topology.children(hub.id):
        if sibling.is_inspection != child.is_inspection:
            routes += _turned_down(child, sibling)
    return routes


def _turned_down(child: Office, sibling: Office) -> list[Route]:
    """Routes between a desk of this hub and the branch of a child: they meet here and go down again."""
    routes = []
    for unit in (INSPECTION, (sibling if child.is_inspection else child).kind):
        source = f"{child.address.area}.{unit}" if child.is_inspection else str(child.address)
        to = str(sibling.address) if child.is_inspection else f"{sibling.address.area}.{unit}"
        routes.append(Route(subject(UP, to, source), subject(DOWN, to, source)))
    return routes
