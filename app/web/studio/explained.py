"""What a finding means: the page of its code in docs/rules, as a page of the studio."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from app.access.closed import permit
from app.web.site.pages import pages

PAGES = Path(__file__).parents[3] / "docs" / "rules"
_PART = re.compile(r"\*\*(.+?)\.\*\* (.+)", re.DOTALL)
_INLINE = re.compile(r"`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)")
_NAME = re.compile(r"[a-z]+(-[a-z]+)+")

blueprint = pages("studio_rules", __name__)


@dataclass(frozen=True, slots=True)
class Explained:
    """One page: the code, its first line, and its parts (heading, text)."""

    code: str
    kind: str
    parts: tuple[tuple[str, Markup], ...]


@blueprint.get("/studio/rules/<name>")
@permit("model:read")
def show(name: str) -> ResponseReturnValue:
    """Explain a code: what is wrong, why it matters, how it is mended, with an example."""
    found = explained(name)
    if found is None:
        abort(404)
    return render_template("studio/rule.html", rule=found)


@blueprint.app_template_global()
def rule_page(code: str) -> str:
    """Return the address of the page about a finding's code; "" where it has none."""
    name = code.replace(":", "-", 1)
    return "" if explained(name) is None else url_for("studio_rules.show", name=name)


@cache
def explained(name: str) -> Explained | None:
    """Read the page with a name (`gateway-no-default`), or return None for one that there is not."""
    file = PAGES / f"{name}.md"
    if not _NAME.fullmatch(name) or not file.is_file():
        return None
    head, kind, *texts = file.read_text(encoding="utf-8").strip().split("\n\n")
    parts = [match.groups() for text in texts if (match := _PART.fullmatch(text.strip()))]
    return Explained(
        head.strip("# `"),
        kind.replace("*", "").replace("`", ""),
        tuple((heading, _html(text)) for heading, text in parts),
    )


def _html(text: str) -> Markup:
    """Return a text with its pieces of code marked, and links between pages as links."""
    made, last = Markup(), 0
    for match in _INLINE.finditer(text):
        made += escape(text[last : match.start()])
        code, said, target = match.groups()
        own = re.fullmatch(r"([a-z-]+)\.md", target or "")
        if code:
            made += Markup("<code>{}</code>").format(code)
        elif own:
            made += Markup('<a href="{}">{}</a>').format(own[1], said.strip("`"))
        else:
            made += escape(said.strip("`"))
        last = match.end()
    return made + escape(text[last:])
