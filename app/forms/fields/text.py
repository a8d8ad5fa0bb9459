"""`text`: words from the designer, in Markdown; HTML in it is shown, not run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.forms.component import Component
from app.forms.expression import Template
from app.forms.finding import Finding

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|&~=:])")


@dataclass(frozen=True)
class Text:
    """Words to read."""

    type: str = "text"

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings of this type: form-js loops and conditions, which are not carried out."""
        if re.search(r"\{\{\s*[#/]", str(component.raw.get("text", ""))):
            yield Finding(
                "form:template-unsupported",
                component.id,
                "{{#if}} og {{#loop}} virker ikke her.",
                fix="Brug et FEEL-udtryk, fx {{ if … then … else … }}, eller skjul teksten med en betingelse.",
            )


TEXT = Text()


def html(text: Template, context: Mapping[str, Any], now: datetime) -> str:
    """Return safe HTML: the designer's Markdown, with what expressions give as plain text in it.

    Headings begin at the second level, since a page has its own first one. Pictures are left out: they would be
    fetched from elsewhere.
    """
    written = text.text(context, now, escape=_plain)
    rendered: str = _markdown().render(written)
    return rendered


def _plain(text: str) -> str:
    """Escape what Markdown would act on, so that an answer cannot format, link or break out of its line."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """Make the renderer once; it holds no state between texts."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 -- 70 modules, for a text that few pages show

    markdown = MarkdownIt("commonmark", {"html": False}).disable("image")

    def heading(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        return str(self.renderToken(tokens, index, options, env))

    markdown.add_render_rule("heading_open", heading)
    markdown.add_render_rule("heading_close", heading)
    return markdown
