"""Moving a course by hand: from which steps, to which, a look at what follows, and then the act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import courses, house_of
from app.access.closed import permit
from app.definitions import Node
from app.errors import Conflict, DomainError
from app.web.i18n import gettext as _
from app.web.operate.pages import Operated, Standing, drawn_of, open_operated, order_of
from app.web.site.pages import pages

blueprint = pages("moves", __name__)

MOST_TARGETS = 3
"""How many steps the course can be put on at once."""


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


def movable(at: Operated) -> list[Standing]:
    """Return what can be taken away by itself."""
    free = {one.address for one in courses.movable(one.live for one in at.living)}
    return [one for one in at.living if one.live.address in free]


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
        [one for one in movable(at) if one.live.address in away],
        [one for one in offered if one.value in to],
    )


def _offered(session: Session, at: Operated) -> list[Group]:
    """Return the steps that the course can be put on, scope by scope: the course, then what it is inside of."""
    names = {one.live.address: one.name for one in at.living}
    main = at.version.bundle.process
    living = [one.live for one in at.living]
    scopes = courses.live_scopes(session, house_of(current_app).runtime, at.course, living)
    return [
        Group(
            names.get(scope.address, main.name or main.id),
            tuple(Target(scope.address, node.id, _named(node)) for node in scope.nodes),
        )
        for scope in scopes
    ]


def _named(node: Node) -> str:
    return f"{node.name} ({node.id})" if node.name else node.id


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
    stays = [one for one in movable(at) if one.live.address not in gone and one not in inside]
    page = render_template(
        f"operate/move-{step}.html",
        at=at,
        drawn=drawn_of(session, at),
        living=movable(at),
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
