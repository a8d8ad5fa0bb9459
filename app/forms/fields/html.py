"""`html`: words from the designer with marks: what could run, fetch or restyle is left out, its text stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from html.parser import HTMLParser
from typing import Any

from app.forms.component import Component
from app.forms.expression import template
from app.forms.finding import Finding

_KEPT = frozenset(
    {"p", "br", "hr", "strong", "em", "b", "i", "u", "small", "sub", "sup", "code", "pre", "blockquote", "ul", "ol",
     "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "caption", "a", "h2", "h3", "h4", "h5", "h6"}
)  # fmt: skip
_ALONE = frozenset({"br", "hr"})
_SILENT = frozenset({"script", "style", "template", "iframe", "object", "noscript", "svg", "math"})
_LINKS = ("https://", "http://", "mailto:", "tel:", "/", "#")


@dataclass(frozen=True)
class Html:
    """Words with marks."""

    type: str = "html"

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings of this type: marks that are left out."""
        cleaner = _Cleaner()
        cleaner.feed(str(component.raw.get("content", "")))
        if cleaner.dropped:
            names = ", ".join(sorted(cleaner.dropped))
            yield Finding(
                "form:html-left-out",
                component.id,
                f"Det her bliver ikke vist: {names}. Det kunne køre, hente noget udefra eller ændre siden.",
                severity="warning",
                fix="Brug afsnit, lister, tabeller, fremhævning og links.",
            )


HTML = Html()


def safe(component: Component, context: Mapping[str, Any], now: datetime) -> str:
    """Return safe HTML; what expressions give is plain text in it."""
    said = template(component.raw.get("content"), component.id)
    cleaner = _Cleaner()
    cleaner.feed(said.text(context, now, escape=escape))
    cleaner.close()
    return cleaner.text()


class _Cleaner(HTMLParser):
    """Writes the marks that are kept anew, each closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.open: list[str] = []
        self.silent: list[str] = []
        self.dropped: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a mark that is known, of its attributes only where a link leads."""
        tag = "h2" if tag == "h1" else tag
        if tag in _SILENT:
            self.silent.append(tag)
        if tag not in _KEPT:
            self.dropped.add(tag)
            return
        self.dropped |= {name for name, _ in attrs if not (tag == "a" and name == "href")}
        target = next((value for name, value in attrs if name == "href" and value), "")
        if tag == "a" and target.startswith(_LINKS) and not target.startswith("//"):
            self.written.append(f'<a href="{escape(target)}" rel="noopener noreferrer">')
        elif tag == "a":
            self.written.append("<a>")
        else:
            self.written.append(f"<{tag}>")
        if tag not in _ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what is open up to the mark; one that nobody opened is passed over."""
        tag = "h2" if tag == "h1" else tag
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()
        if tag in self.open:
            while (last := self.open.pop()) != tag:
                self.written.append(f"</{last}>")
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write text, but not what stands in a script or a style."""
        if not self.silent:
            self.written.append(escape(data))

    def text(self) -> str:
        """Return it all, with everything closed."""
        return "".join((*self.written, *(f"</{tag}>" for tag in reversed(self.open))))
