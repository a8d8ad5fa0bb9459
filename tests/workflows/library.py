"""Our own models and forms, read once, and what the operations of the agreement answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from app import forms
from app.definitions import Process, read_bpmn

ROOT = Path(__file__).parents[2]
MODELS = sorted((ROOT / "workflows").glob("*/*.bpmn"))
FORMS = sorted((ROOT / "forms").glob("*.form"))

GROUPS = {"intake", "youth", "authority", "team_leader"}
OPERATIONS = {
    "inquiry:register", "inquiry:assign", "inquiry:return", "inquiry:close", "concern:open",
    "consent:record", "consent:lapse", "team:appoint", "team:assemble", "meeting:convene",
    "meeting:minutes", "plan:draft", "plan:adopt", "plan:review", "course:close",
    "citizen:come_of_age",
}  # fmt: skip


@cache
def processes() -> dict[str, Process]:
    """Our processes by id."""
    read = (read_bpmn(path.read_bytes()).processes for path in MODELS)
    return {process.id: process for group in read for process in group}


@cache
def form(form_id: str) -> forms.Form:
    """One of our forms."""
    return forms.load((ROOT / "forms" / f"{form_id}.form").read_bytes())
