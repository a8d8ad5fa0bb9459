"""Why a way was taken, in words that an auditor reads without knowing FEEL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.audit import Reason
from app.engine import Deciding, Evaluation, TableUse
from app.journal import Erased
from app.web.i18n import gettext as _


def title(reason: Reason) -> str:
    """Say what was to be decided, and at which step."""
    texts = {
        Deciding.WAY: _("Vejen ud af »%(step)s«"),
        Deciding.ENOUGH: _("Var »%(step)s« færdig, før alle var med?"),
        Deciding.EVENT: _("Hændelsen »%(step)s«"),
        Deciding.TIME: _("Tidspunktet for »%(step)s«"),
        Deciding.DECISION: _("Beslutningen ved »%(step)s«"),
    }
    return texts[reason.evaluation.deciding] % {"step": reason.step}


def answer(why: Evaluation) -> str:
    """Say what came of it."""
    if why.deciding is Deciding.DECISION:
        if why.result is None:
            return _("»%(name)s« gav intet svar.") % {"name": why.text}
        return _("»%(name)s« svarede: %(result)s") % {"name": why.text, "result": words(why.result)}
    if why.deciding is Deciding.TIME:
        return _("Reglen gav: %(result)s") % {"result": words(why.result)}
    if why.result is True:
        return _("Ja, betingelsen var opfyldt.")
    if why.result is False:
        return _("Nej, betingelsen var ikke opfyldt.")
    return _("Betingelsen var hverken opfyldt eller ikke opfyldt: noget manglede.")


def caption(table: TableUse) -> str:
    """Say which table it is, and how it chooses among the rules that match."""
    policies = {
        "U": _("Højst én regel må passe."),
        "A": _("Passer flere regler, skal de give det samme."),
        "P": _("Passer flere regler, gælder svaret med højest prioritet."),
        "F": _("Passer flere regler, gælder den første."),
        "R": _("Alle regler, der passer, gælder, i tabellens rækkefølge."),
        "O": _("Alle regler, der passer, gælder, i svarenes rækkefølge."),
        "C": _("Alle regler, der passer, lægges sammen."),
    }
    name = _("Tabellen »%(name)s«.") % {"name": table.decision}
    return f"{name} {policies.get(table.hit_policy, '')}".strip()


def words(value: Any) -> str:
    """Say a variable's value: text as it is, what is made of parts by their names; what is gone reads "Slettet"."""
    if isinstance(value, Erased):
        return _("Slettet")
    if value is None:
        return _("ikke sat")
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if isinstance(value, int | Decimal):
        return format(Decimal(value), "f").replace(".", ",")
    if isinstance(value, dict):
        return ", ".join(f"{name}: {words(one)}" for name, one in value.items()) or _("tom")
    if isinstance(value, list):
        return "; ".join(words(one) for one in value) or _("ingen")
    return str(value)
