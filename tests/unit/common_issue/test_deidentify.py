"""Texts that tell who is meant are found; plain wordings pass."""

import pytest

from capabilities.common_issue.domain.deidentify import finds

KNOWN = ("样例县", "样例县教育局", "青山镇", "演示市")
NAMED = {
    "样例县有3家单位未入账": "单位或地方名称",
    "样例县教育局账面资产与实物不符": "单位或地方名称",
    "样 例 县有3家单位": "单位或地方名称",
    "某地红旗水利局对3座水库巡查记录补填": "疑似单位名称",
    "由张三局长签批": "疑似人员姓名",
    "经李四同志同意": "疑似人员姓名",
    "联系13812345678核实": "电话号码",
    "联系138 1234 5678核实": "电话号码",
    "电话010-62345678": "电话号码",
    "身份证110101199003078515": "身份证号",
    "账户6222020200112233445": "银行账号",
    "代码11990121DM00000214": "统一社会信用代码",
    "下坪村道路硬化拆分标段": "疑似地名",
    "手机１３８１２３４５６７８": "电话号码",
}
PLAIN = (
    "固定资产账面与实物不符,部分设备未入账,资产处置未报批。", "惠民补贴到账后滞留专户,涉及3个村61户11.3万元。", "部分街道固定资产未建台账。", "村级道路硬化工程拆分标段规避招标。",
    "某县教育局17台设备未入账。", "某单位2023年度报废设备23件未履行审批程序。", "各乡镇、村(社区)未建立后备干部台账。", "重大投资未经党委前置研究。", "老旧小区消防隐患整治不力。",
    "抽查12座农村桥梁,5座未按季度巡检。", "部分基层党支部组织生活记录雷同。", "主要领导未研究党建工作。", "县级资产管理系统与市级系统口径不一。",
)


@pytest.mark.parametrize(("text", "kind"), NAMED.items())
def test_a_name_or_number_is_found(text: str, kind: str) -> None:
    assert kind in {find.kind for find in finds(text, KNOWN)}


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_wording_passes(text: str) -> None:
    assert finds(text, KNOWN) == []
