"""Histories of one office that may have parted: a copy, a restore onto a line that was abandoned. Which of them contradict a peer?"""

from __future__ import annotations

from collections.abc import Iterable

from nodekit.delivery.memory_store import Tables


def contradict(office: str, ours: Tables, peer: str, theirs: Tables) -> bool:
    """True if some number of one of the two channels between `office` and `peer` stands for different links on both sides."""
    sent = any(link.lh != theirs.in_links[office, seq].lh for (dst, seq), (link, _) in ours.out_links.items() if dst == peer and (office, seq) in theirs.in_links)
    return sent or any(link.lh != theirs.out_links[office, seq][0].lh for (src, seq), link in ours.in_links.items() if src == peer and (office, seq) in theirs.out_links)


def parted(office: str, peer: str, lines: Iterable[Tables], theirs: Tables) -> bool:
    """True if a number between the two stands for different links anywhere: in the peer's database or in any line of the office."""
    seen: dict[tuple[str, int], set[str]] = {}
    for tables in lines:
        for (dst, seq), (link, _) in tables.out_links.items():
            if dst == peer:
                seen.setdefault(("out", seq), set()).add(link.lh)
        for (src, seq), link in tables.in_links.items():
            if src == peer:
                seen.setdefault(("in", seq), set()).add(link.lh)
    for (src, seq), link in theirs.in_links.items():
        if src == office:
            seen.setdefault(("out", seq), set()).add(link.lh)
    for (dst, seq), (link, _) in theirs.out_links.items():
        if dst == office:
            seen.setdefault(("in", seq), set()).add(link.lh)
    return any(len(hashes) > 1 for hashes in seen.values())
