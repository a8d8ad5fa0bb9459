"""Adgangslog: who has looked at whom, when and why; and a citizen's own extract, which names no employee."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, citizens, house_of
from app.access import AccessRow, Looks
from app.access.closed import permit
from app.citizens import Citizen
from app.clock import LOCAL
from app.house import House
from app.web.audit.filters import midnight
from app.web.courses.pages import page_number
from app.web.i18n import gettext as _
from app.web.site.links import keys_in
from app.web.site.pages import pages
from app.web.site.visits import seen
from app.web.words import looks
from app.web.words.looks import Look

blueprint = pages("accessed", __name__)


@blueprint.get("/audit/access")
@permit("audit:read")
def index() -> ResponseReturnValue:
    """Show the access log, narrowed to who, whom, what and when."""
    house, asked = house_of(current_app), request.args
    wrong = [
        (name, _("En nøgle er et tal."))
        for name in ("citizen", "course")
        if asked.get(name, "").strip() and _key(name) is None
    ]
    wrong += [
        (name, _("Skriv datoen som 2026-11-23."))
        for name in ("since", "until")
        if asked.get(name, "").strip() and midnight(asked[name]) is None
    ]
    wanted = Looks(
        asked.get("who", "").strip()[:100],
        _key("citizen"),
        _key("course"),
        asked.get("action", "")[:100],
        midnight(asked.get("since", "")),
        midnight(asked.get("until", ""), days=1),
    )
    found = None if wrong else house.access_log.search(wanted, page_number(asked.get("page", "")))
    rows = found.rows if found is not None else ()
    with house.database.read() as session:
        people = _people(session, rows)
        names = access.names(session, {row.actor for row in rows})
        page = render_template(
            "audit/access.html",
            asked=asked,
            wrong=wrong,
            found=found,
            people=people,
            names=names,
            staff=access.staff(session),
            actions=looks.actions(),
            action_words=looks.action_words,
            previous=_page_url(found.number - 1) if found and found.number > 1 else "",
            next=_page_url(found.number + 1) if found and found.number < found.pages else "",
        )
    seen("audit:access", "Revision: adgangsloggen", list(people))
    return page


@blueprint.get("/audit/access/citizens/<key:key>")
@permit("audit:read")
def extract(key: int) -> ResponseReturnValue:
    """Show what a citizen is given: when and why they were looked up, and no employee's name."""
    citizen, lines = _extract(key)
    return render_template("audit/extract.html", citizen=citizen, lines=lines)


@blueprint.get("/audit/access/citizens/<key:key>.csv")
@permit("audit:read")
def extract_file(key: int) -> ResponseReturnValue:
    """Give the same as a file."""
    _citizen, lines = _extract(key)
    disposition = {"Content-Disposition": f'attachment; filename="adgangslog-{key}.csv"'}
    return Response(as_csv(lines), mimetype="text/csv", headers=disposition)


def as_csv(lines: list[Look]) -> str:
    """Write an extract as CSV, with a header, as spreadsheets in Denmark read it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_("Hvornår"), _("Hvad"), _("Formål"), _("Som"), _("Enhed")])
    for line in lines:
        at = line.at.astimezone(LOCAL).isoformat(sep=" ", timespec="minutes")[:16]
        cells = (at, line.what, line.purpose, line.as_what, line.unit)
        # A cell that begins so is a formula to a spreadsheet.
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@" else cell for cell in cells])
    return "\ufeff" + out.getvalue()


def _extract(key: int) -> tuple[Citizen, list[Look]]:
    seen("audit:access", "Revision: borgerens udskrift af adgangsloggen", [key])
    return _read_extract(house_of(current_app), key)


def _read_extract(house: House, key: int) -> tuple[Citizen, list[Look]]:
    with house.database.read() as session:
        citizen = citizens.citizen(session, key)
        rows = house.access_log.of_citizen(key, limit=None)
        return citizen, looks.extract(rows, everybody(session, rows))


def written_extract(house: House, citizen_key: int) -> str:
    """Return a citizen's extract as CSV, without a request: for the command line.

    Raises:
        NotFound: no such citizen.
    """
    _citizen, lines = _read_extract(house, citizen_key)
    return as_csv(lines)


def everybody(session: Session, rows: Iterable[AccessRow]) -> dict[str, str]:
    """Return all names that an extract must not tell, by username: of whoever looked, and of all who work here."""
    working = {one.username: one.name for one in access.staff(session)}
    return working | dict(access.names(session, {row.actor for row in rows}))


def _people(session: Session, rows: tuple[AccessRow, ...]) -> dict[int, Citizen]:
    found = citizens.citizens(session, sorted({key for row in rows for key in row.citizens}))
    return dict(found)


def _key(name: str) -> int | None:
    return next(iter(keys_in(request.args.get(name, "").strip(), 1)), None)


def _page_url(number: int) -> str:
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    return url_for("accessed.index") + "?" + urlencode({**kept, "page": number})
