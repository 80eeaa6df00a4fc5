"""What officers of the asking office fill in."""

from uuid import UUID

from pydantic import Field

from capabilities.lifted_inspection.common.forms import WishForm


class RequestForm(WishForm):
    """提级巡察申请."""

    target: UUID | None = Field(default=None, title="从对象库选择", description="库中没有的在下栏填写名称")
