"""index.html of the pictures: by office and role, complaints in red."""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape
from pathlib import Path

from tests.browser.pictures.camera import Picture

STYLE = """
body { font: 14px system-ui, "Noto Sans CJK SC", sans-serif; margin: 20px; background: #f3f4f7; }
section { display: grid; grid-template-columns: repeat(auto-fill, minmax(420px, 1fr)); gap: 14px; }
figure { margin: 0; padding: 10px; background: #fff; border-radius: 8px; }
img { width: 100%; height: 240px; object-fit: cover; object-position: top; border: 1px solid #dde; }
.bad { color: #b00; font-size: 12px; }
"""


def write_album(out: Path, pictures: list[Picture]) -> Path:
    """Write the page and, beside it, the complaints as JSON; returns the page."""
    parts = [f"<!doctype html><meta charset=utf-8><title>联动 · 页面图册</title><style>{STYLE}</style><h1>联动 · 页面图册({len(pictures)} 页)</h1>"]
    for office in dict.fromkeys(picture.office for picture in pictures):
        parts.append(f"<h2>{escape(office)}</h2><section>")
        parts += [_figure(picture) for picture in pictures if picture.office == office]
        parts.append("</section>")
    page = out / "index.html"
    page.write_text("\n".join(parts), "utf-8")
    complaints = [asdict(picture) for picture in pictures if picture.complaints]
    (out / "complaints.json").write_text(json.dumps(complaints, ensure_ascii=False, indent=1), "utf-8")
    return page


def _figure(picture: Picture) -> str:
    first = next(iter(picture.files.values()))
    links = " · ".join(f'<a href="{escape(file)}">{escape(size)}</a>' for size, file in picture.files.items())
    wrong = "".join(f'<p class="bad">{escape(complaint)}</p>' for complaint in picture.complaints)
    caption = f"{escape(picture.title)}<br><small>{escape(picture.role)} {escape(picture.url)}</small> {links}{wrong}"
    return f'<figure><a href="{escape(first)}"><img loading="lazy" alt="" src="{escape(first)}"></a><figcaption>{caption}</figcaption></figure>'
