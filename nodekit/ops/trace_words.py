"""What the steps of a trace are called on a page: the technical name stays in the small print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORDS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"^fastapi\.dependencies$", "核对身份,打开事务"), (r"^fastapi\.endpoint$", "办理请求"), (r"^fastapi\.", "处理请求"),
        (r"^GET /static/", "读取页面资源"), (r"^POST /login$", "登录"), (r"^POST /logout$", "退出登录"), (r"^GET /(readyz|healthz)$", "运行检查"),
        (r"^link\.", "通道转发"), (r"^(up|dn|in)\..* create$", "生成消息"), (r"^(up|dn|in)\..* (publish|send)$", "发送消息"),
        (r"^(up|dn|in)\..* (receive|process|deliver)$", "接收消息"), (r"^(up|dn|in)\.", "收发消息"), (r"relay", "发送待发件"), (r"ingest|apply|receive", "接收并办理来件"),
        (r"^GET /api/", "读取数据"), (r"^(POST|PUT|DELETE) /api/", "办理(接口)"),
    )
)
"""First match wins."""
PARTS = {"export.xlsx": "导出Excel", "new": "新建", "print": "打印"}


def words_of(name: str, pages: Mapping[str, str]) -> str:
    """Chinese name of a step.

    Args:
        name: of the span, e.g. `GET /inspection/findings/{record_id}`.
        pages: title of every page of the menu by its address.
    """
    found = next((words for pattern, words in WORDS if pattern.search(name)), None)
    if found:
        return found
    method, _, path = name.partition(" ")
    base = next((address for address in sorted(pages, key=len, reverse=True) if path == address or path.startswith(address + "/")), None)
    if base is None:
        return "打开页面" if method == "GET" else "办理" if path.startswith("/") else "内部环节"
    rest = path.removeprefix(base).strip("/").split("/")[-1]
    act = PARTS.get(rest) or ("查看记录" if rest.startswith("{") else "" if not rest else "填写表单" if method == "GET" else "办理")
    return f"{pages[base]} {act}".rstrip()
