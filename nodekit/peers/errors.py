"""Refusals about other offices and their keys."""

from nodekit.errors import NodeError


class UnknownOffice(NodeError):
    code = "peers.unknown_office"
    status = 404

    def __init__(self, office: str) -> None:
        super().__init__(f"单位名录中没有“{office}”。", hint="请核对单位代码;新单位须先由上级登记入名录。", office=office)


class BadOfficeList(NodeError):
    """offices.toml contradicts itself; the node does not start."""

    code = "peers.bad_office_list"

    def __init__(self, why: str) -> None:
        super().__init__(f"单位名录有误:{why}", hint="请系统管理员核对 offices.toml 后重新启动。")


class DirectoryNotTrusted(NodeError):
    """directory.json is missing, damaged or not signed by the root key."""

    code = "peers.directory_not_trusted"

    def __init__(self, why: str) -> None:
        super().__init__(f"公钥名录不可信:{why}", hint="请向上级重新领取公钥名录,不要自行修改该文件。")


class PeerKeyChanged(NodeError):
    """The directory now shows another key than the one pinned at first contact."""

    code = "peers.key_changed"

    def __init__(self, office: str, name: str, pinned: str, offered: str) -> None:
        super().__init__(
            f"{name}的密钥与首次登记的不一致,已拒绝使用新密钥。",
            hint="请电话核对密钥指纹;确系更换的,由系统管理员和安全保密员共同办理换钥。",
            office=office,
            pinned=pinned,
            offered=offered,
        )


class PeerKeyRevoked(NodeError):
    """The office's key was revoked and it has no other yet."""

    code = "peers.key_revoked"

    def __init__(self, office: str) -> None:
        super().__init__("对方单位的密钥已被撤销,尚未重新登记,暂不能向其发送密封事项。", hint="请等待对方重新登记密钥后再办;急件请走线下渠道。", office=office)


class UnknownDivision(NodeError):
    code = "peers.unknown_division"
    status = 404

    def __init__(self, division: str) -> None:
        super().__init__(f"行政区划代码“{division}”不存在。", hint="请按 GB/T 2260 六位代码填写。", division=division)
