"""Refusals about changes of keys."""

from nodekit.errors import NodeError, Refused

WHY = {
    "keys.not_countersigned": "没有其上级(省级为根密钥)的有效签名",
    "keys.not_signed": "没有旧密钥或新密钥的有效签名",
    "keys.contradicts": "与已登记的文书矛盾",
    "keys.stranger": "名录中没有该单位",
}


class KeyPaperRefused(Refused):
    """A paper that does not hold."""

    code = "rekeying.paper_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"密钥文书无效:{WHY.get(why, '格式不符')}。", hint="请由其直接上级按 docs/howto/keys.md 重新办理。", why=why)


class RekeyingRefused(NodeError):
    """A command about keys that must not be carried out."""

    code = "rekeying.refused"

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what}。", hint=hint)
