"""When a node counts as full, and when no longer."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from nodekit import space
from nodekit.space import REFUSED_FOR_S, DiskFull, Space, is_out_of_space


class Disk:
    """A disk of 100 bytes."""

    def __init__(self, used: int) -> None:
        self.used = used

    def __call__(self, _place: Path) -> tuple[int, int, int]:
        return 100, self.used, 100 - self.used


def test_a_disk_over_the_limit_is_full_and_a_little_below_it_is_not_yet_free() -> None:
    disk = Disk(90)
    watched = Space({"数据库": Path("/data")}, 90.0, disk)
    said = []
    for used in (90, 91, 90, 89, 90, 91):
        disk.used = used
        watched.look()
        said.append(watched.full)
    assert said == [False, True, True, False, False, True]
    assert watched.reasons == ["数据库所在磁盘已用 91%(上限 90%)"]
    with pytest.raises(DiskFull):
        watched.require()


def test_one_full_disk_is_enough_and_folders_that_are_not_here_are_not_watched(tmp_path: Path) -> None:
    watched = Space({"数据库": Path("/"), "消息服务": Path("/no/such/folder")}, 100.0)
    watched.look()
    assert [volume.title for volume in watched.volumes] == ["数据库"] and not watched.full

    def usage(place: Path) -> tuple[int, int, int]:
        return (100, 95, 5) if place == tmp_path else (100, 10, 90)

    watched = Space({"数据库": Path("/"), "消息服务": tmp_path}, 90.0, usage)
    watched.look()
    assert watched.full and len(watched.reasons) == 1 and "消息服务" in watched.reasons[0]


def test_space_kept_for_root_is_nobodys() -> None:
    watched = Space({"数据库": Path("/data")}, 90.0, lambda _place: (100, 85, 5))
    watched.look()
    assert watched.full, "94 % of what can be used at all"


def test_a_refusal_of_the_database_counts_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(space.time, "monotonic", lambda: now)
    watched = Space({}, 90.0)
    watched.ran_out()
    assert watched.full and watched.reasons == ["数据库因磁盘空间不足拒绝写入"]
    now += REFUSED_FOR_S
    assert not watched.full and watched.reasons == []


def test_what_the_database_says_is_told_from_other_errors() -> None:
    class Refusal(Exception):
        sqlstate = "53100"

    assert is_out_of_space(Refusal()) and is_out_of_space(DBAPIError("INSERT", {}, Refusal()))
    assert not is_out_of_space(OSError(28, "No space left on device")) and not is_out_of_space(DBAPIError("INSERT", {}, ValueError()))
