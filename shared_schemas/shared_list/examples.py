"""Golden examples, one per event type at least. Published in contracts/ and parsed by every later release."""

from datetime import UTC, date, datetime
from uuid import UUID

from shared_schemas.event import Event
from shared_schemas.shared_list import v1

LIST = UUID("01931f60-0000-7000-8000-000000000001")
POLICY = UUID("01931f60-0000-7000-8000-000000000011")
PROBLEM = UUID("01931f60-0000-7000-8000-000000000012")
ADDED = UUID("01931f60-0000-7000-8000-000000000013")
PROPOSAL = UUID("01931f60-0000-7000-8000-000000000021")
COMMENT = UUID("01931f60-0000-7000-8000-000000000031")
TITLE = "八届三轮“3+2”清单"

EXAMPLES: list[Event] = [
    v1.ListSolicited(
        list_id=LIST,
        number=2,
        title=TITLE,
        kind_title="“3+2”清单",
        round_label="八届三轮",
        note="请结合本地实际提出修改建议,无意见也请回复。",
        due_on=date(2026, 3, 13),
    ),
    v1.ProposalsSubmitted(
        list_id=LIST,
        number=2,
        solicited=True,
        replied_by="经办人戊",
        proposals=[
            v1.Proposal(
                proposal_id=PROPOSAL,
                change="modify",
                item_key=PROBLEM,
                item_number="问题-01",
                content="增加“村级固定资产台账与实物不符”情形。",
                reason="上轮巡察在3个村发现同类情况。",
            )
        ],
    ),
    v1.ProposalsSubmitted(list_id=LIST, number=2, solicited=True, replied_by="经办人己", proposals=[]),
    v1.ProposalDecided(list_id=LIST, proposal_id=PROPOSAL, outcome="adopted", adopted_in=2, decided_on=date(2026, 3, 16)),
    v1.ListPublished(
        list_id=LIST,
        number=2,
        title=TITLE,
        kind="three_plus_two_list",
        kind_title="“3+2”清单",
        round_label="八届三轮",
        serial="演巡办〔2026〕7号",
        note="请结合实际参照修改。",
        published_on=date(2026, 3, 20),
        sign_due_on=date(2026, 3, 24),
        adapt_due_on=date(2026, 4, 10),
        item_total=2,
        first_position=0,
        page=1,
        pages=1,
        basis=[
            v1.BasisDocument(title="关于加强巡视巡察上下联动的意见"),
            v1.BasisDocument(title="市委巡察上下联动实施方案", serial="演办发〔2025〕9号", issued_by="演示市委办公室"),
        ],
        items=[
            v1.ListItem(
                key=POLICY,
                number="政策-01",
                kind="policy_list",
                kind_title="政策清单",
                section="惠农补贴",
                content="耕地地力保护补贴发放政策。",
                basis="示农发〔2025〕3号",
                locked=True,
            ),
            v1.ListItem(
                key=PROBLEM,
                number="问题-01",
                kind="problem_list",
                kind_title="问题清单",
                section="惠农补贴",
                content="补贴资金滞留、超范围发放。",
                links=[POLICY],
            ),
        ],
    ),
    v1.ListSigned(list_id=LIST, number=2, signed_by="经办人戊", signed_at=datetime(2026, 3, 23, 1, 5, tzinfo=UTC)),
    v1.ListProgressed(list_id=LIST, number=2, revision=0, status="adapting", decided=1, total=2),
    v1.AdaptationFiled(
        list_id=LIST,
        number=2,
        revision=1,
        confirmed_on=date(2026, 4, 2),
        meeting="县委巡察工作领导小组2026年第2次会议",
        filed_by="办公室主任",
        departures_total=2,
        page=1,
        pages=1,
        adopted=[POLICY],
        departures=[
            v1.FiledItem(
                key=PROBLEM,
                decision="modify",
                number="问题-01",
                section="惠农补贴",
                content="补贴资金滞留镇财政专户、超范围发放。",
                reason="县内资金经镇财政专户拨付。",
            ),
            v1.FiledItem(key=ADDED, decision="add", number="问题-02", section="惠农补贴", content="公益林补贴未公示。", reason="本县林地多。"),
        ],
    ),
    v1.FilingCommented(list_id=LIST, number=2, revision=1, comment_id=COMMENT, text="修改有据,建议补充公示时限。", commented_by="经办人庚"),
    v1.ListUrged(list_id=LIST, number=2, level="urge", times=2, note="请于本周内签收。"),
    v1.ListWithdrawn(list_id=LIST, number=2, reason="依据文件已修订,另行印发。"),
    v1.ListRetired(list_id=LIST, number=2, note="八届三轮巡察已结束。"),
    v1.ExtensionRequested(list_id=LIST, number=2, until=date(2026, 4, 20), reason="领导小组会议推迟召开。"),
    v1.ExtensionDecided(list_id=LIST, number=2, granted=True, adapt_due_on=date(2026, 4, 20)),
]
