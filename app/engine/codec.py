"""Commands as journal entries: a kind and JSON values, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from app.clock import from_text, to_text
from app.engine import commands

_KINDS: dict[str, type[commands.Command]] = {
    "start": commands.Start,
    "complete_task": commands.CompleteTask,
    "correlate_message": commands.CorrelateMessage,
    "broadcast_signal": commands.BroadcastSignal,
    "fire_timer": commands.FireTimer,
    "complete_job": commands.CompleteJob,
    "fail_job": commands.FailJob,
    "throw_error": commands.ThrowError,
    "resolve_incident": commands.ResolveIncident,
    "set_variables": commands.SetVariables,
    "move_token": commands.MoveToken,
    "update_retries": commands.UpdateRetries,
    "suspend": commands.Suspend,
    "resume": commands.Resume,
    "cancel": commands.Cancel,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def encode_command(command: commands.Command) -> dict[str, Any]:
    """Return the command as JSON values for `app.canonical`; `kind` names it, `at` is fixed-width UTC text."""
    encoded: dict[str, Any] = {"kind": _NAMES[type(command)]}
    for item in fields(command):
        value = getattr(command, item.name)
        encoded[item.name] = to_text(value) if item.name == "at" else _plain(value)
    return encoded


def _plain(value: Any) -> Any:
    """JSON has lists only; variables are JSON already."""
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def decode_command(encoded: Mapping[str, Any]) -> commands.Command:
    """Read what `encode_command` wrote; what else the entry says (a reason, …) is the shell's own and passed over.

    Raises:
        KeyError, TypeError: it is no command.
    """
    kind = _KINDS[encoded["kind"]]
    values = {item.name: encoded[item.name] for item in fields(kind) if item.name in encoded}
    values["at"] = from_text(values["at"])
    if kind is commands.MoveToken:
        values["activate"] = tuple((scope, element) for scope, element in values["activate"])
        values["terminate"] = tuple(values["terminate"])
    return kind(**values)
