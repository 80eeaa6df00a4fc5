"""Refusals about published figures."""

from typing import Any

from nodekit.errors import NodeError, Refused


class RowsWrong(NodeError):
    """At least one row is wrong; nothing was entered."""

    code = "indicators.rows_wrong"
    status = 422

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        super().__init__(f"有{len(rows)}行填写不正确,未导入任何数据。", hint="请按行、列提示更正后重新导入。", rows=rows)


class NothingToImport(NodeError):
    code = "indicators.nothing_to_import"
    status = 422

    def __init__(self, why: str) -> None:
        super().__init__(f"没有可导入的内容:{why}。", hint="请下载模板,连同表头一起粘贴,或上传 .csv、.xlsx 文件。")


class NotOurs(NodeError):
    """A figure is corrected and withdrawn by the office that submitted it."""

    code = "indicators.not_ours"
    status = 409

    def __init__(self) -> None:
        super().__init__("该数据由其他机关报送,只能由报送机关更正或撤回。", hint="请联系报送机关办理。")


class NothingChanged(NodeError):
    code = "indicators.nothing_changed"
    status = 422

    def __init__(self) -> None:
        super().__init__("更正后的内容与现行数据相同。", hint="请核对数值、单位和精度。")


class ForeignFigures(Refused):
    """An office submits its own figures and passes on those from below it."""

    code = "indicators.foreign_figures"

    def __init__(self) -> None:
        super().__init__("来件中的公开数据不属于发送机关或其下级机关,已拒收。", hint="请核对机构名录中的上下级关系。")
