"""What must not stand in a de-identified text: names of units, places and persons, identity and telephone numbers.

Certain finds come from what the office knows (its own targets, places of the federation); the rest are patterns of written Chinese, strict
on purpose: a wording such as 某单位 always passes, and the officer is told which words to replace.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_NUMBERS = (
    ("身份证号", re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])")),
    ("电话号码", re.compile(r"(?<![0-9])1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])|(?<![0-9])0[0-9]{2,3}-[0-9]{7,8}(?![0-9])")),
    ("统一社会信用代码", re.compile(r"(?<![0-9A-Z])[159Y][0-9]{7}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")),
    ("银行账号", re.compile(r"(?<![0-9])[0-9]{16,19}(?![0-9])")),
)
NAME_CHARS_MIN = 3
"""One or two characters are words, not names."""
_HAN = "\u4e00-\u9fff"
_UNIT = re.compile(
    rf"([{_HAN}]{{2,10}}?)(教育局|水利局|财政局|农业农村局|民政局|审计局|司法局|信访局|住建局|卫健委|卫生健康委|文旅局|文联|供销社|人民医院|中心医院|第[一二三四五六七八九十]+(?:医院|中学|小学)"
    r"|街道办事处|居委会|村委会|党工委|有限公司|集团公司)"
)
_PLACE = re.compile(rf"(?:^|[,,。;;:、在对由和与及到((“])([{_HAN}]{{2,3}})(省|市|县|区|镇|乡|村|街道|社区)(?![级民组庄务镇容内域])")
_PERSON = re.compile(
    r"(?:^|[^一-鿿]|[由对为向与和及被是系经报请请在让])"
    r"([赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹苏潘葛范彭郎鲁韦马苗方俞任袁柳史唐薛雷贺倪汤罗毕郝邬安常于傅齐康伍余顾孟黄穆萧尹姚邵汪毛戴宋庞熊纪舒项祝董梁杜阮季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍万柯卢莫房解应丁邓洪包左石崔龚程邢陆荣翁荀曲段侯宁刘叶白蒲赖卓乔向古易戈廖庾衡耿匡文欧]"
    r"[一-鿿]{0,2}?)(同志|局长|书记|主任|县长|市长|区长|镇长|乡长|校长|院长|所长|站长|科长|经理|总经理|董事长)"
)
_GENERAL = re.compile(
    r"[某各该全本县市区镇乡村等个别多少数有的些部分基层所属下辖行政农自然城郊边远山试点先进落后相关其他同类这那两三四五六七八九十几一二若干直管主管派出上级下级以及对口一级"
    r"单位机关]+"
)
_GENERAL_ENDINGS = (
    "某", "各", "该", "等", "所属", "部分", "有的", "个别", "多家", "多个", "街道", "小", "园", "辖", "片", "景", "库", "灌", "灾", "城", "功能", "示范", "开发",
)
"""Before an ending these make a common noun: 老旧小区, 工业园区, 街道社区."""


@dataclass(frozen=True)
class Find:
    """One thing to replace."""

    kind: str
    words: str

    @property
    def sentence(self) -> str:
        return f"{self.kind}“{self.words}”"


def finds(text: str, known_names: Iterable[str] = ()) -> list[Find]:
    """Everything in `text` that could tell who is meant, in the order of kinds; empty when it may leave the office.

    Args:
        text: de-identified wording to be checked.
        known_names: names the office knows for certain: its inspected organisations and the places around it.
    """
    plain = unicodedata.normalize("NFKC", text)
    squeezed = re.sub(r"\s+", "", plain)
    found = [Find(kind, hit[0]) for kind, pattern in _NUMBERS for hit in pattern.finditer(plain)]
    found += [Find("单位或地方名称", name) for name in _longest(known_names) if len(name) >= NAME_CHARS_MIN and name in squeezed]
    found += [Find("疑似单位名称", hit[0]) for hit in _UNIT.finditer(squeezed) if not _general(hit[1])]
    found += [Find("疑似地名", hit[1] + hit[2]) for hit in _PLACE.finditer(squeezed) if not _general(hit[1])]
    found += [Find("疑似人员姓名", hit[1] + hit[2]) for hit in _PERSON.finditer(squeezed)]
    return list(dict.fromkeys(found))


def _longest(names: Iterable[str]) -> list[str]:
    return sorted({unicodedata.normalize("NFKC", name).strip() for name in names}, key=lambda name: (-len(name), name))


def _general(words: str) -> bool:
    """The words before the ending are no proper name: 某县, 各乡镇, 部分农村."""
    return _GENERAL.fullmatch(words) is not None or words.endswith(_GENERAL_ENDINGS)
