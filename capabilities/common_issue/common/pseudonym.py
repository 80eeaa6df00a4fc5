"""How a unit is told without telling which: a mark made with this office's own key, equal for the same unit."""

from uuid import UUID

from nodekit.unit_of_work import UnitOfWork

PURPOSE = "common_issue.unit"
CHARS = 16


def unit_pseudonym(uow: UnitOfWork, target_id: UUID) -> str:
    """Sixteen hex digits. Nobody without this office's key can tell, or test a guess, which unit it is."""
    return uow.node.vault.keyed_hash(str(target_id), PURPOSE)[:CHARS]
