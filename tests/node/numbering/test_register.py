"""Numbers are unique and gapless, whoever asks at once and whatever is rolled back; a void one says why."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from nodekit import numbering
from nodekit.numbering.models import GivenNumber, NumberSeries
from nodekit.numbering.register import none_missing
from nodekit.numbering.series import Series

LETTER = Series("巡试", "试验函")
TEAM = Series("线试", "试验编号", "{within}-X{number:02d}", yearly=False, confidential=True)


async def one(county, series: Series = LETTER, within: str = "") -> str:
    async with county.node.unit_of_work() as uow:
        return await numbering.take(uow, series, within=within)


async def missing(county) -> list[str]:
    async with county.node.reading() as uow:
        return list(await none_missing(uow))


async def test_twelve_who_ask_at_once_get_twelve_numbers(county) -> None:
    texts = await asyncio.gather(*(one(county) for _ in range(12)))
    year = county.node.clock().year
    assert sorted(texts) == sorted(f"样巡试〔{year}〕{number}号" for number in range(1, 13))
    assert await missing(county) == []


async def test_a_number_goes_back_with_the_act_that_failed(county) -> None:
    first = await one(county)
    with pytest.raises(RuntimeError, match="refused"):
        async with county.node.unit_of_work() as uow:
            await numbering.take(uow, LETTER)
            raise RuntimeError("refused")
    second = await one(county)
    assert [text.rpartition("〕")[2] for text in (first, second)] == ["1号", "2号"]
    assert await missing(county) == []


async def test_parts_of_a_series_count_for_themselves_and_over_the_years(county) -> None:
    assert [await one(county, TEAM, "YL-01"), await one(county, TEAM, "YL-02"), await one(county, TEAM, "YL-01")] == ["YL-01-X01", "YL-02-X01", "YL-01-X02"]
    async with county.node.reading() as uow:
        assert await numbering.given(uow, TEAM, within="YL-01") == {0: 2}


async def test_a_void_number_stays_taken_and_says_why_once(county) -> None:
    text = await one(county)
    for reason in ("用印错误", "又一次"):
        async with county.node.unit_of_work() as uow:
            await numbering.void(uow, text, reason)
    async with county.node.reading() as uow:
        assert await uow.session.scalar(sa.select(GivenNumber.void_reason).where(GivenNumber.text == text)) == "用印错误"
    assert (await one(county)).endswith("2号")


async def test_a_number_taken_out_of_the_register_is_noticed(county) -> None:
    for _ in range(3):
        await one(county)
    async with county.node.unit_of_work() as uow:
        await uow.session.execute(sa.delete(GivenNumber).where(GivenNumber.number == 2))
    assert await missing(county) == [f"编号序列 巡试({county.node.clock().year})应登记3个,实有2个,请核查缺号。"]


async def test_numbers_from_before_the_register_are_not_missed(county) -> None:
    async with county.node.unit_of_work() as uow:
        await uow.session.execute(sa.insert(NumberSeries).values(series="巡试", year=uow.today.year, last=7, listed_from=8))
    assert await missing(county) == []
    assert (await one(county)).endswith("〕8号")
    assert await missing(county) == []


async def test_a_void_number_without_reason_cannot_be_stored(county) -> None:
    await one(county)
    with pytest.raises(IntegrityError):
        async with county.node.unit_of_work() as uow:
            await uow.session.execute(sa.update(GivenNumber).values(voided_at=uow.now))
