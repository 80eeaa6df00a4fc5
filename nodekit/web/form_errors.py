"""What pydantic found wrong, said in Chinese and per field."""

from collections.abc import Iterable, Mapping
from typing import Any

FieldError = dict[str, str]
"""{"path": "items.0.title", "message": "请填写此项"}"""

FALLBACK = "填写不正确"
MESSAGES: dict[str, str] = {
    "missing": "请填写此项",
    "string_too_short": "至少填写 {min_length} 个字",
    "string_too_long": "不能超过 {max_length} 个字",
    "string_pattern_mismatch": "格式不正确",
    "string_type": "应填写文字",
    "string_unicode": "含有无法识别的字符",
    "string_not_ascii": "只能填写英文字母、数字和符号",
    "hostile_text": "含有不可见的控制字符,请删除后重新填写",
    "too_short": "至少填写 {min_length} 项",
    "too_long": "不能超过 {max_length} 项",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "multiple_of": "应为 {multiple_of} 的整数倍",
    "finite_number": "应填写有限的数字",
    "int_type": "应填写整数",
    "int_parsing": "应填写整数",
    "int_parsing_size": "数字过大",
    "int_from_float": "应填写整数,不能带小数",
    "float_type": "应填写数字",
    "float_parsing": "应填写数字",
    "decimal_type": "应填写数字",
    "decimal_parsing": "应填写数字",
    "decimal_max_digits": "数字总位数不能超过 {max_digits} 位",
    "decimal_max_places": "小数不能超过 {decimal_places} 位",
    "decimal_whole_digits": "整数部分不能超过 {whole_digits} 位",
    "bool_type": "请选择“是”或“否”",
    "bool_parsing": "请选择“是”或“否”",
    "enum": "请从所列选项中选择",
    "literal_error": "请从所列选项中选择",
    "choice": "请从所列选项中选择",
    "date_type": "应填写日期,如 2026-03-15",
    "date_parsing": "应填写日期,如 2026-03-15",
    "date_from_datetime_parsing": "应填写日期,如 2026-03-15",
    "date_from_datetime_inexact": "应填写日期,不含时间",
    "date_past": "应为过去的日期",
    "date_future": "应为将来的日期",
    "time_type": "应填写时间,如 09:30",
    "time_parsing": "应填写时间,如 09:30",
    "datetime_type": "应填写日期和时间,如 2026-03-15 09:30",
    "datetime_parsing": "应填写日期和时间,如 2026-03-15 09:30",
    "datetime_object_invalid": "日期或时间不存在",
    "datetime_from_date_parsing": "应填写日期和时间,如 2026-03-15 09:30",
    "datetime_past": "应为过去的时间",
    "datetime_future": "应为将来的时间",
    "timezone_naive": "时间不应带时区",
    "timezone_aware": "时间应带时区",
    "timezone_offset": "时区不正确",
    "time_delta_type": "应填写时长",
    "time_delta_parsing": "应填写时长",
    "uuid_type": "编号格式不正确",
    "uuid_parsing": "编号格式不正确",
    "uuid_version": "编号格式不正确",
    "url_type": "网址格式不正确",
    "url_parsing": "网址格式不正确",
    "url_syntax_violation": "网址格式不正确",
    "url_too_long": "网址过长",
    "url_scheme": "网址格式不正确",
    "list_type": "应填写一组内容",
    "tuple_type": "应填写一组内容",
    "set_type": "应填写一组内容",
    "iterable_type": "应填写一组内容",
    "dict_type": "应填写一组名称和内容",
    "mapping_type": "应填写一组名称和内容",
    "model_type": "内容结构不正确",
    "model_attributes_type": "内容结构不正确",
    "extra_forbidden": "没有这一栏,请删除",
    "json_invalid": "不是有效的 JSON",
    "json_type": "不是有效的 JSON",
    "bytes_type": "应填写文字",
    "bytes_too_short": "内容过短",
    "bytes_too_long": "内容过长",
    "none_required": "此项应为空",
    "union_tag_invalid": "请从所列选项中选择",
    "union_tag_not_found": "缺少类别",
    "recursion_loop": "内容嵌套过深",
    "recursion_depth_exceeded": "内容嵌套过深",
}


def message_for(error: Mapping[str, Any]) -> str:
    """One Chinese sentence part for one pydantic error. Never repeats the input: it may be sealed content."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error") or FALLBACK)
    if kind == "string_too_short" and context.get("min_length") == 1:
        return MESSAGES["missing"]
    template = MESSAGES.get(kind)
    if template is None:
        return _own_words(error)
    try:
        return template.format(**context)
    except KeyError:
        return FALLBACK


def _own_words(error: Mapping[str, Any]) -> str:
    """A slice may raise PydanticCustomError with a Chinese message; an English one is not for officers."""
    text = str(error.get("msg", ""))
    return text if any("\u4e00" <= letter <= "\u9fff" for letter in text) else FALLBACK


def field_errors(errors: Iterable[Mapping[str, Any]], *, skip: int = 0) -> list[FieldError]:
    """What pydantic's `errors()` says as paths and messages; `skip` leading parts of each location are dropped (`body`, `query`)."""
    return [{"path": ".".join(str(part) for part in error["loc"][skip:]), "message": message_for(error)} for error in errors]
