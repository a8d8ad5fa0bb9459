"""Small DMN models: what stands inside `definitions`, and what a decision comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from app import dmn, feel

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"

Decide = Callable[..., Any]


def model(body: str, imports: Iterable[dmn.Model] = (), namespace: str = "urn:t") -> dmn.Model:
    """A model from what stands inside its definitions."""
    text = f'<definitions xmlns="{SPACE}" name="t" namespace="{namespace}">{body}</definitions>'
    return dmn.read(text.encode(), imports)


def decision(name: str, logic: str, *required: str, kind: str = "") -> str:
    """A decision that requires elements by their ids: `input:x`, `fn:x`, or another decision's id."""
    tags = {"input": "requiredInput", "fn": "requiredKnowledge"}
    needs = ""
    for each in required:
        sort, _, identity = each.rpartition(":")
        tag = tags.get(sort, "requiredDecision")
        outer = "knowledgeRequirement" if sort == "fn" else "informationRequirement"
        needs += f'<{outer}><{tag} href="#{identity}"/></{outer}>'
    typed = f' typeRef="{kind}"' if kind else ""
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{typed}/>{needs}{logic}</decision>'


def literal(text: str, kind: str = "") -> str:
    """A literal expression."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    typed = f' typeRef="{kind}"' if kind else ""
    return f"<literalExpression{typed}><text>{escaped}</text></literalExpression>"


def given(name: str, kind: str = "") -> str:
    """An input."""
    typed = f' typeRef="{kind}"' if kind else ""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{typed}/></inputData>'


def plain(value: Any) -> Any:
    """A FEEL value as JSON."""
    return feel.to_json(value)


@pytest.fixture
def decide() -> Decide:
    """What a decision comes to, as JSON."""

    def come_to(body: str, inputs: dict[str, Any] | None = None, name: str = "d") -> Any:
        return plain(dmn.evaluate(model(body), name, inputs or {}, now=NOW).value)

    return come_to
