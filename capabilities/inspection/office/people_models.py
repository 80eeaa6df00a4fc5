"""People who may be put into teams, with what ties them to places and organisations; and which line of 四个落实 a category counts under."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, func, literal, or_, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column

from capabilities.inspection import domain
from capabilities.inspection.office.models import Base, Finding, Target, one_of
from capabilities.inspection.vocabulary import InterestKind
from nodekit.db.record import Record


class Person(Base, Record):
    """One person's recusal record. Kept once and used for every team; who sees it is decided by its own permission."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint(one_of("status", domain.PERSON.states), "status"),
        Index("uq_people_listed", "name", "unit", unique=True, postgresql_where=text("status = 'listed'")),
    )

    name: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(80))
    unit_target_id: Mapped[UUID | None] = mapped_column(ForeignKey(Target.id))
    """The unit as an organisation of the registry, when it is one."""
    rank: Mapped[str] = mapped_column(String(40))
    native_place: Mapped[str] = mapped_column(String(60))
    username: Mapped[str | None] = mapped_column(String(60))
    declared_on: Mapped[date]


class PersonTie(Base):
    """One reason to stand back: a former post, a home, dealings, a relative; tied to an organisation of the registry wherever it is one."""

    __tablename__ = "person_ties"
    __table_args__ = (
        CheckConstraint(one_of("kind", InterestKind), "kind"),
        CheckConstraint("target_id is not null or place <> ''", "somewhere"),
        CheckConstraint("kind <> 'home' or target_id is null", "home_is_a_place"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    target_id: Mapped[UUID | None] = mapped_column(ForeignKey(Target.id))
    place: Mapped[str] = mapped_column(String(80))
    relation: Mapped[str] = mapped_column(String(60))
    """What the tie is, e.g. 配偶, 分管, 曾任副职."""
    until_on: Mapped[date | None]


class MappingRule(Base, Record):
    """A category or group of 三个聚焦 counts under a line of 四个落实. Rules are replaced, never changed."""

    __tablename__ = "mapping_rules"
    __table_args__ = (
        CheckConstraint(one_of("status", domain.MAPPING.states), "status"),
        Index("uq_mapping_rules_in_force", "taxonomy", "code", unique=True, postgresql_where=text("status = 'in_force'")),
    )

    taxonomy: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(20))
    implementation: Mapped[str] = mapped_column(String(10))
    document: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[str] = mapped_column(String(60))


Finding.mapped_to = column_property(
    select(MappingRule.implementation)
    .where(
        MappingRule.taxonomy == Finding.taxonomy, MappingRule.status == "in_force",
        or_(MappingRule.code == Finding.category, MappingRule.code == func.split_part(Finding.category, literal("."), 1)),
    )
    .order_by(func.length(MappingRule.code).desc()).limit(1).correlate_except(MappingRule).scalar_subquery()
)
"""The category's own rule wins over its group's; None: what the classification itself says."""
