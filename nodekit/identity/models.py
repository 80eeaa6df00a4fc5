"""Accounts, the posts they hold, sessions, failed logins. No password and no session id is ever stored in clear."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from nodekit.db import NodekitBase


class Account(NodekitBase):
    """One person who works at this office. Accounts are disabled, never deleted: the audit log names them."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index("uq_accounts_username", text("lower(username)"), unique=True),
        CheckConstraint("password LIKE '$argon2id$%'", name="password"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    password: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    password_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AccountPost(NodekitBase):
    """A post held. Several per person: a county office has three to five people."""

    __tablename__ = "account_posts"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("nodekit.accounts.id"), primary_key=True)
    post: Mapped[str] = mapped_column(String(40), primary_key=True)
    granted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    granted_by: Mapped[UUID | None]


class LoginSession(NodekitBase):
    """A signed-in browser. The cookie holds 256 random bits, the table their hash: a stolen table opens nothing."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_account", "account_id", "created_at"),
        CheckConstraint("(ended_at IS NULL) = (ended_why = '')", name="ended"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("nodekit.accounts.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_why: Mapped[str] = mapped_column(String(20))


class LoginAttempt(NodekitBase):
    """Failures of one account from one class of address. Keyed by hash: the table names neither."""

    __tablename__ = "login_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    blocked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
