"""How far each channel is decided without a gap, and the hash over it. Goes on from the last stored block, never from number 1."""

from __future__ import annotations

from nodekit.delivery.core.fin import IN, OUT, Fin, Way, beginning, extend_fin, letters_of
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.limits import FIN_BLOCK, FIN_BLOCKS_PER_STEP, FIN_EVERY_S
from nodekit.delivery.core.link import channel_name
from nodekit.delivery.core.reckoning_store import ReckoningStore


class Reckoner:
    """One node's account of how its channels were decided."""

    def __init__(self, ground: Ground) -> None:
        self.me, self._rules = ground.me, ground.rules
        self._said: dict[str, float] = {}

    async def say(self, store: ReckoningStore, peer: str, now: float) -> tuple[Fin | None, Fin | None]:
        """`fin` of both channels for a STATE, if it is time."""
        if not self._rules.fin or 0 <= now - self._said.get(peer, float("-inf")) < FIN_EVERY_S:
            return None, None
        self._said[peer] = now
        return await self.reckon(store, OUT, peer), await self.reckon(store, IN, peer)

    def channel(self, way: Way, peer: str) -> str:
        return channel_name(self.me, peer) if way == OUT else channel_name(peer, self.me)

    async def reckon(self, store: ReckoningStore, way: Way, peer: str) -> Fin:
        """Everything decided up to now, or a bounded step further into a history that was never reckoned."""
        blocks, text = await store.last_fin_block(way, peer)
        text = text or beginning(self.channel(way, peer))
        letters = letters_of(await store.verdicts(way, peer, blocks * FIN_BLOCK, FIN_BLOCK * FIN_BLOCKS_PER_STEP), blocks * FIN_BLOCK)
        kept: list[tuple[int, str]] = []
        while len(letters) >= FIN_BLOCK:
            blocks, text, letters = blocks + 1, extend_fin(text, letters[:FIN_BLOCK]), letters[FIN_BLOCK:]
            kept.append((blocks, text))
        if kept:
            await store.keep_fin_blocks(way, peer, kept)
        return Fin(blocks * FIN_BLOCK + len(letters), extend_fin(text, letters) if letters else text)

    async def hash_at(self, store: ReckoningStore, way: Way, peer: str, n: int) -> str | None:
        """Hash over 1…n; None if not so many are decided here."""
        blocks, rest = divmod(n, FIN_BLOCK)
        text = (await self.hashes(store, way, peer, [blocks])).get(blocks)
        if text is None or not rest:
            return text
        letters = letters_of(await store.verdicts(way, peer, blocks * FIN_BLOCK, rest), blocks * FIN_BLOCK)
        return extend_fin(text, letters) if len(letters) == rest else None

    async def hashes(self, store: ReckoningStore, way: Way, peer: str, blocks: list[int]) -> dict[int, str]:
        """Hashes after so many blocks, as far as they are reckoned."""
        found = await store.fin_blocks(way, peer, [number for number in blocks if number])
        return found | ({0: beginning(self.channel(way, peer))} if 0 in blocks else {})

    def forget(self) -> None:
        """As after a crash."""
        self._said.clear()
