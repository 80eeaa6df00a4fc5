"""Copy the style sheets, scripts and icons we serve out of node_modules: `python -m nodekit.web.assets`.

Nothing is built and nothing is fetched at run time; a node without network shows the same pages.
"""

import gzip
import sys
from pathlib import Path

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "bootstrap-icons.svg": "bootstrap-icons/bootstrap-icons.svg",
}
"""Name under static/vendor -> path under node_modules."""
SOURCE_MAP_MARKS = (b"/*# sourceMappingURL=", b"//# sourceMappingURL=")


def missing() -> list[str]:
    """Vendor files a node would look for in vain."""
    return [name for name in FILES if not (VENDOR / name).is_file()]


def copy(node_modules: Path) -> None:
    """Bring every file of FILES into static/vendor, with a compressed twin for browsers that ask for it.

    Raises:
        FileNotFoundError: `npm ci` has not been run, or a package moved a file.
    """
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, origin in FILES.items():
        content = _without_source_map((node_modules / origin).read_bytes())
        (VENDOR / name).write_bytes(content)
        (VENDOR / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))


def _without_source_map(content: bytes) -> bytes:
    """Drop the pointer to a source map: we do not ship maps, and a browser's tools would ask for them."""
    for mark in SOURCE_MAP_MARKS:
        content = content.partition(mark)[0]
    return content


def main() -> int:
    root = Path(__file__).parents[2] / "node_modules"
    try:
        copy(root)
    except FileNotFoundError as error:
        print(f"缺少 {error.filename}:请先运行 npm ci。", file=sys.stderr)  # noqa: T201 - a command line
        return 1
    total = sum((VENDOR / name).stat().st_size for name in FILES)
    print(f"static/vendor: {len(FILES)} 个文件,{total // 1024} KB")  # noqa: T201 - a command line
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
