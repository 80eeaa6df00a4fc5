import asyncio

from tests.federation.indicators.test_upward import *


async def test_dbg(start_federation):
    async with start_federation(only(CITY, COUNTY)) as fed:
        city = await fed[CITY].login("office_director")
        await one_finding(fed, COUNTY)
        await asyncio.sleep(3)
        for n in fed:
            print(n.office, [await n.scalar(q) for q in ("select count(*) from indicators_reporter.own_cells","select count(*) from indicators_collector.node_cells","select string_agg(type||' '||dst||' '||coalesce(final,'-')||coalesce(final_code,''),'; ') from nodekit.outbox","select string_agg(src||' '||type||' '||status||code||reason,'; ') from nodekit.inbox","select string_agg(indicator||value::text||period_kind||dimensions::text,';') from indicators_collector.node_cells where indicator like 'find%'")])
        r = await city.get("/api/indicators/figures/findings_total"); print(r.status_code, r.text[:500])
        assert 0
