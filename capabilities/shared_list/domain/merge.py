"""Three-way merge of a list: base (vN as published), upstream (vN+1 as published), local (what this office made of vN).

One side changed: its change is taken. Both changed: the officer settles it, nothing an officer wrote is lost unseen.
A changed number alone is a renumbering, not a change of the item.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from capabilities.shared_list.domain.states import Decision


@dataclass(frozen=True)
class ItemText:
    """The words of an item, without its number."""

    section: str
    content: str
    basis: str

    def same_as(self, other: "ItemText") -> bool:
        """Equal but for white space: pasting through a spreadsheet changes blanks."""
        return self.normal == other.normal

    @property
    def normal(self) -> tuple[str, ...]:
        """The words without white space."""
        return tuple("".join(words.split()) for words in (self.section, self.content, self.basis))


@dataclass(frozen=True)
class UpstreamItem:
    key: UUID
    text: ItemText
    locked: bool = False


@dataclass(frozen=True)
class LocalItem:
    """What this office made of an item. `decision` None: not decided yet. `text`: local wording of modify and add."""

    decision: Decision | None
    text: ItemText | None = None
    reason: str = ""


class Outcome(StrEnum):
    """How an item of the new local version came about."""

    NEW = "new"
    UNDECIDED = "undecided"
    CARRIED = "carried"
    TOOK_UPSTREAM = "took_upstream"
    CONVERGED = "converged"
    KEPT_ADDITION = "kept_addition"
    BOTH_CHANGED = "both_changed"
    CHANGED_AFTER_DROP = "changed_after_drop"
    REMOVED_UPSTREAM = "removed_upstream"
    NOW_LOCKED = "now_locked"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_conflict(self) -> bool:
        return self in CONFLICTS


_LABELS = {
    Outcome.NEW: "上级新增",
    Outcome.UNDECIDED: "上一版未定",
    Outcome.CARRIED: "上级未变,沿用本地决定",
    Outcome.TOOK_UPSTREAM: "上级有改动,已随上级更新",
    Outcome.CONVERGED: "本地与上级一致,按采用处理",
    Outcome.KEPT_ADDITION: "本地新增,保留",
    Outcome.BOTH_CHANGED: "上级与本地都有改动",
    Outcome.CHANGED_AFTER_DROP: "本地已删去,上级又有改动",
    Outcome.REMOVED_UPSTREAM: "上级已删除,本地曾修改",
    Outcome.NOW_LOCKED: "上级已锁定,本地曾修改或删去",
}
CONFLICTS = frozenset({Outcome.BOTH_CHANGED, Outcome.CHANGED_AFTER_DROP, Outcome.REMOVED_UPSTREAM, Outcome.NOW_LOCKED})


class Settlement(StrEnum):
    """How an officer settles a conflict."""

    TAKE_UPSTREAM = "take_upstream"
    KEEP_LOCAL = "keep_local"
    EDIT = "edit"

    @property
    def label(self) -> str:
        return {"take_upstream": "取上级", "keep_local": "留本地", "edit": "另行修改"}[self.value]


@dataclass(frozen=True)
class Merged:
    """One item of the new local version. A conflict has no decision until it is settled."""

    key: UUID
    outcome: Outcome
    decision: Decision | None
    text: ItemText | None = None
    reason: str = ""
    from_upstream: bool = True


@dataclass(frozen=True)
class MergeResult:
    """Items in upstream order, then what only this office has; `gone` left the list without anybody's work in them."""

    items: tuple[Merged, ...]
    gone: tuple[UUID, ...]

    @property
    def conflicts(self) -> tuple[Merged, ...]:
        return tuple(item for item in self.items if item.outcome.is_conflict)


def three_way_merge(base: Sequence[UpstreamItem], upstream: Sequence[UpstreamItem], local: Mapping[UUID, LocalItem]) -> MergeResult:
    """Carry a local version of `base` over to `upstream`.

    Args:
        base: vN as published.
        upstream: vN+1 as published.
        local: this office's decisions on vN by item key, its own additions included (keys not in `base`).
    """
    old, new = {item.key: item for item in base}, {item.key: item for item in upstream}
    undecided = LocalItem(None)
    additions = {key: item for key, item in local.items() if key not in old and item.decision is Decision.ADD}
    taken_up = _taken_up(additions, [item for item in upstream if item.key not in old])
    items = []
    for item in upstream:
        if item.key in old:
            items.append(_merge_known(old[item.key], item, local.get(item.key, undecided)))
        elif item.key in taken_up.values():
            items.append(Merged(item.key, Outcome.CONVERGED, Decision.ADOPT))
        else:
            items.append(Merged(item.key, Outcome.NEW, None))
    gone = []
    for key in old.keys() - new.keys():
        mine = local.get(key, undecided)
        if mine.decision is Decision.MODIFY:
            items.append(Merged(key, Outcome.REMOVED_UPSTREAM, None, mine.text, mine.reason, from_upstream=False))
        else:
            gone.append(key)
    items += [
        Merged(key, Outcome.KEPT_ADDITION, Decision.ADD, mine.text, mine.reason, from_upstream=False)
        for key, mine in additions.items()
        if key not in taken_up and key not in new
    ]
    return MergeResult(tuple(items), tuple(sorted(gone)))


def _merge_known(base: UpstreamItem, upstream: UpstreamItem, local: LocalItem) -> Merged:
    key, changed = base.key, not upstream.text.same_as(base.text)
    if local.decision is None:
        return Merged(key, Outcome.UNDECIDED, None)
    if local.decision is Decision.ADOPT:
        return Merged(key, Outcome.TOOK_UPSTREAM if changed else Outcome.CARRIED, Decision.ADOPT)
    if local.decision is Decision.MODIFY and local.text is not None and upstream.text.same_as(local.text):
        return Merged(key, Outcome.CONVERGED, Decision.ADOPT)
    if upstream.locked:
        return Merged(key, Outcome.NOW_LOCKED, None, local.text, local.reason)
    if changed:
        outcome = Outcome.BOTH_CHANGED if local.decision is Decision.MODIFY else Outcome.CHANGED_AFTER_DROP
        return Merged(key, outcome, None, local.text, local.reason)
    return Merged(key, Outcome.CARRIED, local.decision, local.text, local.reason)


def _taken_up(additions: Mapping[UUID, LocalItem], newcomers: Sequence[UpstreamItem]) -> dict[UUID, UUID]:
    """Local additions that upstream now has in the same words: addition key -> upstream key, each used once."""
    free = list(newcomers)
    found: dict[UUID, UUID] = {}
    for key, mine in additions.items():
        match = next((item for item in free if mine.text is not None and item.text.same_as(mine.text)), None)
        if match:
            found[key] = match.key
            free.remove(match)
    return found


def settlements_of(outcome: Outcome) -> tuple[Settlement, ...]:
    """What an officer may choose: a locked item leaves no choice, but he must have seen it."""
    if outcome is Outcome.NOW_LOCKED:
        return (Settlement.TAKE_UPSTREAM,)
    return tuple(Settlement)
