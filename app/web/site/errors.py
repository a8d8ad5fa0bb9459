"""From errors to pages, in one place: what happened, in words, and what one can do now."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app import keys, log
from app.errors import Conflict, DefinitionError, DomainError, NotFound, Refused
from app.web.i18n import gettext as _
from app.web.site import guard
from app.web.site.way_in import way_in

_API = ("/v1/", "/v2/")
"""Programs get their errors from app.api."""


@dataclass(frozen=True)
class Problem:
    """What an error page says."""

    status: int
    heading: str
    text: str
    points: tuple[str, ...] = ()
    """Single things to mend, each a sentence."""
    incident: str = ""
    emergency: str = ""
    """Where the person may open what they were refused, in an emergency."""


def page(problem: Problem) -> ResponseReturnValue:
    """Draw the error page."""
    return render_template("error.html", problem=problem), problem.status


def on_pages(blueprint: Blueprint) -> None:
    """Answer the errors of a blueprint's views with pages."""
    blueprint.register_error_handler(Refused, _refused)
    blueprint.register_error_handler(NotFound, _not_found)
    blueprint.register_error_handler(Conflict, conflict)
    blueprint.register_error_handler(DomainError, _domain)
    blueprint.register_error_handler(DefinitionError, _definition)
    blueprint.register_error_handler(CSRFError, _csrf)
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(500, _bug)


def on_unknown_paths(app: Flask) -> None:
    """Answer a path that leads nowhere with a page, outside the API."""

    def nowhere(error: HTTPException) -> ResponseReturnValue:
        if not request.path.startswith(_API):
            return _http(error)
        spoken = app.error_handler_spec[None][None].get(HTTPException)
        answer: ResponseReturnValue = spoken(error) if spoken else error.get_response()  # type: ignore[assignment]  # werkzeug's own class
        return answer

    app.register_error_handler(404, nowhere)
    app.register_error_handler(405, nowhere)


def conflict(error: Conflict) -> ResponseReturnValue:
    """Say who was first and that nothing is half-written."""
    return page(Problem(409, _("En anden nåede det først"), error.message))


def _refused(error: Refused) -> ResponseReturnValue:
    if error.code == "login:needed":
        return guard.to_login()
    view = request.view_args or {}
    way = way_in(request.endpoint or "", view.get("key")) if _hidden(error) else ""
    return page(Problem(403, _("Du har ikke adgang"), error.message, emergency=way))


def _hidden(error: Refused) -> bool:
    """Tell whether somebody signed in has no ground to see a citizen, which an emergency could give."""
    return error.code == "sight:no-ground" and guard.is_signed_in()


def _not_found(error: NotFound) -> ResponseReturnValue:
    return page(Problem(404, _("Siden findes ikke"), error.message))


def _domain(error: DomainError) -> ResponseReturnValue:
    points = tuple(dict.fromkeys(error.fields.values()))
    return page(Problem(422, _("Det kunne ikke lade sig gøre"), error.message, points))


def _definition(error: DefinitionError) -> ResponseReturnValue:
    points = tuple(finding.message for finding in error.findings)
    return page(Problem(422, _("Modellen kan ikke bruges"), error.message, points))


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    if not guard.is_signed_in():
        return guard.to_login()
    text = _(
        "Siden var for gammel til at sende. Intet er gemt. Gå tilbage, genindlæs siden, og send igen."
    )
    return page(Problem(400, _("Siden kunne ikke sendes"), text))


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:  # a redirect, such as the one to a path without its last slash
        return error.get_response()
    if status == 404:
        return page(
            Problem(404, _("Siden findes ikke"), _("Tjek adressen, eller begynd fra menuen."))
        )
    if status == 413:
        text = _("Det, du sendte, fylder for meget. Gør det mindre, og prøv igen.")
        return page(Problem(413, _("Det kunne ikke lade sig gøre"), text))
    text = _("Siden kan ikke bruges på den måde. Begynd fra menuen.")
    return page(Problem(status, _("Det kunne ikke lade sig gøre"), text))


def _bug(error: InternalServerError) -> ResponseReturnValue:
    incident = keys.random_token()[:8]
    cause = error.original_exception or error
    log.error("page failed", incident=incident, endpoint=request.endpoint, exc_info=cause)
    text = _("Det er vores fejl, ikke din. Intet er gemt halvt. Prøv igen om lidt.")
    return page(Problem(500, _("Noget gik galt"), text, incident=incident))
