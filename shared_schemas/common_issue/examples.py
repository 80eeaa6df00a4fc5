"""Golden examples, one per event type at least. Published in contracts/ and parsed by every later release."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from shared_schemas.common_issue import v1
from shared_schemas.event import Event

REPORT, FINDING, ESCALATION, COPY, NEWER = (UUID(f"01932a10-0000-7000-8000-0000000000{n:02d}") for n in range(1, 6))
REPLY = {"copy_id": COPY, "replied_by": "经办人戊", "replied_on": date(2026, 4, 10)}

EXAMPLES: list[Event] = [
    v1.FindingsReported(
        report_id=REPORT, serial="样巡报〔2026〕2号", round_label="八届三轮",
        findings=[v1.ReportedFinding(
            finding_id=FINDING, category="F2.4", text="固定资产账面与实物不符,部分设备未入账。", unit="0f1e2d3c4b5a6978", confirmed_on=date(2026, 3, 2), cross_tags=["教育"],
        )],
    ),
    v1.FindingsPooled(report_id=REPORT, pooled=1),
    v1.FindingsWithdrawn(report_id=REPORT, finding_ids=[FINDING], explanation="该问题经复核作废。"),
    v1.IssueEscalated(
        escalation_id=ESCALATION, document_number="样巡提〔2026〕1号", local_number="CI-2026-001", title="基层资产管理系统与财政系统不衔接", category="F2.4",
        statement="资产卡片与财政系统数据口径不一,本级无权调整系统。", wanted="请市级协调主管部门统一口径。", units=6, escalated_on=date(2026, 3, 20),
    ),
    v1.EscalationWithdrawn(escalation_id=ESCALATION, explanation="本级已协调解决。"),
    v1.EscalationDecided(
        escalation_id=ESCALATION, local_number="CI-2026-001", outcome="taken_up", issue_number="CI-2026-004", decided_by="主任甲", decided_on=date(2026, 3, 25)
    ),
    v1.InstrumentIssued(
        copy_id=COPY, kind="circular", document_number="演巡通〔2026〕3号", issue_number="CI-2026-003", title="关于固定资产管理不到位问题的通报", category="F2.4",
        statement="固定资产账实不符、处置未报批等问题较为普遍。", typical_case="某单位17台设备未入账。", requirement="请对照自查,即知即改,并报送自查情况。",
        units=11, offices=3, signed_off_by="主任甲", issued_on=date(2026, 3, 30), sign_due_on=date(2026, 4, 1), result_due_on=date(2026, 4, 29),
        due_why="对照自查默认期限30日。", counts_required=True,
    ),
    v1.InstrumentSigned(copy_id=COPY, signed_by="经办人戊", signed_on=date(2026, 3, 31)),
    v1.InstrumentReturned(copy_id=COPY, reason="wrong_addressee", explanation="不属本部门职责。", returned_by="部门联系人癸"),
    v1.InstrumentWithdrawn(copy_id=COPY, explanation="主送有误。"),
    v1.WithdrawalConfirmed(copy_id=COPY),
    v1.InstrumentSuperseded(copy_id=COPY, by_number="演巡通〔2026〕5号", by_copy_id=NEWER, carried_over=True, explanation="自查范围扩大到下属单位。"),
    v1.InstrumentIssued(
        copy_id=NEWER, kind="circular", document_number="演巡通〔2026〕5号", issue_number="CI-2026-003", title="关于固定资产管理不到位问题的补充通报", category="F2.4",
        statement="固定资产账实不符、处置未报批等问题较为普遍,下属单位同样存在。", requirement="自查范围扩大到下属单位。", units=14, offices=3, signed_off_by="主任甲",
        issued_on=date(2026, 4, 12), sign_due_on=date(2026, 4, 14), result_due_on=date(2026, 5, 12), counts_required=True, replaces=COPY,
        replaces_number="演巡通〔2026〕3号", carried_over=True,
    ),
    v1.LetterPassedOn(
        letter_id=COPY, document_number="演巡通〔2026〕3号", superior="990100-inspection", title="关于固定资产管理不到位问题的通报", category="F2.4",
        statement="固定资产账实不符、处置未报批等问题较为普遍。", requirement="请对照自查,即知即改,并报送自查情况。", units=11, offices=3,
        addressees=["990121-discipline"], paper_units=["样例县教育局党组"], reply_due_on=date(2026, 4, 22), approved_by="主任甲", approved_by_id=FINDING,
    ),
    v1.InstrumentVoided(copy_id=COPY, notice="原通报数据有误,以演巡通〔2026〕4号为准。"),
    v1.PlanReplied(number=1, text="成立工作专班,分三步开展清查。", **REPLY),
    v1.GovernanceProgressed(number=2, text="已完成自查。", counts=v1.Counts(units_checked=28, found=9, rectified=4), **REPLY),
    v1.ResultReplied(
        number=3, text="自查整改已完成。", document_number="样巡报〔2026〕9号",
        counts=v1.Counts(units_checked=28, found=9, rectified=9, institutions=2, amount=Decimal("12.6")), **REPLY,
    ),
    v1.ResultAssessed(copy_id=COPY, number=3, accepted=False, opinion="制度建设情况未说明。", due_on=date(2026, 5, 12)),
    v1.InstrumentClosed(copy_id=COPY, closed_on=date(2026, 5, 20)),
    v1.InstrumentUrged(copy_id=COPY, step="result", count=1, explanation="请按期报送。"),
    v1.InstrumentSupervised(copy_id=COPY, document_number="演巡督〔2026〕2号", requirement="请于期限内报送。", due_on=date(2026, 5, 20)),
    v1.ExtensionRequested(copy_id=COPY, until=date(2026, 5, 20), explanation="涉及单位较多。"),
    v1.ExtensionDecided(copy_id=COPY, granted=True, until=date(2026, 5, 20)),
]
