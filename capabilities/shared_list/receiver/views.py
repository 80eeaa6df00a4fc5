"""Values prepared for the adapting side's pages: the working page, the merge page, the differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from capabilities.shared_list.domain.counting import Composition, allowed_decisions, compose
from capabilities.shared_list.domain.merge import Outcome, Settlement, settlements_of
from capabilities.shared_list.domain.states import Decision
from capabilities.shared_list.domain.texts import Piece, text_diff
from capabilities.shared_list.receiver import queries
from capabilities.shared_list.receiver.models import AdaptedItem, ReceivedList
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Choice

PAGE_SIZE = 50
SHOWS = {"all": "全部", "open": "未定", "conflict": "待处理冲突", "changed": "修改和删去", "added": "本地新增", "locked": "锁定"}
TONES = {Decision.ADOPT: "green", Decision.MODIFY: "amber", Decision.DROP: "red", Decision.ADD: "blue"}


@dataclass(frozen=True)
class WorkRow:
    """One item on the working page: what upstream says, what is typed or decided, what may be chosen."""

    item: AdaptedItem
    choices: tuple[Decision, ...]
    decision: str
    content: str
    basis: str
    reason: str
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return Decision.of(self.item.decision).label if self.item.decision else "未定"

    @property
    def tone(self) -> str:
        return TONES.get(Decision.of(self.item.decision), "grey") if self.item.decision else "grey"

    @property
    def opens(self) -> bool:
        """Whether the wording boxes start open."""
        return self.decision in (Decision.MODIFY, Decision.ADD, Decision.DROP) or bool(self.errors)


@dataclass(frozen=True)
class Chosen:
    """The items one page shows."""

    items: Sequence[AdaptedItem]
    show: str
    section: str
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class WorkPage:
    """A page of the items chosen, with the counts of the tabs."""

    chosen: Chosen
    rows: Sequence[WorkRow]
    counts: Mapping[str, int]
    sections: Sequence[str]


def choose(items: Sequence[AdaptedItem], *, show: str, section: str, page: int) -> Chosen:
    """The page of items that fit the tab and the section; an unknown tab is 全部, a page past the end the last one."""
    show = show if show in SHOWS else "all"
    fitting = [item for item in items if _fits(item, show) and (not section or (item.local_section or item.section) == section)]
    pages = max(1, -(-len(fitting) // PAGE_SIZE))
    page = min(max(1, page), pages)
    return Chosen(fitting[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], show, section, page, pages, len(fitting))


def work_page(
    items: Sequence[AdaptedItem], chosen: Chosen, typed: Mapping[str, Mapping[str, str]], errors: Mapping[str, Mapping[str, str]]
) -> WorkPage:
    """Prepare the working page. `typed` and `errors` go by item id and field: what was entered before a refusal, and what is wrong."""
    return WorkPage(
        chosen=chosen,
        rows=[_work_row(item, typed.get(str(item.id), {}), errors.get(str(item.id), {})) for item in chosen.items],
        counts={key: sum(1 for item in items if _fits(item, key)) for key in SHOWS},
        sections=sorted({item.local_section or item.section for item in items} - {""}),
    )


def composition_of(items: Sequence[AdaptedItem]) -> Composition:
    return compose((item.decision, item.from_upstream) for item in items if item.decision)


def _fits(item: AdaptedItem, show: str) -> bool:
    match show:
        case "open":
            return item.decision is None and not item.conflict
        case "conflict":
            return item.conflict
        case "changed":
            return item.from_upstream and item.decision in (Decision.MODIFY, Decision.DROP)
        case "added":
            return not item.from_upstream and item.decision == Decision.ADD
        case "locked":
            return item.locked
        case _:
            return True


def _work_row(item: AdaptedItem, typed: Mapping[str, str], errors: Mapping[str, str]) -> WorkRow:
    return WorkRow(
        item=item,
        choices=allowed_decisions(from_upstream=item.from_upstream, locked=item.locked),
        decision=typed.get("decision", item.decision or ""),
        content=typed.get("content", item.local_content or item.content or ""),
        basis=typed.get("basis", item.local_basis or item.basis),
        reason=typed.get("reason", item.reason),
        errors=errors,
    )


@dataclass(frozen=True)
class MergeRow:
    """One item on the merge page: base, upstream and local side by side."""

    item: AdaptedItem
    outcome: Outcome
    base: str | None
    upstream: str | None
    local: str | None
    local_label: str
    local_reason: str
    upstream_pieces: tuple[Piece, ...]
    local_pieces: tuple[Piece, ...]
    settlements: tuple[Settlement, ...]
    typed: Mapping[str, str]
    errors: Mapping[str, str]


def merge_rows(
    items: Sequence[AdaptedItem], former: Sequence[AdaptedItem], typed: Mapping[str, Mapping[str, str]], errors: Mapping[str, Mapping[str, str]]
) -> list[MergeRow]:
    """Conflicts first, then what the merge changed or found new; items carried over unchanged are left out."""
    old = {item.item_key: item for item in former}
    rows = []
    for item in items:
        if not item.merge_outcome or item.merge_outcome in (Outcome.CARRIED, Outcome.UNDECIDED):
            continue
        outcome, before = Outcome(item.merge_outcome), old.get(item.item_key)
        base = before.content if before else None
        mine = before.local_content if before and before.local_content is not None else None
        label = Decision.of(before.decision).label if before and before.decision else "—"
        rows.append(
            MergeRow(
                item=item,
                outcome=outcome,
                base=base,
                upstream=item.content,
                local=mine,
                local_label=label,
                local_reason=before.reason if before else "",
                upstream_pieces=text_diff(base or "", item.content or ""),
                local_pieces=text_diff(base or "", mine or "") if mine is not None else (),
                settlements=settlements_of(outcome) if item.conflict else (),
                typed=typed.get(str(item.id), {}),
                errors=errors.get(str(item.id), {}),
            )
        )
    return sorted(rows, key=lambda row: (not row.item.conflict, not row.outcome.is_conflict, row.item.position))


def gone_items(items: Sequence[AdaptedItem], former: Sequence[AdaptedItem]) -> list[AdaptedItem]:
    """Items of the earlier version that upstream removed and nobody here had worked on."""
    here = {item.item_key for item in items}
    return [item for item in former if item.from_upstream and item.item_key not in here]


@dataclass(frozen=True)
class DiffRow:
    """One departure from the published wording."""

    item: AdaptedItem
    label: str
    tone: str
    pieces: tuple[Piece, ...]


def departures(items: Sequence[AdaptedItem]) -> list[DiffRow]:
    """What this office made different, in list order."""
    found = []
    for item in items:
        decision = Decision.of(item.decision or "")
        if decision in (Decision.MODIFY, Decision.ADD) or (decision is Decision.DROP and item.from_upstream):
            found.append(DiffRow(item, decision.label, TONES[decision], text_diff(item.content or "", item.local_content or "")))
    return found


async def detail_context(uow: UnitOfWork, _officer: Officer, record: ReceivedList) -> Mapping[str, Any]:
    """Composition, upstream comments and the newer version for the detail page."""
    items = await queries.list_items(uow, record.id)
    return {
        "composition": composition_of(items),
        "comments": await queries.list_comments(uow, record.id),
        "newer": await queries.find_newer(uow, record),
        "conflicts": sum(1 for item in items if item.conflict),
    }


async def kind_titles(uow: UnitOfWork, _officer: Officer, record: ReceivedList) -> list[Choice]:
    titles = {item.kind_title for item in await queries.list_items(uow, record.id)} or {record.kind_title}
    return [(title, title) for title in sorted(titles)]


async def today(uow: UnitOfWork, _officer: Officer, _record: Any) -> Mapping[str, Any]:
    return {"confirmed_on": uow.today}


def item_errors(fields: Sequence[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Errors with paths `<item id>.<field>` by item."""
    found: dict[str, dict[str, str]] = {}
    for error in fields:
        item_id, _, name = error["path"].partition(".")
        found.setdefault(item_id, {}).setdefault(name, error["message"])
    return found


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
