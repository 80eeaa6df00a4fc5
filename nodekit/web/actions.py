"""Run one action of a ledger: permission, lock, version, form, command, all in the request's transaction.

The same for pages and JSON. A refusal undoes everything (savepoint), so that the page can show the form again.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from nodekit.errors import Conflict, StaleForm, StepNotAllowed
from nodekit.web.detail import fits, load, permit
from nodekit.web.forms import check_choices, choices_for, validate
from nodekit.web.ledger import Action, Form, Ledger
from nodekit.web.submissions import claim, fingerprint, settle

if TYPE_CHECKING:
    from nodekit.identity.officer import Officer
    from nodekit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Request:
    """What an officer asks for."""

    action: Action
    record_id: UUID | None
    """None for `create`."""
    given: Mapping[str, Any] | Form
    """Values from a page, or the form a JSON body was checked into."""
    version: int | None = None
    """The version the officer saw; None: he did not say."""
    token: str = ""
    """Makes a repeat harmless; "" means the sender takes the risk."""


@dataclass(frozen=True)
class Outcome:
    """Where to look now. `record` is None when the request had been done before."""

    url: str
    record_id: UUID | None
    record: Any | None = None


@asynccontextmanager
async def all_or_nothing(uow: UnitOfWork) -> AsyncIterator[None]:
    """Undo rows, notes and audit entries when the block raises; the request's transaction stays usable."""
    notes, audited = len(uow.notes), len(uow.audit_buffer)
    try:
        async with uow.session.begin_nested():
            yield
    except Exception as error:
        del uow.notes[notes:]
        del uow.audit_buffer[audited:]
        if isinstance(error, IntegrityError):
            raise Conflict from error
        raise


async def run(ledger: Ledger, asked: Request, uow: UnitOfWork, officer: Officer) -> Outcome:
    """Do what is asked, or nothing.

    Raises:
        NodeError: refused; the transaction holds no trace of the attempt.
    """
    permit(uow, officer, ledger.permission)
    permit(uow, officer, asked.action.permission)
    async with all_or_nothing(uow):
        if asked.token:
            path = f"{ledger.url}/{asked.record_id or ''}/{asked.action.name}"
            earlier = await claim(uow, officer.id, asked.token, fingerprint(path, _contents(asked.given)))
            if earlier:
                return Outcome(earlier.url, earlier.record_id)
        record = await _perform(ledger, asked, uow, officer)
        await uow.session.flush()
        record_id = getattr(record, "id", None) or asked.record_id
        url = asked.action.goes_to(record) if asked.action.goes_to else ledger.record_url(record_id) if record_id else ledger.url
        if asked.token:
            await settle(uow, officer.id, asked.token, url=url, record_id=record_id)
    if asked.action.done:
        uow.notes.append(asked.action.done)
    return Outcome(url, record_id, record)


async def _perform(ledger: Ledger, asked: Request, uow: UnitOfWork, officer: Officer) -> Any:
    action, record = asked.action, None
    if asked.record_id is not None:
        record = await load(ledger, uow, officer, asked.record_id, lock=True)
        if asked.version is not None and asked.version != record.version:
            raise StaleForm(asked.version, record.version)
        if not fits(action, officer, record):
            raise StepNotAllowed(ledger.machine.label(record.status), action.label, state=record.status, wanted=action.name)
    leading = (uow, officer) if record is None else (uow, officer, record.id)
    if action.form is None:
        return await action.command(*leading, *([None] if takes_form(action, len(leading)) else []))
    choices = await choices_for(action, uow, officer, record)
    if isinstance(asked.given, Form):
        form = asked.given
        check_choices(form, choices)
    else:
        form = validate(action.form, asked.given, choices)
    return await action.command(*leading, form)


def takes_form(action: Action, leading: int) -> bool:
    """An action without a form may leave out its command's last parameter."""
    return len(inspect.signature(action.command).parameters) > leading


def _contents(given: Mapping[str, Any] | Form) -> Mapping[str, Any]:
    return given.model_dump(mode="json") if isinstance(given, Form) else given
