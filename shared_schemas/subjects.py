"""The only spelling of a NATS subject: `<up|dn>.<to: 4 tokens>.<from: 4 tokens>`.

A subject carries two addresses and nothing else: no event type, no case number, so whoever sees the bus learns who
talks to whom and no more. An address is the path of an office in the tree, province first, so that one wildcard names
everything under an office: `990000.990100.*.*` is a city with all its counties and desks. Missing levels are `_`.

`up` travels towards the parent, `dn` towards a child. A hub turns `up` into `dn` where the two ways meet.
"""

from dataclasses import dataclass

UP = "up"
DOWN = "dn"
NONE = "_"
ANY = "*"
ADDRESS_TOKENS = 4


@dataclass(frozen=True, slots=True)
class Address:
    """Where an office is in the tree; `unit` is the kind of office (`inspection`, `discipline`, `sector-finance`)."""

    province: str
    city: str
    county: str
    unit: str

    def __str__(self) -> str:
        return f"{self.place}.{self.unit}"

    @property
    def place(self) -> str:
        """The three tokens shared by an inspection office and the desks beside it."""
        return f"{self.province}.{self.city}.{self.county}"

    @property
    def area(self) -> str:
        """Pattern of this place and every place under it."""
        if self.county != NONE:
            return self.place
        if self.city != NONE:
            return f"{self.province}.{self.city}.{ANY}"
        return f"{self.province}.{ANY}.{ANY}"

    @property
    def division(self) -> str:
        """Division code of the place: the deepest level that is there."""
        return next(token for token in (self.county, self.city, self.province) if token != NONE)

    @property
    def office_id(self) -> str:
        return f"{self.division}-{self.unit}"


class NotASubject(ValueError):
    """The text is not one of our subjects."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A parsed subject: which way it goes, for whom, from whom."""

    direction: str
    to: Address
    source: Address

    def __str__(self) -> str:
        return subject(self.direction, self.to, self.source)


def subject(direction: str, to: Address | str, source: Address | str) -> str:
    """One subject, or a pattern when `to` or `source` is a pattern of four tokens."""
    return f"{direction}.{to}.{source}"


def from_anyone(direction: str, to: Address | str) -> str:
    """Pattern of everything addressed to `to`."""
    return f"{direction}.{to}.>"


def matches(pattern: str, address: Address) -> bool:
    """The address falls under a pattern of four tokens."""
    pairs = zip(pattern.split("."), str(address).split("."), strict=True)
    return all(token in (ANY, actual) for token, actual in pairs)


def parse(text: str) -> Subject:
    """Read a subject as delivered by a server.

    Raises:
        NotASubject: wrong direction, wrong number of tokens, or an empty token.
    """
    direction, *tokens = text.split(".")
    if direction not in (UP, DOWN) or len(tokens) != 2 * ADDRESS_TOKENS or not all(tokens):
        raise NotASubject(text)
    to, source = Address(*tokens[:ADDRESS_TOKENS]), Address(*tokens[ADDRESS_TOKENS:])
    if {to.province, source.province} & {NONE, ANY}:
        raise NotASubject(text)
    return Subject(direction, to, source)
