"""Posts: many per person, but never two admin duties; permissions come from posts and from nothing else."""

import itertools

import pytest

from nodekit.identity.permissions import SYSTEM_PERMISSIONS, permissions_of
from nodekit.identity.posts import ADMIN_DUTIES, POSTS, PRESETS, PostsNotAllowed, resolve_posts
from nodekit.spec import NodeSpec, Permission, Slice
from shared_schemas.offices import OfficeKind, Tier

SPEC = NodeSpec(
    service="sample",
    kind=OfficeKind.INSPECTION,
    tiers=(Tier.COUNTY,),
    slices=(Slice(name="sample.issuer", title="样", package="x", permissions=(Permission("sample.send", "发送", frozenset({"office_director"})),)),),
)


@pytest.mark.parametrize("pair", list(itertools.combinations(ADMIN_DUTIES, 2)))
def test_two_admin_duties_never_meet_in_one_hand(pair: tuple[str, str]) -> None:
    with pytest.raises(PostsNotAllowed):
        resolve_posts(["office_clerk", *pair], OfficeKind.INSPECTION)


def test_a_small_office_shares_posts_by_preset() -> None:
    assert resolve_posts(["preset:small-office-head", "team_leader"], OfficeKind.INSPECTION) >= {"office_director", "team_leader"}
    for kind in OfficeKind:
        for name, kinds in PRESETS.items():
            if kind in kinds:
                assert resolve_posts([f"preset:{name}"], kind)


@pytest.mark.parametrize(
    ("post", "kind"),
    [
        ("discipline_desk", OfficeKind.INSPECTION),
        ("office_clerk", OfficeKind.DISCIPLINE),
        ("reporter", OfficeKind.INSPECTION),
        ("preset:nobody", OfficeKind.SECTOR),
        ("preset:team", OfficeKind.DISCIPLINE),
    ],
)
def test_a_post_of_another_kind_of_office_is_refused(post: str, kind: OfficeKind) -> None:
    with pytest.raises(PostsNotAllowed):
        resolve_posts([post], kind)


def test_nothing_is_allowed_by_default() -> None:
    assert permissions_of(SPEC, []) == frozenset()
    assert permissions_of(SPEC, ["team_member"]) == frozenset()


def test_permissions_follow_posts() -> None:
    assert "sample.send" in permissions_of(SPEC, ["office_director"])
    assert permissions_of(SPEC, ["audit_officer"]) == {"audit.read", "exchange.evidence", "exchange.read", "trace.read"}


def test_no_admin_duty_may_alone_create_an_account_and_give_it_posts() -> None:
    for duty in ADMIN_DUTIES:
        assert not {"identity.accounts", "identity.grant"} <= permissions_of(SPEC, [duty])


def test_every_post_named_by_a_permission_exists() -> None:
    assert all(permission.posts <= set(POSTS) for permission in SYSTEM_PERMISSIONS)


def test_a_province_says_xunshi() -> None:
    assert (POSTS["office_director"].label_for(Tier.PROVINCE), POSTS["office_director"].label_for(Tier.COUNTY)) == ("巡视办主任", "巡察办主任")
