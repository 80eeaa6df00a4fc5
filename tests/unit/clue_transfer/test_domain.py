"""The rules of clue transfer, without any machinery."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capabilities.clue_transfer import domain
from shared_schemas.offices import OfficeKind, Tier

DAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("own", "managed_by", "matter", "kind", "above"),
    [
        (Tier.COUNTY, Tier.COUNTY, "discipline", OfficeKind.DISCIPLINE, False),
        (Tier.COUNTY, Tier.COUNTY, "duty_crime", OfficeKind.DISCIPLINE, False),
        (Tier.COUNTY, Tier.COUNTY, "conduct", OfficeKind.DISCIPLINE, False),
        (Tier.COUNTY, Tier.COUNTY, "selection", OfficeKind.ORGANIZATION, False),
        (Tier.COUNTY, Tier.COUNTY, "duty_performance", OfficeKind.ORGANIZATION, False),
        (Tier.COUNTY, Tier.CITY, "selection", OfficeKind.DISCIPLINE, True),
        (Tier.COUNTY, Tier.PROVINCE, "conduct", OfficeKind.DISCIPLINE, True),
        (Tier.CITY, Tier.PROVINCE, "discipline", OfficeKind.DISCIPLINE, True),
        (Tier.CITY, Tier.COUNTY, "discipline", OfficeKind.DISCIPLINE, False),
        (Tier.PROVINCE, Tier.CITY, "selection", OfficeKind.ORGANIZATION, False),
        (Tier.COUNTY, Tier.COUNTY, "something_new", OfficeKind.DISCIPLINE, False),
    ],
)
def test_who_manages_the_person_decides_before_what_it_is_about(own, managed_by, matter, kind, above) -> None:
    way = domain.route(own, managed_by, matter)
    assert (way.kind, way.above) == (kind, above)
    assert way.why.endswith("。")


def test_the_reason_for_a_route_names_authority_and_matter() -> None:
    assert domain.route(Tier.COUNTY, Tier.COUNTY, "selection").why == "被反映人属本级管理干部;反映事项为“选人用人”,由同级组织部受理。"
    assert "只登记存根" in domain.route(Tier.COUNTY, Tier.CITY, "conduct").why


def test_a_value_of_a_newer_release_reads_as_other() -> None:
    assert domain.Disposition.of("handed_to_somebody").label == "其他(新版本类别)"
    assert domain.Disposition.of("shelved") is domain.Disposition.SHELVED
    assert "unknown" not in dict(domain.Disposition.choices())


@pytest.mark.parametrize(
    ("machine", "before", "after", "allowed"),
    [
        (domain.ISSUED, "registered", "sent", False),
        (domain.ISSUED, "approved", "sent", False),
        (domain.ISSUED, "sent", "withdrawing", True),
        (domain.ISSUED, "signed", "withdrawing", False),
        (domain.ISSUED, "withdrawing", "signed", True),
        (domain.ISSUED, "returned", "sealed", True),
        (domain.ISSUED, "feedback_received", "closed", False),
        (domain.RECEIVED, "delivered", "numbered", False),
        (domain.RECEIVED, "signed", "returned", False),
        (domain.RECEIVED, "signed", "withdrawn", False),
        (domain.RECEIVED, "disposition_proposed", "shelved", True),
        (domain.RECEIVED, "shelved", "fed_back", False),
        (domain.RECEIVED, "case_filed", "fed_back", False),
        (domain.STUB, "handed_over", "voided", False),
    ],
)
def test_steps_that_matter(machine, before, after, allowed) -> None:
    assert machine.allows(before, after) is allowed


@pytest.mark.parametrize("machine", [domain.ISSUED, domain.RECEIVED, domain.STUB, domain.ANNOUNCED])
def test_every_state_can_be_reached(machine) -> None:
    reached, waiting = {machine.initial}, [machine.initial]
    while waiting:
        for after in machine.steps.get(waiting.pop(), ()):
            if after not in reached:
                reached.add(after)
                waiting.append(after)
    assert reached == set(machine.states)


def test_shelving_waits_and_every_other_disposition_goes_on() -> None:
    assert {code: domain.state_after_disposition(code) for code, _ in domain.Disposition.choices()} == {
        "talk_inquiry": "disposed", "preliminary_verification": "disposed", "shelved": "shelved", "closed_no_action": "disposed",
    }


@pytest.mark.parametrize(
    ("status", "due"), [("registered", None), ("sent", 1), ("signed", 2), ("reactivated", 2), ("disposed", 3), ("verified", 3), ("feedback_received", 3), ("closed", None)]
)
def test_the_day_that_matters_follows_the_state(status, due) -> None:
    days = {1: date(2026, 1, 1), 2: date(2026, 2, 2), 3: date(2026, 3, 3)}
    assert domain.due_now(status, sign=days[1], dispose=days[2], feedback=days[3]) == days.get(due)


@pytest.mark.parametrize(
    ("urged", "due_on", "may"), [(0, DAY, False), (0, date(2026, 3, 15), True), (1, DAY, True), (0, None, False)]
)
def test_supervising_comes_after_urging_or_the_last_day(urged, due_on, may) -> None:
    assert domain.may_supervise(urged=urged, due_on=due_on, today=DAY) is may


def test_outcomes_are_said_as_counts_only() -> None:
    record = SimpleNamespace(**{key: 0 for key, _, _ in domain.OUTCOMES} | {"case_filed": 1, "money_recovered": Decimal("11.3000")})
    assert domain.outcome_text(record) == "立案1人,挽回资金11.3万元"


def test_a_clue_counts_once_and_in_its_own_class() -> None:
    totals = domain.tally([
        domain.Counted(signed=True, signed_on_time=True, disposition="shelved", disposed_on_time=True),
        domain.Counted(signed=True, returned=True, disposition="talk_inquiry", fed_back=True, fed_back_on_time=True, closed=True),
        domain.Counted(),
    ])
    assert (totals["transferred"], totals["signed"], totals["signed_on_time"], totals["returned"]) == (3, 2, 1, 1)
    assert (totals["disposed"], totals["disposed_shelved"], totals["disposed_talk_inquiry"], totals["closed"]) == (2, 1, 1, 1)


def test_small_counts_are_withheld_and_zero_is_told() -> None:
    shown = domain.withhold_small({"transferred": 5, "disposed": 2, "disposed_shelved": 2, "closed": 0})
    assert shown == {"transferred": 5, "disposed": None, "disposed_shelved": None, "closed": 0}


@given(st.lists(st.integers(min_value=0, max_value=9), min_size=4, max_size=4))
def test_a_withheld_part_cannot_be_had_by_subtraction(parts: list[int]) -> None:
    totals = dict(zip(domain.DISPOSITION_MEASURES, parts, strict=True)) | {"disposed": sum(parts)}
    shown = domain.withhold_small(totals)
    hidden = [name for name in domain.DISPOSITION_MEASURES if shown[name] is None]
    assert all(totals[name] not in (1, 2) or shown[name] is None for name in totals)
    assert shown["disposed"] is None or len(hidden) != 1


@pytest.mark.parametrize(
    ("measure", "values", "text"),
    [("signed", [4], "4"), ("signed", [None], "<3"), ("signed", [5, None], "6–7"), ("signed", [0], "0"), ("disposed_shelved", [None], "≥1"), ("disposed", [3, None], "≥4")],
)
def test_what_is_withheld_is_shown_as_a_range(measure, values, text) -> None:
    assert sum((domain.Told.of(measure, value) for value in values), domain.Told()).text == text


@pytest.mark.parametrize(("one", "other", "agrees"), [((4, 4), (4, 4), True), ((4, 4), (5, 5), False), ((6, 6), (6, 7), None), ((8, 8), (6, 7), False), ((3, 3), (1, None), None)])
def test_two_counts_differ_only_when_their_ranges_are_apart(one, other, agrees) -> None:
    assert domain.Told(*one).agrees(domain.Told(*other)) is agrees
    assert domain.Told(*other).agrees(domain.Told(*one)) is agrees


def test_an_offices_tally_keeps_its_id_and_differs_by_role_and_year() -> None:
    one = domain.tally_id("990121-inspection", "issuer", 2026)
    assert one == domain.tally_id("990121-inspection", "issuer", 2026)
    assert len({one, domain.tally_id("990121-inspection", "receiver", 2026), domain.tally_id("990121-inspection", "issuer", 2027)}) == 3
