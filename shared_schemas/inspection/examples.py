"""One golden example per event type; contracts are generated from them and today's code must always read them."""

from datetime import date
from uuid import UUID

from shared_schemas.event import Event
from shared_schemas.inspection.v1 import (
    FilingAcknowledged,
    FilingReturned,
    FilingSigned,
    FilingUrged,
    FilingWithdrawn,
    FindingConfirmed,
    FindingVoided,
    ReportFiled,
    ReportUrged,
    RoundArchived,
    RoundFedBack,
    RoundSummary,
    SchemeFiled,
)

FILING = UUID("0192a000-0000-7000-8000-000000000001")
REPORT = UUID("0192a000-0000-7000-8000-000000000002")
ROUND = UUID("0192a000-0000-7000-8000-000000000003")
FINDING = UUID("0192a000-0000-7000-8000-000000000004")
TARGET = UUID("0192a000-0000-7000-8000-000000000005")

SUMMARY = RoundSummary(
    round_id=ROUND, term="八届", number=3, name="八届县委第三轮巡察", kind="routine", counting_owner="990121-inspection",
    planned_entry_on=date(2026, 3, 16), planned_end_on=date(2026, 5, 15), teams=2, targets=["样例县教育局党组", "样例县青山镇党委"],
)

EXAMPLES: list[Event] = [
    SchemeFiled(
        filing_id=FILING, revision=1, title="八届县委第三轮巡察工作方案", document="样巡办〔2026〕7号",
        content="围绕“三个聚焦”,对2个党组织开展常规巡察。", basis_documents=["演巡办〔2026〕2号"], round=SUMMARY,
    ),
    ReportFiled(
        filing_id=REPORT, revision=1, title="八届县委第三轮巡察综合情况报告", document="样巡组〔2026〕3号", content="共发现问题7个。",
        heard_on=date(2026, 6, 10), fed_back_on=date(2026, 6, 18), findings=7, round=SUMMARY,
    ),
    FilingSigned(filing_id=FILING, revision=1, signed_by="经办人戊"),
    FilingAcknowledged(filing_id=FILING, revision=1, number="演巡备〔2026〕3号", remarks="请进一步细化延伸巡察安排。"),
    FilingReturned(filing_id=FILING, revision=1, reason="未附任务分工。"),
    FilingWithdrawn(filing_id=FILING, revision=1, reason="进驻时间调整,重新拟定。"),
    FilingUrged(filing_id=FILING, times=1),
    ReportUrged(filing_id=FILING, times=1, note="请于月底前报送综合报告。"),
    FindingConfirmed(finding_id=FINDING, round_id=ROUND, target_id=TARGET, number="YL-01-004", category="F2.4", level="instance"),
    FindingVoided(finding_id=FINDING, number="YL-01-004"),
    RoundArchived(round_id=ROUND, name="八届县委第三轮巡察", archived_on=date(2026, 12, 31)),
    RoundFedBack(round_id=ROUND, name="八届县委第三轮巡察", fed_back_on=date(2026, 6, 18), document="样巡反〔2026〕1号", findings=7),
]
