"""Bootstrap icons, drawn into the page: no font, no extra request, coloured by the text around them."""

from functools import cache

from markupsafe import Markup

from nodekit.web.assets import VENDOR


class UnknownIcon(ValueError):
    """A template or menu names an icon that bootstrap-icons does not have."""


@cache
def icon(name: str) -> Markup:
    """Inline SVG of one icon; empty while the vendor files have not been copied yet."""
    sprite = VENDOR / "bootstrap-icons.svg"
    if not sprite.is_file():
        return Markup()
    text = sprite.read_text("utf-8")
    start = text.find(f'id="{name}"')
    if start < 0:
        raise UnknownIcon(f"bootstrap-icons has no icon called {name!r}")
    body = text[text.index(">", start) + 1 : text.index("</symbol>", start)].strip()
    svg = f'<svg class="icon" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true" focusable="false">{body}</svg>'
    return Markup(svg)  # noqa: S704 - our own pinned vendor file
