"""The portfolio in words: courses by kind, phase and breach, and the municipality's figures, each with a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal
from flask import current_app, url_for
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app import house_of, portfolio
from app.portfolio import Efforts, Figures, KindCount, PhaseCount, UnitCount
from app.web import i18n
from app.web.i18n import gettext as _
from app.web.i18n import ngettext
from app.web.pictures.phases import name_of


@dataclass(frozen=True)
class Number:
    """A number of courses, and where they are."""

    count: int
    url: str


@dataclass(frozen=True)
class PhaseLine:
    """One phase of a kind."""

    name: str
    running: Number
    breached: Number


@dataclass(frozen=True)
class KindLine:
    """One kind of course."""

    name: str
    running: Number
    breached: Number
    phases: tuple[PhaseLine, ...]


@dataclass(frozen=True)
class UnitLine:
    """One unit."""

    name: str
    running: Number
    breached: Number


@dataclass(frozen=True)
class Figure:
    """One figure: what it is about, what it comes to, and where the rows are that it is counted from."""

    label: str
    value: str
    url: str
    late: bool = False


@dataclass(frozen=True)
class Overview:
    """What stands above the list: counts, how each deadline is kept, and the other figures."""

    kinds: tuple[KindLine, ...]
    units: tuple[UnitLine, ...]
    kept: tuple[Figure, ...]
    figures: tuple[Figure, ...]


def overview(session: Session, scope: Select[int] | None, at: datetime) -> Overview:
    """Return the portfolio of the courses that the person may see (`scope`; None means all)."""
    kinds = portfolio.counts(session, scope, at)
    found = portfolio.figures(session, scope, at)
    figures = (*_figures(found), *_efforts(portfolio.efforts(session, scope, at)))
    units = tuple(_unit(one) for one in portfolio.by_unit(session, scope, at))
    lines = tuple(_kind(session, one) for one in kinds)
    return Overview(lines, units, tuple(_kept(found)), figures)


def _unit(one: UnitCount) -> UnitLine:
    return UnitLine(
        one.name,
        Number(one.running, _url(unit=one.unit)),
        Number(one.breached, _url(unit=one.unit, standing="breach")),
    )


def _kind(session: Session, kind: KindCount) -> KindLine:
    phases = sorted(kind.phases, key=lambda one: _place(session, one))
    return KindLine(
        kind.name,
        Number(kind.running, _url(kind=kind.process_id)),
        Number(kind.breached, _url(kind=kind.process_id, standing="breach")),
        tuple(_phase(session, kind, one) for one in phases if one.phase),
    )


def _phase(session: Session, kind: KindCount, one: PhaseCount) -> PhaseLine:
    runtime = house_of(current_app).runtime
    named = {"kind": kind.process_id, "phase": one.phase}
    return PhaseLine(
        name_of(session, runtime, one.version_key, one.phase) or one.phase,
        Number(one.running, _url(**named)),
        Number(one.breached, _url(**named, standing="breach")),
    )


def _place(session: Session, one: PhaseCount) -> int:
    """Return where a phase stands in its model; what the version does not have stands last."""
    process = house_of(current_app).runtime.models.get(session, one.version_key).bundle.process
    ids = [node.id for node in process.nodes]
    return ids.index(one.phase) if one.phase in ids else len(ids)


def _kept(found: Figures) -> list[Figure]:
    lines = []
    for one in found.kept:
        if not one.code:
            label, url = _("Datoer, som modellen sætter"), url_for("deadlines.index", state="all")
        else:
            label = f"{one.name} ({one.source})"
            url = url_for("deadlines.index", state="all", rule=one.code)
        share = _("ingen afgjort endnu") if one.share is None else f"{one.share} %"
        broken = ngettext("%(num)s overskredet", "%(num)s overskredne", one.breached)
        silent = _("%(num)s uden besked") % {"num": one.silent}
        value = f"{share}, {broken % {'num': one.breached}}, {silent}"
        lines.append(Figure(label, value, url, late=one.silent > 0))
    return lines


def _figures(found: Figures) -> list[Figure]:
    figures = []
    if found.hours_to_responsible is not None:
        hours = ngettext("%(num)s time", "%(num)s timer", found.hours_to_responsible)
        quick = round(100 * found.in_a_working_day / found.inquiries)
        value = _("%(hours)s (median), %(share)s %% inden for 1 arbejdsdag") % {
            "hours": hours % {"num": found.hours_to_responsible},
            "share": quick,
        }
        figures.append(
            Figure(_("Fra henvendelse til én ansvarlig"), value, url_for("intake.index"))
        )
    figures.append(
        Figure(
            _("Henvendelser uden ansvarlig"),
            str(found.orphans),
            url_for("intake.index"),
            late=found.orphans > 0,
        )
    )
    figures += [
        _of_running(found, code, label) for code, label in _labels().items() if code != "breach"
    ]
    if found.goals:
        value = _("%(reached)s af %(goals)s mål") % {"reached": found.reached, "goals": found.goals}
        figures.append(Figure(_("Mål nået"), value, _url()))
    figures += [
        Figure(_("Afsluttet det sidste år: %(how)s") % {"how": how}, str(count), url)
        for how, count, url in _outcomes(found.outcomes)
    ]
    return figures


def _efforts(found: Efforts) -> list[Figure]:
    figures = []
    if found.calls_wanted:
        figures.append(
            Figure(
                _("Ringet tilbage det sidste år"),
                _share(found.calls_made, found.calls_wanted),
                url_for("courses.index", status="all", standing="not_called"),
                late=found.calls_made < found.calls_wanted,
            )
        )
    if found.days_to_intervention is not None:
        days = ngettext("%(num)s dag (median)", "%(num)s dage (median)", found.days_to_intervention)
        figures.append(
            Figure(
                _("Fra henvendelse til den første indsats"),
                days % {"num": found.days_to_intervention},
                _url(standing="no_intervention"),
            )
        )
    if found.professionals is not None:
        mean = format_decimal(found.professionals, "0.0", locale=i18n.current().code)
        value = _("%(mean)s i gennemsnit, højst %(most)s") % {
            "mean": mean,
            "most": found.most_professionals,
        }
        figures.append(
            Figure(_("Fagpersoner pr. borger"), value, _url(standing="many_professionals"))
        )
    if found.handovers:
        value = _share(found.with_note, found.handovers)
        url = _url(standing="changed_coordinator")
        late = found.with_note < found.handovers
        figures.append(Figure(_("Overdragelser med en note"), value, url, late=late))
    if found.scored:
        value = _share(found.improved, found.scored)
        figures.append(Figure(_("Mål, hvor niveauet er blevet bedre"), value, _url()))
    value = _("%(now)s nu, %(then)s for et år siden") % {
        "now": found.relief_now,
        "then": found.relief_then,
    }
    figures.append(
        Figure(_("Borgere med aflastning eller botilbud"), value, _url(standing="relief"))
    )
    return figures


def _share(part: int, whole: int) -> str:
    share = round(100 * part / whole)
    return _("%(count)s af %(all)s (%(share)s %%)") % {"count": part, "all": whole, "share": share}


def _of_running(found: Figures, code: str, label: str) -> Figure:
    count = found.standings[code]
    value = _share(count, found.running or 1)
    return Figure(label, value, _url(standing=code), late=count > 0 and code == "no_coordinator")


def _labels() -> dict[str, str]:
    return {
        "breach": _("En frist er overskredet"),
        "no_plan": _("Forløb uden en plan, som borgeren har sagt ja til"),
        "no_coordinator": _("Forløb uden tovholder"),
        "changed_coordinator": _("Forløb, der har skiftet tovholder det sidste år"),
        "no_consent": _("Forløb uden gyldigt samtykke"),
        "late_goal": _("Forløb med et mål, der ikke er fulgt op i tide"),
        "not_called": _("Forløb, hvor der ikke er ringet tilbage"),
        "many_professionals": _("Forløb, hvor borgeren har flere end fem fagpersoner"),
        "no_intervention": _("Forløb, hvor ingen indsats er begyndt"),
        "stepped_down": _("Forløb, hvor støtten er trappet ned"),
        "relief": _("Forløb med aflastning eller botilbud"),
        "great_need": _("Forløb, hvor behovet for støtte var stort (3–4), da de begyndte"),
    }


def standing_label(code: str) -> str:
    """Return the words of a standing."""
    return _labels()[code]


def outcome_label(code: str) -> str:
    """Return the words of an outcome; one that has none is called something else."""
    return _outcome_words().get(code, _("noget andet"))


def _outcome_words() -> dict[str, str]:
    return {
        "self_supporting": _("borgeren klarer sig selv"),
        "job": _("job"),
        "education": _("uddannelse"),
        "well_being": _("trivsel"),
        "maintained": _("holder sit niveau"),
        "declined": _("ønskede ikke at fortsætte"),
        "moved": _("flyttet"),
        "deceased": _("død"),
    }


def _outcomes(outcomes: Mapping[str, int]) -> list[tuple[str, int, str]]:
    words = _outcome_words()
    return [
        (words[code], count, url_for("courses.index", status="ended", outcome=code))
        for code, count in outcomes.items()
        if code in words
    ]


def _url(**parts: Any) -> str:
    return url_for("courses.index", status="running", **parts)
