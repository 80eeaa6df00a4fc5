"""Steps of a trace read in Chinese, whatever they are technically called."""

import re

import pytest

from nodekit.ops.trace_words import words_of

PAGES = {"/inspection/findings": "问题台账", "/workbench": "工作台", "/inspection": "巡察"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("GET /workbench", "工作台"), ("GET /inspection/findings", "问题台账"), ("GET /inspection/findings/{record_id}", "问题台账 查看记录"),
        ("GET /inspection/findings/{record_id}/close", "问题台账 填写表单"), ("POST /inspection/findings/{record_id}/close", "问题台账 办理"),
        ("GET /inspection/findings/export.xlsx", "问题台账 导出Excel"), ("GET /static/{path}", "读取页面资源"), ("POST /login", "登录"),
        ("fastapi.dependencies", "核对身份,打开事务"), ("link.forward", "通道转发"), ("up.990000.__.inspection.990000.990100.990121.inspection create", "生成消息"),
    ],
)
def test_a_step_reads_as_an_officer_would_say_it(name: str, words: str) -> None:
    assert words_of(name, PAGES) == words


@pytest.mark.parametrize("name", ["GET /unheard/of", "POST /unheard", "something.new"])
def test_an_unknown_step_is_still_chinese(name: str) -> None:
    assert re.fullmatch(r"[\u4e00-\u9fff]+", words_of(name, PAGES))
