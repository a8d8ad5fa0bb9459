"""Timers: each says when, in a way that can be read; what the drawing says in words is read where it can be."""

from __future__ import annotations

import re

from lxml import etree

from app.definitions.fixes import language
from app.definitions.fixes.drawing import Drawing, is_, label_of
from app.definitions.model.graph import TimerKind
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN
from app.definitions.reader.xml import XmlElement
from app.definitions.rules.timers import is_iso

CODES = (
    "timer:missing",
    "timer:invalid",
    "timer:cycle-here",
    "timer:unquoted",
    "feel:other-language",
)

_KINDS = {
    "timeDate": TimerKind.DATE,
    "timeDuration": TimerKind.DURATION,
    "timeCycle": TimerKind.CYCLE,
}
_UNITS = (
    (r"sek|sec|s\b", "PT{}S"),
    (r"min", "PT{}M"),
    (r"time|hour|hr|h\b|stund|std|hora|heure", "PT{}H"),
    (r"dag|day|d\b|tag|hverdag|d[ií]a|jour", "P{}D"),
    (r"uge|week|woche|semana|semaine", "P{}W"),
    (r"m[åa]ned|month|monat|mes\b|mois", "P{}M"),
    (r"[åa]r\b|year|jahr|a[ñn]o|an\b", "P{}Y"),
)
_SPAN = re.compile(r"(\d{1,4})\s*[.-]?\s*([a-zæøåäöüñí]+)", re.IGNORECASE)
_USUAL = "P1D"


def mend(drawing: Drawing) -> None:
    """Write every timer so that it can be set."""
    for scope in list(drawing.scopes()):
        for node in drawing.nodes(scope):
            for found in drawing.definitions_of(node):
                if xml.local(found) == "timerEventDefinition":
                    _timer(drawing, node, found)


def _timer(drawing: Drawing, node: XmlElement, found: XmlElement) -> None:
    texts = [part for part in found if xml.local(part) in _KINDS and xml.text(part)]
    here_once = is_(node, "intermediateCatchEvent") or (
        is_(node, "boundaryEvent") and xml.flag(node, "cancelActivity", default=True)
    )
    if len(texts) == 1:
        kind, text = xml.local(texts[0]), xml.text(texts[0])
        if not (kind == "timeCycle" and here_once) and _reads(text, kind, node):
            return
    before = "; ".join(xml.text(part) for part in texts)
    kind, text = _meant(before, label_of(node), here_once)
    for part in [part for part in found if xml.local(part) in _KINDS]:
        found.remove(part)
    new = etree.SubElement(found, f"{{{BPMN}}}{kind}")
    new.set("{http://www.w3.org/2001/XMLSchema-instance}type", _formal(found))
    new.text = text
    drawing.document(node, f"Tid: {before}" if before else "")
    code = "timer:invalid" if before else "timer:missing"
    message = (
        f"Timeren »{label_of(node)}« er nu sat til {text}; ret den, hvis den skal være en anden."
    )
    drawing.note(code, node, message, before=before)


def _formal(found: XmlElement) -> str:
    prefix = next((key for key, space in found.nsmap.items() if space == BPMN and key), "")
    return f"{prefix}:tFormalExpression" if prefix else "tFormalExpression"


def _reads(text: str, kind: str, node: XmlElement) -> bool:
    if text.startswith("="):
        bare = re.fullmatch(r"=\s*(R\d*/)?P[\dT][\dA-Z.]*\s*", text)
        begins = is_(node, "startEvent") and xml.local(node.getparent()) == "process"
        return bare is None and language.is_feel(text) and not (begins and language.names_in(text))
    return is_iso(text, _KINDS[kind]) and not text.startswith("-")


def _meant(text: str, label: str, here_once: bool) -> tuple[str, str]:  # noqa: FBT001 -- one of two places
    """Return what was meant, as the element and text of a timer that can be set."""
    for said in (text, label):
        plain = said.strip().strip('"').lstrip("=").strip()
        kind = next((key for key, each in _KINDS.items() if is_iso(plain, each)), "")
        if kind == "timeCycle" and here_once:
            interval = plain.rpartition("/")[2]
            return "timeDuration", interval if is_iso(interval, TimerKind.DURATION) else _USUAL
        if kind and not plain.startswith("-"):
            return kind, plain
        span = _span(said)
        if span:
            return "timeDuration", span
    return "timeDuration", _USUAL


def _span(said: str) -> str:
    for number, word in _SPAN.findall(said):
        for pattern, iso in _UNITS:
            if re.match(pattern, word, re.IGNORECASE) and int(number) > 0:
                return iso.format(int(number))
    return ""
