"""What a request shows of citizens, written to the access log before the answer leaves: one entry a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import Flask, Response, g

from app.access import AccessLog, Visit
from app.access.session import signed_in

_MANY_FIGURES = 4
_LONGEST = 100


def seen(
    action: str,
    purpose: str,
    citizens: Iterable[int],
    *,
    course_key: int | None = None,
    unregistered: bool = False,
) -> None:
    """Note that this page shows citizens.

    Args:
        action: what, as a code: "inbox:read", "course:read", …
        purpose: why, in Danish: a task's name, or the ground that `app.sight` found.
        citizens: their keys; those of a second call in the same request are added to the first one's.
        course_key: the course it is seen in, if one.
        unregistered: it shows people who are no citizens of this installation yet.
    """
    found: Visit | None = g.get("visit")
    if found is None:
        g.visit = Visit(purpose, action, tuple(citizens), course_key, unregistered)
    else:
        g.visit = replace(found, citizens=(*found.citizens, *citizens))


def denied(citizen_key: int | None, course_key: int | None = None) -> None:
    """Note that somebody tried to see a citizen, and was not let in: who tries keys leaves a trace.

    Args:
        citizen_key: whose page it was; None where it is about nobody.
        course_key: the course, if it was one's page.
    """
    if citizen_key is not None:
        purpose = "Afvist: ingen grund til at se borgeren"
        seen("access:denied", purpose, [citizen_key], course_key=course_key)


def searched(for_what: str, text: str) -> str:
    """Return the purpose of a search: the words say what was searched for, but never a CPR number.

    Args:
        for_what: what kind of search, in Danish.
        text: what was typed.
    """
    figures = sum(sign.isdigit() for sign in text)
    return f"{for_what}: {'et CPR-nummer' if figures >= _MANY_FIGURES else text[:_LONGEST]}"


def install(app: Flask, log: AccessLog) -> None:
    """Write what `seen` noted, once the page is drawn."""

    @app.after_request
    def write(response: Response) -> Response:
        visit: Visit | None = g.get("visit")
        who = signed_in()
        if visit is not None and who is not None and visit.counts:
            log.write(who, visit)
        return response
