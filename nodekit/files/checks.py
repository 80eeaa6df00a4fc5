"""What may be attached: a short list of kinds, each recognised by its first bytes. Files are never opened here, only kept and handed out."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from nodekit.files.errors import FileRefused, FileTooLarge
from shared_schemas.attachment import ATTACHMENT_BYTES_MAX

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAGIC: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",), "ofd": (_ZIP,), "docx": (_ZIP,), "xlsx": (_ZIP,), "pptx": (_ZIP,), "doc": (_OLE,), "xls": (_OLE,), "wps": (_OLE,), "et": (_OLE,),
    "jpg": (b"\xff\xd8\xff",), "jpeg": (b"\xff\xd8\xff",), "png": (b"\x89PNG\r\n\x1a\n",), "tif": (b"II*\x00", b"MM\x00*"),
}
ACCEPT = ",".join(f".{kind}" for kind in MAGIC)
"""For a file field."""
MACROS = (b"vbaProject.bin", "_VBA_PROJECT".encode("utf-16-le"))
"""How a macro shows in an Office file: as a member's name, which a ZIP archive writes in clear, or as a directory entry."""
NAME_CHARS_MAX = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


def clean_name(given: str) -> str:
    """A file name without path, control or direction characters.

    Raises:
        FileRefused: nothing is left, or it is too long.
    """
    plain = "".join(char for char in unicodedata.normalize("NFC", given) if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    name = _UNSAFE.sub("_", PurePosixPath(plain.replace("\\", "/")).name).strip(" .")
    if not name or len(name) > NAME_CHARS_MAX:
        raise FileRefused(f"文件名为空或超过 {NAME_CHARS_MAX} 个字。", hint="请改短文件名后重新上传。")
    return name


def check(name: str, contents: bytes) -> str:
    """The kind of a file that may be attached.

    Raises:
        FileRefused: empty, of another kind, not what its extension says, or with macros. FileTooLarge: over 32 MiB.
    """
    kind = PurePosixPath(name).suffix[1:].lower()
    if kind not in MAGIC:
        raise FileRefused("不接收此类文件。", hint=f"可上传:{'、'.join(MAGIC)}。")
    if not contents:
        raise FileRefused("文件是空的,未保存。", hint="请核对文件后重新上传。")
    if len(contents) > ATTACHMENT_BYTES_MAX:
        raise FileTooLarge
    if not contents.startswith(MAGIC[kind]):
        raise FileRefused("文件内容与扩展名不符,未保存。", hint="请用原软件另存后重新上传。")
    if any(mark in contents for mark in MACROS):
        raise FileRefused("文件含有宏,未保存。", hint="请另存为不含宏的格式后重新上传。")
    return kind
