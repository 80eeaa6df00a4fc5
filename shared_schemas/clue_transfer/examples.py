"""Golden examples: what every release must be able to read. Fictional throughout; persons are placeholders."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from shared_schemas.attachment import Attachment
from shared_schemas.clue_transfer import v1, v2
from shared_schemas.event import Event

TRANSFER = UUID("0c5f6f0e-5a36-4c7e-8c53-3d5d0f6a7b01")
STUB = UUID("8b9a4f56-2f0a-4a39-9a0e-6f1f0c2d3e04")

EXAMPLES: list[Event] = [
    v1.ClueTransferSent(
        transfer_id=TRANSFER, attempt=1, serial="YL-01-X05", document_number="样巡移〔2026〕1号", round_label="八届三轮", urgent=True,
        matter="conduct", person="被反映人A", position="青山镇某站负责人", cadre_tier="county",
        statement="2023年度公益林补贴到账后滞留镇财政专户4个月,涉及上河村等3村61户11.3万元。",
        evidence=[v1.EvidenceItem(title="专户流水复印件", pages=12, kept_by="巡察一组"), v1.EvidenceItem(title="谈话记录2份", pages=6, kept_by="巡察一组")],
        source="个别谈话", excluded_persons=["关系人B"], handed_over_by="经办人戊", sent_on=date(2026, 3, 16), sign_due_on=date(2026, 3, 18),
    ),
    v2.ClueTransferSentWithFiles(
        transfer_id=TRANSFER, attempt=1, serial="YL-01-X05", document_number="样巡移〔2026〕1号", round_label="八届三轮", urgent=False,
        matter="conduct", person="被反映人A", position="青山镇某站负责人", cadre_tier="county", statement="2023年度公益林补贴到账后滞留镇财政专户4个月。",
        source="个别谈话", handed_over_by="经办人戊", sent_on=date(2026, 3, 16), sign_due_on=date(2026, 3, 18),
        attachments=[Attachment(name="专户流水.pdf", size_bytes=481_203, key="A" * 43, blob="0" * 64)],
    ),
    v1.ClueTransferSigned(
        transfer_id=TRANSFER, attempt=1, signed_by="案管经办人己", signed_on=date(2026, 3, 17),
        dispose_due_on=date(2026, 4, 17), feedback_due_on=date(2026, 6, 17),
    ),
    v1.ClueTransferReturned(
        transfer_id=TRANSFER, attempt=1, reason="missing_annex", explanation="证据索引第2项未附,请补齐后再送。", returned_by="案管经办人己", returned_on=date(2026, 3, 17),
    ),
    v1.ClueTransferWithdrawn(transfer_id=TRANSFER, attempt=1, explanation="移交清单有误,撤回更正。"),
    v1.ClueTransferWithdrawalConfirmed(transfer_id=TRANSFER, attempt=1),
    v1.ClueTransferDisposed(transfer_id=TRANSFER, disposition="preliminary_verification", disposed_on=date(2026, 4, 10)),
    v1.ClueTransferReactivated(transfer_id=TRANSFER, reactivated_on=date(2026, 7, 1)),
    v1.ClueTransferFedBack(
        transfer_id=TRANSFER, number=1, disposition="preliminary_verification",
        outcome=v1.Outcome(case_filed=1, discipline_persons=2, money_recovered=Decimal("11.3")), text="已立案1人,资金已发放到户。", final=False,
        fed_back_by="承办人庚", fed_back_on=date(2026, 6, 5), next_due_on=date(2026, 9, 5),
    ),
    v1.ClueTransferFeedbackReviewed(transfer_id=TRANSFER, number=1, accepted=False, explanation="请补充资金发放凭据情况。"),
    v1.ClueTransferClosed(transfer_id=TRANSFER, closed_on=date(2026, 9, 10)),
    v1.ClueTransferUrged(transfer_id=TRANSFER, document_number="样巡催〔2026〕1号", step="feed_back", count=1, explanation="请按期反馈。"),
    v1.ClueTransferSupervised(transfer_id=TRANSFER, document_number="样巡督〔2026〕1号", requirement="请于期限前报送书面情况。", due_on=date(2026, 6, 30)),
    v1.ClueTransferExtensionRequested(transfer_id=TRANSFER, until=date(2026, 7, 17), explanation="涉及外地取证,需延长一个月。"),
    v1.ClueTransferExtensionDecided(transfer_id=TRANSFER, granted=True, until=date(2026, 7, 17)),
    v1.ClueTransferStubRegistered(
        stub_id=STUB, serial="YL-01-X06", slip_number="样巡交〔2026〕1号", registered_on=date(2026, 3, 16), paper_due_on=date(2026, 3, 23), addressee="990100-discipline",
    ),
    v1.ClueTransferStubReceived(stub_id=STUB, received_on=date(2026, 3, 19)),
    v1.ClueTransferStubSettled(stub_id=STUB, received_on=date(2026, 3, 19)),
    v1.ClueTransferStubVoided(stub_id=STUB, voided_on=date(2026, 3, 17)),
    v1.ClueTransferCounted(
        tally_id=UUID("2f1b0a52-1d10-5f4e-8f7b-0d8d9b7b1c11"), role="issuer", year=2026, version=4, as_of=datetime(2026, 6, 5, 2, 0, tzinfo=UTC),
        counts=[v1.Count(measure="transferred", value=6), v1.Count(measure="signed", value=5), v1.Count(measure="disposed_shelved", value=None)],
    ),
]
