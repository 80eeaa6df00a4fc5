"""A page of a register costs the same number of statements, however many rows it shows."""

from nodekit.testing import TestNode
from tests.support.inspection import FINDINGS, Desk
from tests.support.statements import counted_statements


async def test_a_page_of_findings_costs_no_more_statements_with_more_rows(node: TestNode, desk: Desk) -> None:
    _, team_id, target = await desk.working_round()
    for _ in range(2):
        await desk.finding(team_id, target)
    costs = []
    for _ in range(2):
        with counted_statements(node.node, "inspection_office") as seen:
            html = await desk.client.page(FINDINGS, size=50)
        costs.append((html.count('<td class="col-actions">'), len(seen)))
        for _ in range(10):
            await desk.finding(team_id, target)
    assert [rows for rows, _ in costs] == [2, 12]
    assert costs[0][1] == costs[1][1], seen
    rows = [statement for statement in seen if "findings.statement" in statement]
    assert rows
    assert not [statement for statement in rows if "FROM inspection_office.batches" in statement], "the counts of a round are computed again for every finding of it"
