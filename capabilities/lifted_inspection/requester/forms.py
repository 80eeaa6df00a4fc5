"""What officers of the asking office fill in."""

from uuid import UUID

from pydantic import Field

from capabilities.lifted_inspection.common.forms import WishForm
from nodekit.web.ledger import Form


class TargetForm(Form):
    """The target as the office's own register knows it."""

    target: UUID | None = Field(default=None, title="从对象库选择", description="库中没有的,在“党组织名称”填写")


class RequestForm(WishForm, TargetForm):
    """提级巡察申请. (The last base's fields come first.)"""
