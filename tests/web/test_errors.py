"""Errors are pages with words; every route is closed unless it names its permit."""

from __future__ import annotations

import pytest
from flask import Blueprint, abort

from app.access import PERMITS
from app.access.closed import permit, public
from app.errors import Conflict, DefinitionError, DomainError, NotFound, Refused
from app.web.site.pages import pages
from tests.web.conftest import Town

MISTAKES = {
    "domain": (
        DomainError("x:y", "Ret datoen.", fields={"day": "Datoen er i går."}),
        422,
        "Datoen er i går.",
    ),
    "missing": (NotFound("x:y", "Mødet findes ikke."), 404, "Mødet findes ikke."),
    "conflict": (Conflict("x:y", "Jonas var først."), 409, "Jonas var først."),
    "refused": (Refused("x:y", "Det må du ikke."), 403, "Det må du ikke."),
    "model": (DefinitionError("x:y", "Modellen har en fejl."), 422, "Modellen har en fejl."),
}


def trying(name: str = "trying") -> Blueprint:
    blueprint = pages(name, __name__)

    @blueprint.get("/try/<kind>")
    @public
    def fail(kind: str) -> str:
        if kind == "bug":
            raise ZeroDivisionError
        if kind == "large":
            abort(413)
        raise MISTAKES[kind][0]

    @blueprint.get("/forgotten")
    def forgotten() -> str:
        return "hemmeligt"

    @blueprint.get("/operators")
    @permit("operate")
    def operators() -> str:
        return "drift"

    return blueprint


@pytest.mark.parametrize("kind", MISTAKES)
def test_each_kind_of_error_is_a_page_that_says_what_to_do(town: Town, kind: str) -> None:
    town.app.register_blueprint(trying())
    _, status, text = MISTAKES[kind]
    answer = town.browser().get(f"/try/{kind}")
    assert answer.status_code == status
    assert text in answer.text
    assert "Til forsiden" in answer.text


def test_a_bug_gets_a_number_and_tells_nothing_else(town: Town) -> None:
    town.app.register_blueprint(trying())
    town.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = town.browser().get("/try/bug")
    assert answer.status_code == 500
    assert "Oplys dette nummer" in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_something_too_large_is_said_so(town: Town) -> None:
    town.app.register_blueprint(trying())
    assert "fylder for meget" in town.browser().get("/try/large").text


def test_a_view_without_a_permit_is_closed(town: Town) -> None:
    town.app.register_blueprint(trying())
    town.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = town.browser("mette").get("/forgotten")
    assert answer.status_code == 500
    assert "hemmeligt" not in answer.text


def test_a_role_without_the_permit_is_refused(town: Town) -> None:
    town.app.register_blueprint(trying())
    answer = town.browser("mette").get("/operators")
    assert answer.status_code == 403
    assert "Du har ikke adgang" in answer.text


def test_a_permit_that_does_not_exist_is_found_when_the_program_starts() -> None:
    with pytest.raises(ValueError, match="no such permit"):
        permit("inbox:raed")


@pytest.mark.parametrize("path", ["/nowhere", "/tasks/", "/inbox/x"])
def test_a_path_that_leads_nowhere_is_a_page(town: Town, path: str) -> None:
    answer = town.browser().get(path)
    assert answer.status_code == 404
    assert "Siden findes ikke" in answer.text


def test_a_way_that_a_page_is_not_used_is_a_page(town: Town) -> None:
    answer = town.browser("mette").client.get("/logout")
    assert answer.status_code == 405
    assert "kan ikke bruges på den måde" in answer.text


def test_every_page_names_its_permit(town: Town) -> None:
    open_to_all = set()
    for rule in town.app.url_map.iter_rules():
        view = town.app.view_functions[rule.endpoint]
        if rule.endpoint == "static" or not view.__module__.startswith("app.web"):
            continue
        assert hasattr(view, "permit"), rule
        assert view.permit == "" or view.permit in PERMITS, rule
        if not view.permit:
            open_to_all.add(rule.rule)
    assert open_to_all == {"/", "/login", "/logout"}


def test_pages_are_kept_nowhere_and_framed_by_nobody(town: Town) -> None:
    headers = town.browser("mette").get("/inbox").headers
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
