"""Reading a form-js file: JSON bytes → components, with everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app import canonical
from app.forms.check import check_together
from app.forms.component import Component, Json, Option, OptionSource, Properties, Rules
from app.forms.expression import Expression, Template, expression, template
from app.forms.fields import KINDS, QUESTIONS
from app.forms.finding import Finding
from app.forms.pattern import Pattern, PatternError, read_pattern
from app.forms.properties import read_properties

MAX_BYTES = 500_000
MAX_COMPONENTS = 500
MAX_LEVELS = 8
OLDEST_SCHEMA = 9

_KEY = re.compile(r"[A-Za-zÆØÅæøå][A-Za-z0-9_ÆØÅæøå]*(\.[A-Za-zÆØÅæøå][A-Za-z0-9_ÆØÅæøå]*)*")
_RESERVED = frozenset({"csrf_token"})
_LIMITS = {"min": False, "max": False, "minLength": True, "maxLength": True}


@dataclass(frozen=True)
class Definition:
    """What a form file says: its id, its components, and what was found on the way."""

    id: str
    components: tuple[Component, ...]
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether no finding is an error."""
        return all(finding.severity != "error" for finding in self.findings)


def read_definition(content: bytes) -> Definition:
    """Read a form file; what cannot be used becomes a finding, never an exception."""
    if len(content) > MAX_BYTES:
        return _broken("form:too-large", f"Filen fylder mere end {MAX_BYTES // 1000} kB.")
    try:
        document = canonical.from_outside(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return _broken("form:json", "Filen er ikke gyldig JSON.")
    if not isinstance(document, dict) or not isinstance(document.get("components"), list):
        return _broken("form:json", "Filen er ikke en formular: »components« mangler.")
    reader = _Reader()
    _check_head(document, reader)
    components = reader.components(document["components"], (), 0)
    reader.findings.extend(check_together(components))
    return Definition(str(document.get("id") or ""), components, tuple(reader.findings))


def _broken(code: str, message: str) -> Definition:
    return Definition("", (), (Finding(code, None, message),))


def _check_head(document: Mapping[str, Any], reader: _Reader) -> None:
    if document.get("type") != "default":
        reader.find("form:type", None, "Formularens type skal være »default«.")
    version = document.get("schemaVersion")
    if not isinstance(version, int) or version < OLDEST_SCHEMA:
        reader.find(
            "form:schema-version",
            None,
            f"Formularen er gemt i et format, der er ældre end version {OLDEST_SCHEMA}.",
            fix="Åbn den i Camunda Modeler, og gem den igen.",
        )
    if not document.get("id"):
        reader.find("form:id-missing", None, "Formularen har intet id.", fix="Giv den et id.")


@dataclass
class _Reader:
    """Reads components one by one, and notes what it finds."""

    findings: list[Finding] = field(default_factory=list)
    count: int = 0

    def find(self, code: str, element: str | None, message: str, *, fix: str | None = None) -> None:
        self.findings.append(Finding(code, element, message, fix=fix))

    def components(
        self, raw: list[Any], prefix: tuple[str, ...], level: int
    ) -> tuple[Component, ...]:
        if level > MAX_LEVELS:
            self.find("form:too-deep", None, f"Formularen har mere end {MAX_LEVELS} niveauer.")
            return ()
        read = (self.component(item, prefix, level) for item in raw)
        return tuple(component for component in read if component is not None)

    def component(self, raw: Any, prefix: tuple[str, ...], level: int) -> Component | None:
        self.count += 1
        if self.count > MAX_COMPONENTS:
            if self.count == MAX_COMPONENTS + 1:
                self.find(
                    "form:too-many", None, f"Formularen har mere end {MAX_COMPONENTS} felter."
                )
            return None
        if not isinstance(raw, dict):
            self.find("form:json", None, "Et felt i filen er ikke et objekt.")
            return None
        name = raw.get("type")
        element = str(raw.get("id") or raw.get("key") or raw.get("path") or f"{name}_{self.count}")
        if name == "button":
            self.findings.append(
                Finding(
                    "form:component-ignored",
                    element,
                    "Knapper i formularen vises ikke: siden har sine egne.",
                    "warning",
                    "Fjern knappen.",
                )
            )
            return None
        if not isinstance(name, str) or name not in KINDS:
            self.find(
                "form:component-unknown",
                element,
                f"Felter af typen »{name}« kan ikke vises.",
                fix=f"Brug en af: {', '.join(KINDS)}.",
            )
            return None
        return self._known(raw, name, element, prefix, level)

    def _known(
        self, raw: dict[str, Any], name: str, element: str, prefix: tuple[str, ...], level: int
    ) -> Component:
        properties = read_properties(raw.get("properties"), element, self.findings)
        path = self._path(raw, name, element, prefix)
        children = raw.get("components")
        inner = () if name == "dynamiclist" else path
        drawn = "select" if properties.picker and name == "textfield" else name
        default = raw.get("defaultValue")
        component = Component(
            kind=KINDS[drawn],
            id=element,
            path=path,
            label=self._text(raw.get("text") if name == "text" else raw.get("label"), element),
            description=self._text(raw.get("description"), element),
            hide=self._expression(_object(raw.get("conditional")).get("hide"), element),
            readonly=self._flag(raw.get("readonly"), element),
            disabled=self._flag(raw.get("disabled"), element),
            default=self._expression(default, element) or default,
            rules=self._rules(raw, name, element),
            options=self._options(raw, properties, element),
            properties=properties,
            children=self.components(children, inner, level + 1)
            if isinstance(children, list)
            else (),
            line=str(_object(raw.get("layout")).get("row") or ""),
            raw=raw,
            question=QUESTIONS.get(drawn),
        )
        for found in (properties.valid_if, properties.target, properties.previous):
            self._known_expression(found)
        for found in properties.row_title.expressions:
            self._known_expression(found)
        self.findings.extend(component.kind.check(component))
        return component

    def _path(
        self, raw: Mapping[str, Any], name: str, element: str, prefix: tuple[str, ...]
    ) -> tuple[str, ...]:
        needed = name in QUESTIONS or name in {"dynamiclist", "expression"}
        key = raw.get("path" if name in {"dynamiclist", "group"} else "key")
        if not needed and not (name == "group" and key):
            return prefix
        if not isinstance(key, str) or not key:
            self.find("form:key-missing", element, "Feltet har ingen nøgle.", fix="Skriv en »Key«.")
            return (*prefix, element)
        if not _KEY.fullmatch(key) or key in _RESERVED or len(key) > 200:
            self.find(
                "form:key-invalid",
                element,
                f"Nøglen »{key}« kan ikke bruges.",
                fix="Begynd med et bogstav, og brug kun bogstaver, tal, understreg og punktum.",
            )
        return (*prefix, *key.split("."))

    def _expression(self, value: Any, element: str) -> Expression | None:
        found = expression(value, element)
        self._known_expression(found)
        return found

    def _known_expression(self, found: Expression | None) -> None:
        problem = found.problem() if found else None
        if found and problem:
            self.find(
                "form:expression-invalid",
                found.element,
                f"Udtrykket »={found.source}« kan ikke læses: {problem}",
            )

    def _text(self, value: Any, element: str) -> Template:
        text = template(value, element)
        for found in text.expressions:
            self._known_expression(found)
        return text

    def _flag(self, value: Any, element: str) -> bool | Expression:
        return self._expression(value, element) or value is True

    def _rules(self, raw: Mapping[str, Any], name: str, element: str) -> Rules:
        validate = dict(_object(raw.get("validate")))
        own = _object(raw.get("properties"))
        if name == "datetime":
            validate |= {word: own[word] for word in ("min", "max") if word in own}
            if raw.get("disallowPassedDates") is True:
                validate.setdefault(
                    "min", "=now()" if raw.get("subtype") == "datetime" else "=today()"
                )
        limits: dict[str, Json | Expression] = {}
        for word, whole in _LIMITS.items():
            bound = validate.get(word)
            if bound is None or bound == "":
                continue
            limits[word] = self._expression(bound, element) or bound
            if isinstance(limits[word], Expression) or (name == "datetime" and not whole):
                continue
            limits[word] = self._bound(bound, element, whole=whole)
        kind = validate.get("validationType") or ""
        return Rules(
            required=self._flag(validate.get("required"), element),
            limits=limits,
            pattern=self._pattern(validate.get("pattern"), element)
            if kind in {"", "custom"}
            else None,
            kind=str(kind),
        )

    def _bound(self, bound: Any, element: str, *, whole: bool) -> Json:
        try:
            number = canonical.number(Decimal(str(bound)))
        except (ArithmeticError, ValueError):
            number = None
        if number is None or (whole and (not isinstance(number, int) or number < 0)):
            self.find(
                "form:limit-invalid", element, f"Grænsen »{bound}« er ikke et tal, der kan bruges."
            )
            return None
        return number

    def _pattern(self, value: Any, element: str) -> Pattern | None:
        if not isinstance(value, str) or not value:
            return None
        try:
            return read_pattern(value)
        except PatternError as error:
            self.find("form:pattern-invalid", element, str(error))
            return None

    def _options(
        self, raw: Mapping[str, Any], properties: Properties, element: str
    ) -> OptionSource:
        if raw.get("type") == "filepicker":
            return OptionSource(picker="document")
        if properties.picker:
            return OptionSource(picker=properties.picker)
        computed = self._expression(raw.get("valuesExpression"), element)
        if computed:
            return OptionSource(computed=computed)
        if isinstance(raw.get("valuesKey"), str) and raw["valuesKey"]:
            return OptionSource(variable=raw["valuesKey"])
        return OptionSource(fixed=read_options(raw.get("values")))


def read_options(raw: Any) -> tuple[Option, ...]:
    """Read options from a list of texts, numbers or {label, value, hint}; what is neither is left out."""
    options = []
    for item in raw if isinstance(raw, list) else ():
        if isinstance(item, Mapping):
            value, label, hint = item.get("value"), item.get("label"), item.get("hint")
        else:
            value, label, hint = item, None, None
        if isinstance(value, str | bool | int | Decimal):
            options.append(Option(value, str(value if label is None else label), str(hint or "")))
    return tuple(options)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
