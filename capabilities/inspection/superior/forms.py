"""Forms of the superior office."""

from pydantic import Field

from nodekit.web.ledger import Form


class AcknowledgeForm(Form):
    number: str = Field(title="备案号", min_length=2, max_length=60, description="如:演巡备〔2026〕3号")
    remarks: str = Field(default="", title="指导意见", max_length=2_000, description="备案不是审批;需要提醒的事项写在这里,对方可见")


class ReturnForm(Form):
    reason: str = Field(title="退回原因", min_length=2, max_length=2_000, description="写清需补正的内容")


class UrgeReportForm(Form):
    note: str = Field(default="", title="催报说明", max_length=2_000)
