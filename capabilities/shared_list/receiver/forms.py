"""What officers fill in on the adapting side."""

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from nodekit.web.ledger import Form
from shared_schemas.shared_list.v1 import BASIS_CHARS_MAX, CONTENT_CHARS_MAX, ITEMS_MAX, PROPOSAL_CHARS_MAX, PROPOSALS_MAX


class SignForm(Form):
    note: str = Field(default="", title="签收备注", max_length=200)


class AddItemForm(Form):
    """A local addition."""

    number: str = Field(title="编号", description="建议用本地编号,如 样-01", min_length=1, max_length=40)
    kind_title: str = Field(title="所属清单", max_length=40, json_schema_extra={"widget": "select"})
    section: str = Field(default="", title="分节", max_length=100)
    content: str = Field(title="内容", min_length=1, max_length=CONTENT_CHARS_MAX)
    basis: str = Field(default="", title="依据", max_length=BASIS_CHARS_MAX)
    reason: str = Field(title="新增理由", min_length=2, max_length=500)


class ConfirmForm(Form):
    confirmed_on: date = Field(title="审定日期")
    meeting: str = Field(title="审定会议", description="如:县委巡察工作领导小组2026年第2次会议", min_length=4, max_length=120)


class ReviseForm(Form):
    reason: str = Field(title="修订原因", min_length=2, max_length=300)


class Change(StrEnum):
    ADD = "add"
    MODIFY = "modify"
    REMOVE = "remove"
    GENERAL = "general"

    @property
    def label(self) -> str:
        return {"add": "增加条目", "modify": "修改条目", "remove": "删除条目", "general": "总体意见"}[self.value]


class ProposalForm(Form):
    change: Change = Field(title="类别")
    item_number: str = Field(default="", title="条目编号", description="针对已有条目时填写", max_length=40)
    content: str = Field(title="建议内容", min_length=2, max_length=PROPOSAL_CHARS_MAX)
    reason: str = Field(title="理由", min_length=2, max_length=PROPOSAL_CHARS_MAX)


class ReplyForm(Form):
    """Answer to a solicitation."""

    no_comment: bool = Field(default=False, title="无意见", description="没有修改建议也请回复")
    proposals: list[ProposalForm] = Field(default_factory=list, title="意见建议", max_length=PROPOSALS_MAX)


class ExtensionForm(Form):
    until: date = Field(title="申请延至")
    reason: str = Field(title="理由", min_length=2, max_length=500)


class DecisionForm(Form):
    """One decision in JSON. `settlement` settles a merge conflict and then replaces `decision`."""

    item_id: UUID
    decision: Literal["adopt", "modify", "drop", "add"] | None = None
    settlement: Literal["take_upstream", "keep_local", "edit"] | None = None
    content: str = Field(default="", max_length=CONTENT_CHARS_MAX)
    basis: str = Field(default="", max_length=BASIS_CHARS_MAX)
    reason: str = Field(default="", max_length=500)


class DecisionsForm(Form):
    """Decisions on some items of one adaptation: all are taken, or none."""

    version: int | None = Field(default=None, description="The record's version the officer saw; a newer one refuses.")
    decisions: list[DecisionForm] = Field(min_length=1, max_length=2 * ITEMS_MAX)
