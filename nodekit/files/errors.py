"""Refusals about files. None quotes a file's name or contents."""

from nodekit.errors import NodeError, Refused
from shared_schemas.attachment import ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX


class FileRefused(NodeError):
    """Not a kind of file that is taken, or not what its extension says."""

    code = "files.refused"
    status = 422


class FileTooLarge(NodeError):
    code = "files.too_large"
    status = 413

    def __init__(self) -> None:
        super().__init__(f"附件超过 {ATTACHMENT_BYTES_MAX // 1024 // 1024} MB,未保存。", hint="请压缩或拆分后重新上传。", size_bytes_max=ATTACHMENT_BYTES_MAX)


class TooManyFiles(NodeError):
    code = "files.too_many"

    def __init__(self) -> None:
        super().__init__(f"每件最多 {ATTACHMENTS_MAX} 个附件。", hint="请合并材料后上传,或先移除不需要的附件。")


class UploadsBusy(NodeError):
    """Every upload is encrypted in memory, so few run at once."""

    code = "files.busy"
    status = 503

    def __init__(self) -> None:
        super().__init__("正在处理其他附件,本次未保存。", hint="请稍候片刻再次上传。")


class AttachmentUnknown(Refused):
    """The body names an attachment that the envelope does not list."""

    code = "files.attachment_unknown"

    def __init__(self) -> None:
        super().__init__("附件清单与封装不符,已拒收。", hint="请发送单位检查系统版本后重新发送。")
