"""Trust on first use, never silently again: the keys seen first are pinned, a later different key is refused, recorded and shown.

The directory is signed by the province, but a stolen root key or a mistaken hand must not swap a desk's key unnoticed: whoever can
do that reads what is sealed from then on. Replacing a pin is an act of two administrators, after comparing fingerprints by telephone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import select

from nodekit.errors import NotFound
from nodekit.peers.errors import PeerKeyChanged
from nodekit.peers.keyfiles import fingerprint
from nodekit.peers.models import PeerKey
from nodekit.peers.published import OfficeKeys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.peers.keyring import Keyring
    from nodekit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class PinReport:
    """What pinning found: offices seen for the first time, and offices whose new key was refused."""

    new: tuple[str, ...]
    refused: tuple[str, ...]


async def pin_peers(uow: UnitOfWork, keyring: Keyring) -> PinReport:
    """Compare the keyring (from the signed directory) with the pins, pin strangers, and put the pinned keys into use. Call at start, once.

    Raises:
        PeerKeyChanged: this office's *own* key differs from its pin: somebody swapped its key folder; the node must not start.
    """
    rows = await _lock_all(uow.session)
    new, refused = [], []
    for office, offered in keyring.offered.items():
        mine = [row for row in rows if row.office == office]
        pinned = next((row for row in mine if row.status == "pinned"), None)
        if pinned is None:
            uow.session.add(_row(uow, office, offered, "pinned"))
            new.append(office)
            continue
        _take_up(keyring, pinned, mine, None)
        dispute = None if keyring.has(office, offered) else _changed(uow, office, pinned, offered)
        if dispute:
            if office == keyring.office:
                raise dispute
            refused.append(office)
            await _record_refusal(uow, office, offered, mine)
        _take_up(keyring, pinned, mine, dispute)
    if new:
        await uow.audit("peers.pinned", subject=f"{len(new)} 个单位", offices=new)
    return PinReport(tuple(new), tuple(refused))


async def recall_pins(session: AsyncSession, keyring: Keyring) -> None:
    """Put the pinned keys into use without comparing them with anything: what papers follow from, and what introductions are verified with."""
    rows = (await session.scalars(select(PeerKey).order_by(PeerKey.office, PeerKey.first_seen_at))).all()
    for pinned in rows:
        if pinned.status == "pinned":
            _take_up(keyring, pinned, [row for row in rows if row.office == pinned.office], None)


def _take_up(keyring: Keyring, pinned: PeerKey, rows: Sequence[PeerKey], dispute: PeerKeyChanged | None) -> None:
    anchor = min(rows, key=lambda row: (row.status == "refused", row.first_seen_at)).signing_fingerprint
    former = [_keys(row) for row in rows if row.status == "retired"]
    keyring.use(pinned.office, _keys(pinned), anchor=anchor, former=former, dispute=dispute)


async def pin_introduced(uow: UnitOfWork, office: str, keys: OfficeKeys) -> None:
    """Pin a stranger's keys that its parent vouched for. A pin that is there stays."""
    rows = [row for row in await _lock_all(uow.session) if row.office == office]
    if not any(row.status == "pinned" for row in rows):
        uow.session.add(_row(uow, office, keys, "pinned"))


async def replace_pin(uow: UnitOfWork, keyring: Keyring, office: str, signing_fingerprint: str, reason: str) -> None:
    """Put a refused key of an office into use, after people compared its fingerprint. The old one is kept as retired.

    Raises:
        NotFound: no refused key with this fingerprint.
    """
    rows = [row for row in await _lock_all(uow.session) if row.office == office]
    chosen = next((row for row in rows if row.status == "refused" and row.signing_fingerprint == signing_fingerprint), None)
    pinned = next((row for row in rows if row.status == "pinned"), None)
    if chosen is None or pinned is None:
        raise NotFound("待核对的新密钥")
    pinned.status, pinned.decided_at = "retired", uow.now
    await uow.session.flush()  # the unique index allows one pinned row at any moment
    chosen.status, chosen.decided_at = "pinned", uow.now
    anchor = min((row for row in rows if row is not chosen and row.status != "refused"), key=lambda row: row.first_seen_at)
    keyring.use(office, _keys(chosen), anchor=anchor.signing_fingerprint, former=[_keys(row) for row in rows if row.status == "retired"])
    await uow.audit("peers.key_replaced", subject=office, reason=reason, before=pinned.signing_fingerprint, after=chosen.signing_fingerprint)


async def list_disputes(session: AsyncSession) -> Sequence[PeerKey]:
    """Refused keys, newest first: for the federation page and the alarm figure."""
    return (await session.scalars(select(PeerKey).where(PeerKey.status == "refused").order_by(PeerKey.first_seen_at.desc()))).all()


async def _lock_all(session: AsyncSession) -> Sequence[PeerKey]:
    return (await session.scalars(select(PeerKey).order_by(PeerKey.office, PeerKey.first_seen_at).with_for_update())).all()


async def _record_refusal(uow: UnitOfWork, office: str, offered: OfficeKeys, known: Sequence[PeerKey]) -> None:
    """One row and one audit entry per refused key, however often the node starts with it."""
    if any(_keys(row).same_as(offered) and row.status == "refused" for row in known):
        return
    if not any(_keys(row).same_as(offered) for row in known):
        uow.session.add(_row(uow, office, offered, "refused"))
    await uow.audit("peers.key_refused", subject=office, offered=offered.fingerprint, offered_sealing=fingerprint(offered.sealing))


def _changed(uow: UnitOfWork, office: str, pinned: PeerKey, offered: OfficeKeys) -> PeerKeyChanged:
    return PeerKeyChanged(office, uow.node.directory.name(office), pinned.signing_fingerprint, offered.fingerprint)


def _row(uow: UnitOfWork, office: str, keys: OfficeKeys, status: str) -> PeerKey:
    signing, sealing = keys.raw
    return PeerKey(
        office=office,
        signing_fingerprint=keys.fingerprint,
        sealing_fingerprint=fingerprint(keys.sealing),
        signing=signing,
        sealing=sealing,
        status=status,
        first_seen_at=uow.now,
        decided_at=uow.now,
    )


def _keys(row: PeerKey) -> OfficeKeys:
    return OfficeKeys(Ed25519PublicKey.from_public_bytes(row.signing), X25519PublicKey.from_public_bytes(row.sealing))
