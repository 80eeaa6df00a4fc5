"""Forms of filings sent upward."""

from pydantic import Field

from capabilities.inspection.office.forms.targets import REASON_MAX
from nodekit.web.ledger import Form


class WithdrawForm(Form):
    reason: str = Field(title="撤回原因", min_length=2, max_length=REASON_MAX)
