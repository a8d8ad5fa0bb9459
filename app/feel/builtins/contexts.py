"""Context functions (DMN 1.5 §10.3.4.9) and what Camunda adds for missing values."""

from __future__ import annotations

from app.feel.builtins.signature import Declared, declare
from app.feel.run import Run
from app.feel.values import Value

TABLE: Declared = {}
builtin, metered = declare(TABLE)


@builtin("get value(m: context, key: string)")
def get_value(context: dict[str, Value], key: str) -> Value:
    """An entry by its key; null where there is none."""
    return context.get(key)


@metered("get value(context: context, keys: list)")
def get_value_in(run: Run, context: dict[str, Value], keys: list[Value]) -> Value:
    """An entry of an entry …, by the keys to it (Camunda)."""
    run.charge(len(keys))
    value: Value = context
    for key in keys:
        value = value.get(key) if isinstance(value, dict) and isinstance(key, str) else None
    return value


@metered("get entries(m: context)")
def get_entries(run: Run, context: dict[str, Value]) -> Value:
    """A list of {key, value}."""
    run.list_of(3 * len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@metered("context(entries: list)")
def context(run: Run, entries: list[Value]) -> Value:
    """A context of a list of {key, value}; null when a key is missing or stands twice."""
    run.list_of(len(entries))
    made: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry:
            return run.warn("feel:type", "Hver post skal have key og value.")
        key = entry.get("key")
        if not isinstance(key, str) or key in made:
            return run.warn("feel:type", "Hver post skal have sin egen key.")
        made[key] = entry["value"]
    return made


@metered("context put(context: context, key: string, value: any)")
def context_put(run: Run, context: dict[str, Value], key: str, value: Value) -> Value:
    """The context with one entry more, or another value in it."""
    run.list_of(len(context) + 1)
    return {**context, key: value}


@metered("context put(context: context, keys: list, value: any)")
def context_put_in(run: Run, context: dict[str, Value], keys: list[Value], value: Value) -> Value:
    """The same, in a context within."""
    if not keys or not all(isinstance(key, str) for key in keys) or len(keys) > 50:
        return run.warn("feel:type", "Nøglerne skal være en liste af tekster.")
    run.list_of(len(context) + 1)
    key, *rest = keys
    if not isinstance(key, str):
        return None
    if not rest:
        return {**context, key: value}
    inner = context.get(key, {})
    if not isinstance(inner, dict):
        return run.warn("feel:type", f"{key!r} er ikke en kontekst.")
    changed = context_put_in(run, inner, rest, value)
    return None if changed is None else {**context, key: changed}


@metered("context merge(contexts: list)")
def context_merge(run: Run, contexts: list[Value]) -> Value:
    """One context of all; a later entry wins."""
    merged: dict[str, Value] = {}
    for each in contexts:
        if not isinstance(each, dict):
            return run.warn("feel:type", "Kun kontekster kan slås sammen.")
        run.list_of(len(each) + 1)
        merged.update(each)
    return merged


@metered("context merge(*contexts: context)")
def context_merge_all(run: Run, *contexts: dict[str, Value]) -> Value:
    """The same, of arguments."""
    return context_merge(run, list(contexts))


@builtin("is defined(value: any)")
def is_defined(value: Value) -> Value:
    """Whether a value is other than null; a variable or entry that is null is found by the compiler."""
    return value is not None


@builtin("get or else(value: any, default: any)")
def get_or_else(value: Value, default: Value) -> Value:
    """The value, or the default where it is null (Camunda)."""
    return default if value is None else value
