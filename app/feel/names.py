"""Which variables an expression reads from outside itself."""

from __future__ import annotations

from app.feel.nodes import (
    ContextLiteral,
    Filter,
    For,
    FunctionDefinition,
    In,
    Name,
    Part,
    Quantified,
    children,
)


def free_names(part: Part, bound: frozenset[str] = frozenset()) -> frozenset[str]:
    """The names that a tree reads and does not bind.

    A name inside a filter counts, though it may turn out to be an entry of the element: whether it is
    shows only when there is an element.
    """
    if isinstance(part, Name):
        return frozenset() if part.name in bound else frozenset((part.name,))
    if isinstance(part, ContextLiteral):
        return _in_order(part.keys, part.values, bound)
    if isinstance(part, For | Quantified):
        return _loop(part, bound)
    if isinstance(part, FunctionDefinition):
        return free_names(part.body, bound | {parameter.name for parameter in part.parameters})
    if isinstance(part, Filter):
        return free_names(part.source, bound) | free_names(part.condition, bound | {"item"})
    if isinstance(part, In):
        inner = bound | {"?"}
        tests = (free_names(test, inner) for test in part.tests)
        return free_names(part.value, bound).union(*tests)
    return frozenset().union(*(free_names(child, bound) for child in children(part)))


def _in_order(
    keys: tuple[str, ...], values: tuple[Part, ...], bound: frozenset[str]
) -> frozenset[str]:
    """An entry sees those before it, and itself (a function may call itself)."""
    found: set[str] = set()
    seen = set(bound)
    for key, value in zip(keys, values, strict=True):
        itself = {key} if isinstance(value, FunctionDefinition) else set()
        found |= free_names(value, frozenset(seen | itself))
        seen.add(key)
    return frozenset(found)


def _loop(part: For | Quantified, bound: frozenset[str]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for step in part.iterations:
        found |= free_names(step.domain, bound)
        if step.end is not None:
            found |= free_names(step.end, bound)
        bound |= {step.name}
    if isinstance(part, For):
        return found | free_names(part.body, bound | {"partial"})
    return found | free_names(part.condition, bound)
