"""What reconciliation asks of storage. Everything here runs in transactions of the sending half."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from nodekit.delivery.core.fin import Fin, Verdict, Way
from nodekit.delivery.core.receipt import Receipt


class ReckoningStore(Protocol):
    """Tables of the reconciliation; `way` names the channel to or from `peer`."""

    async def verdicts(self, way: Way, peer: str, after: int, limit: int) -> list[Verdict]:
        """Numbers after+1…after+limit that exist here, ascending. What this office decided counts once its receipt is signed."""
        ...

    async def last_fin_block(self, way: Way, peer: str) -> tuple[int, str]:
        """(whole blocks reckoned, hash after them); (0, "") before the first."""
        ...

    async def fin_blocks(self, way: Way, peer: str, blocks: Collection[int]) -> dict[int, str]:
        """Hashes after so many blocks, of those that are stored."""
        ...

    async def keep_fin_blocks(self, way: Way, peer: str, hashes: Sequence[tuple[int, str]]) -> None: ...

    async def forget_fin_blocks(self, way: Way, peer: str, beyond: int) -> None:
        """Hashes after more than `beyond` blocks are to be reckoned again."""
        ...

    async def agree(self, way: Way, peer: str, fin: Fin, now: float) -> None:
        """Both ends have decided 1…n alike."""
        ...

    async def diverge(self, way: Way, peer: str, seq: int, receipts: tuple[Receipt, Receipt], now: float) -> bool:
        """Keep that this number was accepted and refused by these two receipts, in this order; False if that was known."""
        ...

    async def diverged(self, way: Way, peer: str, seqs: Collection[int]) -> list[str]:
        """Names of the receipts that contradict each other for any of these numbers."""
        ...
