"""Our own models and forms, read once, and what the operations of the agreement answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from app import access, dmn, forms
from app.definitions import Process, read_bpmn
from app.engine import CompiledModel, compile_model
from app.house import operations

ROOT = Path(__file__).parents[2]
MODELS = sorted((ROOT / "workflows").glob("*/*.bpmn"))
FORMS = sorted((ROOT / "forms").glob("*.form"))

GROUPS = frozenset(access.GROUPS)
OPERATIONS = operations().names


@cache
def processes() -> dict[str, Process]:
    """Our processes by id."""
    read = (read_bpmn(path.read_bytes()).processes for path in MODELS)
    return {process.id: process for group in read for process in group}


@cache
def model(process_id: str) -> CompiledModel:
    """One of our processes as the engine runs it, with what it calls and the table of roles."""
    roles = dmn.read((ROOT / "workflows/shared/roles.dmn").read_bytes())
    return compile_model(processes()[process_id], processes(), {"course_roles": roles})


@cache
def form(form_id: str) -> forms.Form:
    """One of our forms."""
    return forms.load((ROOT / "forms" / f"{form_id}.form").read_bytes())
