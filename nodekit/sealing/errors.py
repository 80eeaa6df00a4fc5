"""Refusals of sealing. They never say why a decryption failed: a reason would be an oracle."""

from nodekit.errors import NodeError


class CannotOpen(NodeError):
    """Wrong key, wrong context, or a changed byte."""

    code = "sealing.cannot_open"
    status = 422

    def __init__(self) -> None:
        super().__init__("密封内容无法开启:不是发给本单位的,或内容已被改动。", hint="请联系发送单位核对后重新发送。")


class TooLargeToSeal(NodeError):
    code = "sealing.too_large"
    status = 413

    def __init__(self, size_bytes: int, size_bytes_max: int) -> None:
        super().__init__(
            "密封内容过长,未发送。",
            hint=f"请精简文字,密封内容最多约 {size_bytes_max // 1024} KB。",
            size_bytes=size_bytes,
            size_bytes_max=size_bytes_max,
        )
