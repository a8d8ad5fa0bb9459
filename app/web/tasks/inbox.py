"""The inbox: what must I do now?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app import access, audit, citizens, courses, deadlines, emergencies, house_of, inbox
from app.access.closed import permit
from app.access.session import current_principal
from app.citizens import Citizen
from app.inbox import Deadline, Filters, Row, View
from app.web.citizens.pages import ground_for_citizen
from app.web.i18n import gettext as _
from app.web.pictures.phases import name_of
from app.web.site.links import keys_in
from app.web.site.pages import pages
from app.web.site.visits import searched, seen
from app.web.tasks.renewals import renewals
from app.web.tasks.strangers import Stranger, shown, strangers, with_strangers
from app.web.words.deadlines import Due, dues
from app.web.words.reasons import groups_of, why_mine

blueprint = pages("inbox", __name__)


@dataclass(frozen=True)
class Address:
    """What a URL of the inbox says: view, filters and page."""

    view: View
    filters: Filters
    number: int = 1

    def url(self) -> str:
        """Return the URL of this list."""
        filters = self.filters
        parts = {
            "view": "" if self.view is View.GROUPS else self.view.value,
            "kind": filters.process_id,
            "due": filters.deadline.value if filters.deadline else "",
            "phase": filters.phase,
            "citizen": ".".join(map(str, filters.citizens)),
            "law": "1" if filters.by_law else "",
            "page": str(self.number) if self.number > 1 else "",
        }
        query = urlencode({name: value for name, value in parts.items() if value})
        return url_for("inbox.index") + (f"?{query}" if query else "")

    def with_filters(self, filters: Filters) -> Address:
        """Return the first page of the same view, narrowed otherwise."""
        return Address(self.view, filters)


def read_address(values: MultiDict[str, str]) -> Address:
    """Read the list's address from a URL or a form; what cannot be read is left out."""
    view = values.get("view", "")
    due = values.get("due", "")
    number = values.get("page", "")
    filters = Filters(
        process_id=values.get("kind", "")[:200],
        deadline=Deadline(due) if due in set(Deadline) else None,
        phase=values.get("phase", "")[:200],
        citizens=keys_in(values.get("citizen", ""), 20),
        by_law=values.get("law", "") == "1",
    )
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    return Address(View(view) if view in set(View) else View.GROUPS, filters, page)


@dataclass(frozen=True)
class Line:
    """One row as it is shown."""

    row: Row
    due: Due
    why: str
    phase: str
    holder: str
    holder_groups: str
    visible: bool
    """Whether the person may still see whom it is about."""
    may_claim: bool
    may_release: bool

    @property
    def group(self) -> str:
        """Beneath which heading it stands: the chip's kind, or paused; a deadline that is over presses nobody."""
        if self.due.paused:
            return "paused"
        return "none" if self.due.chip.kind == "ok" else self.due.chip.kind


@dataclass(frozen=True)
class Group:
    """Rows beneath one heading."""

    id: str
    heading: str
    lines: tuple[Line | Stranger, ...]


@blueprint.get("/inbox")
@permit("inbox:read")
def index() -> ResponseReturnValue:
    """Show the list that the URL names."""
    house, person = house_of(current_app), current_principal()
    address, now = read_address(request.args), house.clock.now()
    asked = inbox.List(person, address.view, now)
    with house.database.read() as session:
        told = inbox.overview(session, person, now)
        found = inbox.page(session, asked, address.filters, address.number, told)
        lines = _lines(session, found.rows)
        everyone = strangers(session, person, now)
        unknown = [one for one in everyone if shown(one, address.view, address.filters, now)]
        overview = with_strangers(told, everyone)
        page = render_template(
            "inbox.html",
            address=replace(address, number=found.number),
            found=found,
            groups=_groups(_merged(lines, unknown if found.number == 1 else []), address.view),
            total=found.total + len(unknown),
            cursor=next((line.row.task.key for line in lines if line.may_claim), None),
            views=_views(overview.views, address.view),
            view_name=_name(address.view),
            empty=_empty(address),
            findings=len(audit.findings(session, responsible=person.username, all_=False)),
            emergencies=len(emergencies.to_review(session, person)),
            renewals=(asked_anew := renewals(session, person, now)),
            urgent=(overview.overdue, overview.soon),
            unseen=deadlines.unseen_breaches(session, None)
            if person.may("deadline:oversee")
            else 0,
            previous=replace(address, number=found.number - 1).url() if found.number > 1 else "",
            next=replace(address, number=found.number + 1).url()
            if found.number < found.pages
            else "",
            **_filter_form(session, asked, address),
        )
    keys = [line.row.citizen.key for line in lines if line.row.citizen and line.visible]
    keys += [one.citizen.key for one in asked_anew]
    seen("inbox:read", "Indbakke", keys)
    return page


@blueprint.post("/inbox")
@permit("inbox:read")
def narrow() -> ResponseReturnValue:
    """Turn the filter form into the list's URL: a name is looked up here, and never stands in a URL."""
    house, person = house_of(current_app), current_principal()
    address = read_address(request.form)
    text = request.form.get("name", "").strip()
    if text:
        asked = inbox.List(person, address.view, house.clock.now())
        with house.database.read() as session:
            people = _known(session, inbox.find_citizens(session, asked, text[:200]))
        purpose = searched("Søgning i indbakken", text)
        seen("inbox:search", purpose, [one.key for one in people])
        if not people:
            flash(_("Ingen borger i listen hedder det, du skrev."), "info")
        keys = tuple(one.key for one in people)
        address = address.with_filters(replace(address.filters, citizens=keys))
    return redirect(replace(address, number=1).url(), 303)


def _lines(session: Session, rows: tuple[Row, ...]) -> list[Line]:
    house, person = house_of(current_app), current_principal()
    names = access.names(session, {row.task.assignee for row in rows if row.task.assignee})
    found = dues(session, [row.task for row in rows], house.clock.now())
    barred = citizens.closed_to(session, person.username, house.clock.now())
    return [
        Line(
            row,
            found[row.task.key],
            why_mine(row.task, person),
            name_of(session, house.runtime, row.course.version_key, row.course.phase),
            names.get(row.task.assignee or "", ""),
            "" if row.task.assignee else groups_of(row.task),
            visible=_visible(session, row, barred),
            may_claim=row.task.assignee is None and courses.may_work(row.task, person),
            may_release=row.task.status == "open" and row.task.assignee == person.username,
        )
        for row in rows
    ]


def _visible(session: Session, row: Row, barred: set[int]) -> bool:
    """Tell whether the person may see whom the row is about; to staff their own open task is the ground.

    Args:
        session: a read session.
        row: the row.
        barred: the citizens on whose block list the person stands.
    """
    person = current_principal()
    if row.citizen is not None and row.citizen.key in barred:
        return False
    is_staff = bool(person.roles - {"external_participant", "citizen"})
    if is_staff and row.task.status == "open" and courses.is_candidate(row.task, person):
        return True
    return (
        courses.ground_for(session, person, row.course, house_of(current_app).clock.now())
        is not None
    )


def _known(session: Session, found: list[Citizen]) -> list[Citizen]:
    """Return those whom the person may see: that a task is about somebody is not told by their name either."""
    return [one for one in found if ground_for_citizen(session, one.key) is not None]


def _merged(lines: list[Line], unknown: list[Stranger]) -> list[Line | Stranger]:
    """Put the inquiries without a number among the tasks, by when something is due."""
    found: list[Line | Stranger] = [*lines, *unknown]
    never = datetime.max.replace(tzinfo=UTC)

    def due(one: Line | Stranger) -> datetime:
        return (one.inquiry.due if isinstance(one, Stranger) else one.row.task.due) or never

    return sorted(found, key=due) if unknown else found


def _groups(lines: list[Line | Stranger], view: View) -> list[Group]:
    if view is View.DONE:
        return [Group("done", _("Færdige, nyeste først"), tuple(lines))] if lines else []
    headings = {
        "late": _("Fristen er overskredet"),
        "soon": _("Inden for 3 dage"),
        "time": _("Senere"),
        "paused": _("Fristen er sat på pause"),
        "none": _("Ingen frist"),
    }
    groups = (
        Group(kind, heading, tuple(line for line in lines if line.group == kind))
        for kind, heading in headings.items()
    )
    return [group for group in groups if group.lines]


def _name(view: View) -> str:
    return {
        View.MINE: _("Mine"),
        View.GROUPS: _("Mine grupper"),
        View.UNASSIGNED: _("Ufordelte"),
        View.WAITING: _("Venter på andre"),
        View.DONE: _("Færdige"),
    }[view]


def _views(counts: dict[View, int], current_view: View) -> list[dict[str, object]]:
    return [
        {
            "label": _name(view),
            "url": Address(view, Filters()).url(),
            "current": view is current_view,
            "count": counts.get(view),
        }
        for view in View
    ]


def _empty(address: Address) -> str:
    if address.filters:
        return _("Ingen opgaver passer til filtrene. Fjern et filter for at se flere.")
    return {
        View.MINE: _("Du har ingen opgaver. Når du tager en opgave, eller får en, kommer den her."),
        View.GROUPS: _(
            "Hverken du eller dine grupper har opgaver. Her kommer det, som dit hold skal gøre."
        ),
        View.UNASSIGNED: _(
            "Alle opgaver i dine grupper er taget. Nye kommer her, til en af jer tager dem."
        ),
        View.WAITING: _(
            "Ingen af dine forløb venter på andre. Her kommer det, som andre skal gøre i forløb, du er tovholder for."
        ),
        View.DONE: _(
            "Du har ikke sendt nogen opgaver endnu. Her kommer de, så du kan se, hvad du svarede."
        ),
    }[address.view]


def _filter_form(session: Session, asked: inbox.List, address: Address) -> dict[str, object]:
    """Return what the filter form offers, and a chip for each filter that is on."""
    house, filters = house_of(current_app), address.filters
    offer = inbox.offer(session, asked)
    phases: dict[str, str] = {}
    for version_key, phase in offer.phases:
        phases.setdefault(phase, name_of(session, house.runtime, version_key, phase))
    limits = {
        Deadline.OVERDUE: _("Overskredet"),
        Deadline.THREE_DAYS: _("Inden for 3 dage"),
        Deadline.THIRTY_DAYS: _("Inden for 30 dage"),
        Deadline.PAUSED: _("Sat på pause"),
        Deadline.NONE: _("Ingen frist"),
    }
    people = []
    if filters.citizens:
        people = _known(session, inbox.citizens_in(session, asked, filters.citizens))
    chips = []
    if filters.process_id:
        label = offer.kinds.get(filters.process_id, filters.process_id)
        chips.append((label, replace(filters, process_id="")))
    if filters.deadline:
        chips.append((limits[filters.deadline], replace(filters, deadline=None)))
    if filters.phase:
        chips.append((phases.get(filters.phase, filters.phase), replace(filters, phase="")))
    if filters.by_law:
        chips.append((_("Lovens frister"), replace(filters, by_law=False)))
    if filters.citizens:
        label = ", ".join(one.name for one in people) or _("Borgeren er ikke i listen")
        chips.append((label, replace(filters, citizens=())))
    return {
        "kinds": offer.kinds,
        "phases": phases,
        "deadlines": {key.value: label for key, label in limits.items()},
        "chips": [(label, address.with_filters(left).url()) for label, left in chips],
        "reset": address.with_filters(Filters()).url(),
    }
