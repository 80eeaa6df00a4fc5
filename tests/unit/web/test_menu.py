"""The menu fits a small screen: where the officer is stays open, what does not fit is folded away with its count."""

from nodekit.web.shell import RAIL_LINES, MenuGroup, MenuLine, _fold


def group(title: str, lines: int, *, waiting: int = 0, current: bool = False) -> MenuGroup:
    made = [MenuLine(f"{title}{n}", f"/{title}/{n}", "list") for n in range(lines)]
    made[0].count, made[0].current = waiting, current
    return MenuGroup(title, made)


def test_a_menu_that_fits_is_open() -> None:
    groups = [group("工作台", 1), group("线索移交", 3), group("系统管理", 4)]
    _fold(groups)
    assert all(each.open for each in groups)


def test_the_present_group_is_open_however_long_it_is() -> None:
    here = group("联动协同", RAIL_LINES + 5, current=True)
    others = [group("巡察实施", 9, waiting=2), group("系统管理", 4)]
    _fold([here, *others])
    assert here.open
    assert not any(each.open for each in others)
    assert others[0].count == 2


def test_groups_where_something_waits_come_before_quiet_ones() -> None:
    quiet, waiting = group("联动协同", 15), group("巡察实施", 9, waiting=1)
    _fold([group("工作台", 1, current=True), quiet, waiting])
    assert waiting.open
    assert not quiet.open
