"""Golden examples: what every release must be able to read. Fictional throughout; persons are placeholders."""

from datetime import date
from uuid import UUID

from shared_schemas.event import Event
from shared_schemas.lifted_inspection import secondment, v1
from shared_schemas.lifted_inspection.common import Candidate, ChainLink, HandedFinding, Interest, TargetFacts

PROPOSAL, TASK = UUID("5a7d3c10-9b1e-4f52-8a44-1c2d3e4f5a01"), UUID("5a7d3c10-9b1e-4f52-8a44-1c2d3e4f5a02")
PAPER, LENT = UUID("5a7d3c10-9b1e-4f52-8a44-1c2d3e4f5a03"), UUID("5a7d3c10-9b1e-4f52-8a44-1c2d3e4f5a04")
QUESTION, PERSON = UUID("5a7d3c10-9b1e-4f52-8a44-1c2d3e4f5a05"), UUID("5a7d3c10-9b1e-4f52-8a44-1c2d3e4f5a06")
CITY, COUNTY, SECOND = "990100-inspection", "990121-inspection", "990122-inspection"
TARGET, DAY, DUE, LATER = "样例县供销社党组", date(2026, 3, 16), date(2026, 3, 18), date(2026, 9, 16)
FACTS = TargetFacts(last_inspected_year=2021, findings=14, petitions=23, funds_wan=8600, clues=3, clues_urgent=1)

PROPOSALS: list[Event] = [
    v1.LiftedProposed(
        proposal_id=PROPOSAL, revision=1, document_number="样巡提请〔2026〕1号", requester=COUNTY, target_name=TARGET, wanted_kind="cross",
        reasons=["large_funds", "same_level", "petitions"], explanation="社有资产规模大,信访集中。", facts=FACTS,
        chain=[ChainLink(office=CITY, on=DAY, document_number="演巡提请〔2026〕1号", opinion="建议省级统筹。")], proposed_by="主任甲", proposed_on=DAY,
    ),
    v1.LiftedProposalSigned(proposal_id=PROPOSAL, revision=1, signed_by="经办人戊", signed_on=DAY, consult_due_on=date(2026, 3, 30)),
    v1.LiftedProposalReturned(proposal_id=PROPOSAL, revision=1, explanation="请补充近两年信访情况。", returned_by="经办人戊"),
    v1.LiftedWithdrawn(proposal_id=PROPOSAL, revision=1, explanation="申请有误。"),
    v1.LiftedWithdrawalAnswered(proposal_id=PROPOSAL, revision=1, accepted=True),
    v1.LiftedProposalUrged(proposal_id=PROPOSAL, count=1),
    v1.LiftedProgressed(proposal_id=PROPOSAL, passed_on=True, stage="consulting", office=CITY, on=DAY, note="演示市纪委监委"),
    v1.LiftedDecided(
        proposal_id=PROPOSAL, outcome="approved", document_number="演巡提复〔2026〕1号", decided_by=CITY, decided_on=DAY, kind="cross",
        explanation="同意开展交叉巡察。", sign_due_on=DUE,
    ),
    v1.LiftedDecisionSigned(proposal_id=PROPOSAL, document_number="演巡提复〔2026〕1号", signed_by="经办人戊", signed_on=DAY),
    v1.LiftedConsultRequested(
        consultation_id=QUESTION, document_number="演巡提商〔2026〕1号", target_name=TARGET, wanted_kind="cross", reasons=["large_funds"], facts=FACTS,
        question="对必要性有何意见。", due_on=date(2026, 3, 30), requested_by="经办人戊",
    ),
    v1.LiftedConsultSigned(consultation_id=QUESTION, signed_by="案管室庚", signed_on=DAY),
    v1.LiftedConsultReplied(consultation_id=QUESTION, opinion="agree", text="同意。", replied_by="对口室辛", replied_on=DAY),
]
COMMON = {"task_id": TASK, "paper_id": PAPER, "target_name": TARGET, "sign_due_on": DUE}
TASKS: list[Event] = [
    v1.LiftedTasked(
        **COMMON, document_number="演巡提任〔2026〕1号", text="重点巡察社有资产出租。", addressee="host", kind="cross", host=COUNTY, contributors=[SECOND],
        counting_owner=CITY, proposal_id=PROPOSAL, planned_entry_on=DAY, planned_end_on=date(2026, 4, 30),
    ),
    v1.LiftedEntryNoticed(**COMMON, document_number="演巡提进〔2026〕1号", addressee="inspected_org", entered_on=DAY, ends_on=date(2026, 4, 30)),
    v1.LiftedFedBack(**COMMON, document_number="演巡提馈〔2026〕1号", text="反馈意见。", addressee="host_committee", fed_back_on=DAY, findings=1, result_due_on=LATER),
    v1.LiftedHandedOver(
        **COMMON, document_number="演巡提移〔2026〕1号", addressee="host", handed_over_on=DAY,
        findings=[HandedFinding(number="TJ-01-001", category="F2.2", statement="社有门面低于评估价出租。")], clues=3, clues_note="另行移交。",
    ),
    v1.LiftedPaperSigned(paper_id=PAPER, revision=1, signed_by="经办人戊", signed_on=DAY),
    v1.LiftedPaperReturned(paper_id=PAPER, revision=1, explanation="缺附件。"),
    v1.LiftedPaperUrged(paper_id=PAPER, count=1),
    v1.LiftedRectificationReported(
        task_id=TASK, number=1, step="evaluation", text="整改到位。", findings=5, rectified=4, long_term=1, reported_by="督查整改科己", reported_on=DAY
    ),
    v1.LiftedReportReviewed(task_id=TASK, number=1, accepted=True),
    v1.LiftedResultUrged(task_id=TASK, count=1, text="请按期上报。"),
    v1.LiftedExtensionRequested(task_id=TASK, until=LATER, explanation="涉诉。"),
    v1.LiftedExtensionDecided(task_id=TASK, granted=True, until=LATER),
    v1.LiftedClosed(task_id=TASK, closed_on=DAY, summary="整改到位。"),
    v1.LiftedVoided(task_id=TASK, explanation="机构撤并。"),
]
PEOPLE: list[Event] = [
    secondment.LiftedSecondmentRequested(
        secondment_id=LENT, task_id=TASK, document_number="演巡抽商〔2026〕1号", target_name=TARGET, skills=["finance_audit"], number=1, begins_on=DAY,
        ends_on=date(2026, 4, 30), reply_due_on=date(2026, 3, 23), requested_by="经办人戊",
    ),
    secondment.LiftedSecondmentSigned(secondment_id=LENT, signed_by="经办人戊", signed_on=DAY),
    secondment.LiftedSecondmentDeclined(secondment_id=LENT, explanation="人员均在岗巡察。"),
    secondment.LiftedCandidatesOffered(
        secondment_id=LENT, offered_by="经办人戊",
        candidates=[
            Candidate(
                candidate_id=PERSON, name="抽调干部丑", unit="范例县财政局", rank="科员", skills=["finance_audit"],
                interests=[Interest(kind="relative", place="样例县供销社"), Interest(kind="former_unit", place="范例县审计局", until=date(2020, 1, 1))],
            )
        ],
    ),
    secondment.LiftedCandidateRejected(secondment_id=LENT, candidate_id=PERSON, recusal=True, replacement=True, explanation="亲属回避。"),
    secondment.LiftedSecondmentLettered(
        secondment_id=LENT, document_number="演巡抽〔2026〕1号", candidate_ids=[PERSON], report_on=DAY, report_at="演示市委巡察办", sign_due_on=DUE
    ),
    secondment.LiftedCandidatesReleased(secondment_id=LENT, document_number="演巡抽〔2026〕1号", signed_by="经办人戊", released_on=DAY),
    secondment.LiftedCandidatesJoined(secondment_id=LENT, joined_on=DAY),
    secondment.LiftedCandidateReturned(secondment_id=LENT, candidate_id=PERSON, returned_on=LATER, appraisal="较好完成任务。"),
    secondment.LiftedSecondmentCancelled(secondment_id=LENT, explanation="任务作废。"),
]
EXAMPLES: list[Event] = [*PROPOSALS, *TASKS, *PEOPLE]
