"""Moving a course by hand: from which steps, to which, a look at what follows, and then the act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import courses, house_of
from app.access.closed import permit
from app.definitions import Kind, Node, Process
from app.errors import Conflict, DomainError
from app.web.i18n import gettext as _
from app.web.operating import Operated, Standing, drawn_of, open_operated, order_of
from app.web.pages import pages

blueprint = pages("moves", __name__)

MOST_TARGETS = 3
"""How many steps the course can be put on at once."""

_NOT_ENTERED = {Kind.START, Kind.BOUNDARY, Kind.EVENT_SUB_PROCESS}
_JOINS = {Kind.PARALLEL, Kind.INCLUSIVE}


@dataclass(frozen=True)
class Target:
    """A step that the course can be put on; `value` is how a form names it."""

    scope: str
    element: str
    name: str

    @property
    def value(self) -> str:
        """Scope and element in one text: an address holds no `|`."""
        return f"{self.scope}|{self.element}"


@dataclass(frozen=True)
class Group:
    """The steps directly in one scope."""

    label: str
    targets: tuple[Target, ...]


def movable(living: Iterable[Standing]) -> list[Standing]:
    """Return what can be taken away: all but events at an activity's edge and single instances."""
    return [
        one
        for one in living
        if not one.live.armed and not one.live.address.rpartition("/")[2].endswith("]")
    ]


def targets(at: Operated, called: Mapping[str, Process]) -> list[Group]:
    """Return the steps that the course can be put on, scope by scope: the course, then what it is inside of.

    Args:
        at: the course.
        called: the processes that it calls, by id.
    """
    main = at.version.bundle.process
    found = [Group(main.name or main.id, _directly_in(main, main.id, ""))]
    processes = {main.id: main, **called}
    for one in at.living:
        process_id, _slash, element = one.live.element.rpartition("/")
        process = processes.get(process_id or main.id)
        node = process.by_id.get(element) if process is not None else None
        if process is None or node is None or one.live.body:
            continue
        if node.kind is Kind.SUB_PROCESS:
            found.append(Group(one.name, _directly_in(process, node.id, one.live.address)))
        elif node.call is not None and node.call.process_id in called:
            inner = called[node.call.process_id]
            found.append(Group(one.name, _directly_in(inner, inner.id, one.live.address)))
    return [group for group in found if group.targets]


def _directly_in(process: Process, scope: str, address: str) -> tuple[Target, ...]:
    return tuple(
        Target(address, node.id, _named(node))
        for node in process.nodes
        if node.scope == scope
        and node.kind not in _NOT_ENTERED
        and not (node.kind in _JOINS and len(process.incoming[node.id]) > 1)
    )


def _named(node: Node) -> str:
    return f"{node.name} ({node.id})" if node.name else node.id


@blueprint.get("/courses/<key:key>/operate/move")
@permit("operate", "model:publish")
def choose(key: int) -> ResponseReturnValue:
    """Ask from which steps to which."""
    with house_of(current_app).database.read() as session:
        return _page(session, key, "choose")


@blueprint.post("/courses/<key:key>/operate/move")
@permit("operate", "model:publish")
def move(key: int) -> ResponseReturnValue:
    """Show what follows; once that has been looked at, do it."""
    house, form = house_of(current_app), request.form
    with house.database.read() as session:
        away, to = _chosen(session, key)
        wrong = _wrong(away, to)
        if wrong or not form.get("confirmed"):
            return _page(session, key, "choose" if wrong else "check", wrong)
    order = order_of(form)
    try:
        house.database.run(
            lambda work: courses.move_token(
                work,
                house.runtime,
                key,
                order,
                activate=[(one.scope, one.element) for one in to],
                terminate=[one.live.address for one in away],
            )
        )
    except Conflict as error:
        if error.code not in {"token:gone", "scope:closed"}:
            raise
        with house.database.read() as session:
            return _page(session, key, "choose", {"away": error.message})
    except DomainError as error:
        about_reason = "reason" in error.fields
        with house.database.read() as session:
            wrong = dict(error.fields) if about_reason else {"to": error.message}
            return _page(session, key, "check" if about_reason else "choose", wrong)
    flash(_("Forløbet er flyttet."), "success")
    return redirect(url_for("operating.show", key=key), 303)


def _wrong(away: Sequence[Standing], to: Sequence[Target]) -> dict[str, str]:
    if len(away) < len(set(request.form.getlist("away"))):
        return {"away": _("Forløbet er gået videre imens. Se, hvor det står nu, og vælg igen.")}
    if not away and not to:
        return {"away": _("Vælg mindst ét trin at gå fra eller til.")}
    return {}


def _chosen(session: Session, key: int) -> tuple[list[Standing], list[Target]]:
    at = open_operated(session, key)
    away, to = set(request.form.getlist("away")), set(request.form.getlist("to"))
    offered = [one for group in _offered(session, at) for one in group.targets]
    return (
        [one for one in movable(at.living) if one.live.address in away],
        [one for one in offered if one.value in to],
    )


def _offered(session: Session, at: Operated) -> list[Group]:
    bundle, models = at.version.bundle, house_of(current_app).runtime.models
    called = {name: part.process for name, part in bundle.calls.items()}
    found = courses.versions_called(session, models, at.version, at.course.key)
    called |= {name: one.bundle.process for name, one in found.items() if name not in called}
    return targets(at, called)


def _page(
    session: Session, key: int, step: str, errors: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    at = open_operated(session, key)
    away, to = _chosen(session, key)
    gone = {one.live.address for one in away}
    inside = [
        one
        for one in at.living
        if one.live.address not in gone
        and any(one.live.address.startswith(f"{address}/") for address in gone)
    ]
    stays = [
        one for one in movable(at.living) if one.live.address not in gone and one not in inside
    ]
    page = render_template(
        f"operate/move-{step}.html",
        at=at,
        drawn=drawn_of(session, at),
        living=movable(at.living),
        groups=_offered(session, at),
        away=away,
        inside=inside,
        ends=not stays and not to,
        to=to,
        most=MOST_TARGETS,
        errors=errors or {},
        typed=request.form,
    )
    return page, 422 if errors else 200
