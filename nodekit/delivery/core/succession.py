"""How the keys of an office follow each other: the book that believes papers (key_paper.py), and says whose signature is good for what.

Pure: it knows no files, no database and no clock. Never: forgets a key; believes a later key without the parent's word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.key_paper import (
    BY,
    NEW,
    OLD,
    ROOT,
    ROTATE,
    TAG_KEY,
    Generation,
    Grant,
    KeyPaper,
    Revocation,
    kid_of,
    read_document,
)
from nodekit.delivery.core.rules import ALL_RULES, Rules


@dataclass(slots=True)
class _Line:
    """The keys of one office."""

    generations: dict[int, Generation]
    former: dict[str, bytes] = field(default_factory=dict)
    """Keys people replaced by hand: good for what was written under them."""
    papers: dict[str, KeyPaper] = field(default_factory=dict)
    granted: dict[int, str] = field(default_factory=dict)
    """Document hash by generation."""
    seen: str = ""
    """The newest key under which something was heard; not remembered beyond the process."""

    @property
    def newest(self) -> Generation:
        return self.generations[max(self.generations)]


class KeyBook:
    """Whose keys were whose, and which are in use.

    Args:
        verify: (public key, data, signature) -> whether it is that key's.
        parent_of: the office that signs an office's papers; None for the province, whose papers the root signs.
        root: the root's public key; empty, nobody has one.
    """

    def __init__(
        self, verify: Callable[[bytes, bytes, bytes], bool], parent_of: Callable[[str], str | None], root: bytes, rules: Rules = ALL_RULES
    ) -> None:
        self._verify, self._parent_of, self._root, self._rules = verify, parent_of, root, rules
        self._lines: dict[str, _Line] = {}
        self._revoked: dict[tuple[str, str], tuple[Revocation, KeyPaper]] = {}

    def begin(self, office: str, signing: bytes, sealing: bytes) -> None:
        """The first key known of an office, or another one after people replaced it; papers that follow from the one before are dropped then."""
        line, first = self._lines.get(office), Generation(1, signing, sealing)
        if line is None or line.generations[1] != first:
            self._lines[office] = _Line({1: first})

    def keep_former(self, office: str, signing: bytes) -> None:
        """A key people replaced by hand."""
        self._lines[office].former[kid_of(signing)] = signing

    def offices(self) -> list[str]:
        return list(self._lines)

    def generations(self, office: str) -> list[Generation]:
        """Oldest first; empty for a stranger."""
        line = self._lines.get(office)
        return [line.generations[n] for n in sorted(line.generations)] if line else []

    def newest(self, office: str) -> Generation | None:
        """The latest key granted, revoked or not."""
        line = self._lines.get(office)
        return line.newest if line else None

    def in_use(self, office: str) -> Generation | None:
        """The only key under which anything new is believed; None for a stranger, or while the office has none."""
        newest = self.newest(office)
        return None if newest is None or self.revocation(office, newest.kid) else newest

    def revocation(self, office: str, kid: str) -> Revocation | None:
        known = self._revoked.get((office, kid)) if self._rules.cutoff else None
        return known[0] if known else None

    def revocations(self, office: str) -> list[Revocation]:
        return [revocation for (name, _), (revocation, _) in self._revoked.items() if name == office]

    def says(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        """True if the office says this now: under its key in use, or, until that has been heard once, under the one it rotates away from."""
        used = self.in_use(office)
        if used is None:
            return False
        line = self._lines[office]
        if used.kid == kid and self._verify(used.signing, data, signature):
            line.seen = kid
            return True
        before = self._before(line, used) if line.seen != used.kid else None
        return before is not None and before.kid == kid and not self.revocation(office, kid) and self._verify(before.signing, data, signature)

    def vouches(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        """True if the office signed this, whenever, under a key that is not revoked."""
        public = self._public(office, kid)
        return public is not None and not self.revocation(office, kid) and self._verify(public, data, signature)

    def wrote(self, office: str, kid: str, data: bytes, signature: bytes, place: tuple[str, int]) -> bool:
        """True if the office put this into a channel; under a revoked key only up to that channel's last good number.

        Args:
            place: channel and number.
        """
        public, revocation = self._public(office, kid), self.revocation(office, kid)
        if public is None or (revocation and place[1] > revocation.last.get(place[0], 0)):
            return False
        return self._verify(public, data, signature)

    def ever(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        """True if this was signed by any key the office ever had: for what was accepted long ago and stands in the database."""
        public = self._public(office, kid)
        return public is not None and self._verify(public, data, signature)

    def papers(self, office: str) -> list[KeyPaper]:
        """Grants by generation, then revocations."""
        line = self._lines.get(office)
        granted = [line.papers[line.granted[n]] for n in sorted(line.granted)] if line else []
        return granted + [paper for (name, _), (_, paper) in self._revoked.items() if name == office]

    def proof(self, office: str) -> list[KeyPaper]:
        """Everything by which somebody who knows first keys and the root comes to know this office's present key: its superiors' papers first."""
        above: list[str] = []
        here: str | None = office
        while here is not None and here not in above:
            above.append(here)
            here = self._parent_of(here)
        return [paper for name in reversed(above) for paper in self.papers(name)]

    def learn(self, papers: Iterable[KeyPaper]) -> list[KeyPaper]:
        """Take what holds, in whatever order it comes: grants first. Returns all that hold, those known already included."""
        waiting = [(paper, read) for paper in papers if (read := _read(paper)) is not None]
        grants = sorted((item for item in waiting if isinstance(item[1], Grant)), key=lambda item: item[1].n)  # type: ignore[union-attr]
        held: list[KeyPaper] = []
        more = True
        while more:
            more = False
            for item in list(grants):
                if self._holds(item[0]):
                    grants.remove(item)
                    held.append(item[0])
                    more = True
        return held + [paper for paper, read in waiting if isinstance(read, Revocation) and self._holds(paper)]

    def take(self, paper: KeyPaper) -> bool:
        """Believe one paper; False if it says nothing new.

        Raises:
            Reject: a signature is missing or false, by the wrong office, or it contradicts what is known.
        """
        read = read_document(paper.document)
        self._check_by(read, paper)
        return self._take_grant(read, paper) if isinstance(read, Grant) else self._take_revocation(read, paper)

    def _holds(self, paper: KeyPaper) -> bool:
        try:
            self.take(paper)
        except Reject:
            return False
        return True

    def _before(self, line: _Line, used: Generation) -> Generation | None:
        """The key that signed its successor; after a grant by the parent alone, none."""
        if used.kind != ROTATE:
            return None
        grant = read_document(line.papers[line.granted[used.n]].document)
        return next((gen for gen in line.generations.values() if isinstance(grant, Grant) and gen.kid == grant.prev), None)

    def _public(self, office: str, kid: str) -> bytes | None:
        line = self._lines.get(office)
        if line is None:
            return None
        return next((gen.signing for gen in line.generations.values() if gen.kid == kid), line.former.get(kid))

    def _check_by(self, read: Grant | Revocation, paper: KeyPaper) -> None:
        """The direct parent, or the root, must have signed."""
        if not self._rules.countersign:
            return
        kid, signature = paper.signature(BY)
        data = TAG_KEY + paper.document
        if read.by == ROOT:
            authentic = bool(self._root) and kid == kid_of(self._root) and self._verify(self._root, data, signature)
        else:
            authentic = read.by == self._parent_of(read.office) and self.vouches(read.by, kid, data, signature)
        if not authentic:
            raise Reject("keys.not_countersigned")

    def _take_grant(self, grant: Grant, paper: KeyPaper) -> bool:
        line = self._lines.get(grant.office)
        if line is None:
            raise Reject("keys.stranger")
        known = line.granted.get(grant.n)
        if known == paper.dh:
            changed = line.papers[known].sigs != paper.sigs
            line.papers[known] = paper  # countersigned again, after the parent's key was revoked
            return changed
        if known is not None:
            raise Reject("keys.contradicts", f"generation {grant.n}")
        if grant.kind == ROTATE:
            self._check_predecessor(line, grant, paper)
        line.generations[grant.n] = Generation(grant.n, grant.signing, grant.sealing, grant.kind, grant.at)
        line.granted[grant.n], line.papers[paper.dh] = paper.dh, paper
        return True

    def _check_predecessor(self, line: _Line, grant: Grant, paper: KeyPaper) -> None:
        """The key before must be known, of a lower generation, not revoked, and have signed; the new one proves that its holder has it."""
        data = TAG_KEY + paper.document
        before = next((gen for gen in line.generations.values() if gen.kid == grant.prev and gen.n < grant.n), None)
        (old_kid, old), (new_kid, new) = paper.signature(OLD), paper.signature(NEW)
        if before is None or old_kid != before.kid or self.revocation(grant.office, before.kid) or not self._verify(before.signing, data, old):
            raise Reject("keys.not_signed", OLD)
        if new_kid != grant.kid or not self._verify(grant.signing, data, new):
            raise Reject("keys.not_signed", NEW)

    def _take_revocation(self, revocation: Revocation, paper: KeyPaper) -> bool:
        key = revocation.office, revocation.kid
        known = self._revoked.get(key)
        if known is not None and known[0].serial >= revocation.serial:
            if known[0].serial == revocation.serial and known[1].dh != paper.dh:
                raise Reject("keys.contradicts", f"serial {revocation.serial}")
            return False
        self._revoked[key] = revocation, paper
        return True


def _read(paper: KeyPaper) -> Grant | Revocation | None:
    try:
        return read_document(paper.document)
    except Reject:
        return None

