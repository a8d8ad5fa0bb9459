"""A model's types: whether a value conforms, and the conversions that make it (DMN 1.5 §7.3.2, §10.3.2.9).

A value that does not conform becomes null, with a warning; null conforms to every type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from app import feel
from app.dmn.findings import Finding
from app.dmn.model import ItemDefinition, Text
from app.feel import (
    Check,
    Expression,
    Frame,
    Function,
    Run,
    Value,
    conform,
    with_input,
)

MAX_ALIASES = 50


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A type, ready to be asked.

    Attributes:
        name: as references name it.
        check: whether a value other than null conforms.
    """

    name: str
    check: Check


def _anything(_value: Value, _run: Run) -> bool:
    return True


ANY = Kind("Any", _anything)


def coerce(value: Value, kind: Kind, run: Run, element: str | None = None) -> Value:
    """A value as a type promises it: itself, converted (§10.3.2.9.4), or null with a warning."""
    if value is None or kind.check is _anything:
        return value
    made = conform(value, kind.check, run)
    if made is not None:
        return made[0]
    run.warn("feel:type", f"Værdien er ikke af typen {kind.name!r} og bliver til null.")
    _blame(run, element)
    return None


def _blame(run: Run, element: str | None) -> None:
    if run.trace and element and run.trace[-1].element is None:
        last = run.trace[-1]
        run.trace[-1] = feel.FeelWarning(last.code, last.message, last.position, element)


class Types:
    """The types that a model knows: its own item definitions and those of its imports.

    Args:
        items: the model's own, in the order of the file.
        imported: types of imported models by the name of the import ("" for none).
    """

    def __init__(self, items: tuple[ItemDefinition, ...], imported: Mapping[str, Types]) -> None:
        self.findings: list[Finding] = []
        self._items = {item.name: item for item in items}
        self._kinds: dict[str, Kind] = {}
        # Every item definition that a reference may name, with the types that its own references are among.
        self._defined: dict[str, tuple[Types, ItemDefinition]] = {}
        for alias, types in imported.items():
            prefix = f"{alias}." if alias else ""
            self._kinds |= {f"{prefix}{name}": kind for name, kind in types._kinds.items()}  # noqa: SLF001 -- its own class
            self._defined |= {f"{prefix}{name}": each for name, each in types._defined.items()}  # noqa: SLF001 -- its own class
        self._defined |= {item.name: (self, item) for item in items}
        for item in items:
            self._kinds[item.name] = self._kind(item)

    def checks(self) -> dict[str, Check]:
        """What `instance of` may name, with its check."""
        return {name: kind.check for name, kind in self._kinds.items()}

    def components(self) -> Iterator[str]:
        """The names of all entries of the structures."""
        waiting = [*self._items.values()]
        while waiting:
            item = waiting.pop()
            yield from (component.name for component in item.components)
            waiting.extend(item.components)

    def kind(self, reference: str | None, element: str | None = None) -> Kind:
        """The type that a reference names; Any, with a finding, where there is none."""
        if not reference:
            return ANY
        found = self._find(reference)
        if found is not None:
            return found
        finding = Finding(
            "dmn:unknown-type",
            "error",
            element,
            f"Der er ingen type {reference!r}.",
            "Ret typens navn, eller opret typen.",
        )
        if finding not in self.findings:
            self.findings.append(finding)
        return ANY

    def result(self, reference: str | None) -> Kind | None:
        """What the functions of a type give; None where the reference names no such type."""
        types, item = self._definition(reference)
        return types.kind(item.result) if item is not None and item.parameters is not None else None

    def choices(self, reference: str | None) -> Text | None:
        """The values that a type allows, as it lists them; None where neither it nor what it narrows does."""
        types: Types = self
        for _ in range(MAX_ALIASES):
            types, item = types._definition(reference)
            if item is None or item.allowed is not None or item.constraint is not None:
                return None if item is None else item.allowed or item.constraint
            reference = item.base
        return None

    def _definition(self, reference: str | None) -> tuple[Types, ItemDefinition | None]:
        reference = (reference or "").strip()
        plain = reference.rpartition(":")[2]
        return self._defined.get(reference) or self._defined.get(plain) or (self, None)

    def _find(self, reference: str) -> Kind | None:
        reference = reference.strip()
        if reference in self._kinds:
            return self._kinds[reference]
        # DMN 1.1 writes `feel:number`, and a model its own types as `ns:tLoan`.
        plain = reference.rpartition(":")[2]
        if plain in self._kinds:
            return self._kinds[plain]
        return builtin_kind(plain)

    def _kind(self, item: ItemDefinition) -> Kind:
        """A type of an item definition; its references are resolved when it is asked."""
        single = self._function(item) or self._structure(item) or self._alias(item)
        allowed, whole = (
            self._tests(item.allowed, item.name),
            self._tests(item.constraint, item.name),
        )
        collection = item.collection

        def element(value: Value, run: Run) -> bool:
            return value is None or (single(value, run) and _passes(allowed, value, run))

        def check(value: Value, run: Run) -> bool:
            run.charge(6)
            if not collection:
                return element(value, run) and _passes(whole, value, run)
            if not isinstance(value, list):
                return False
            run.charge(4 * len(value))
            run.enter(2)
            fits = all(element(each, run) for each in value)
            run.leave(2)
            return fits and _passes(whole, value, run)

        return Kind(item.name, check)

    def _base(self, item: ItemDefinition) -> str | None:
        """The reference at the end of a chain of types that only rename."""
        base = item.base
        for _ in range(MAX_ALIASES):
            following = self._items.get((base or "").rpartition(":")[2])
            if following is None or following.collection or following.base is None:
                return base
            base = following.base
        self.findings.append(
            Finding("dmn:type-cycle", "error", None, f"Typen {item.name!r} henviser til sig selv.")
        )
        return None

    def _alias(self, item: ItemDefinition) -> Check:
        if not item.base or self._base(item) is None:
            return _anything
        reference, resolved = item.base, dict[str, Kind]()

        def check(value: Value, run: Run) -> bool:
            if not resolved:
                resolved[""] = self.kind(reference)
            run.enter(2)
            fits = resolved[""].check(value, run)
            run.leave(2)
            return fits

        return check

    def _structure(self, item: ItemDefinition) -> Check | None:
        if not item.components:
            return None
        entries = [(component.name, self._kind(component)) for component in item.components]

        def check(value: Value, run: Run) -> bool:
            if not isinstance(value, dict):
                return False
            run.charge(4 * len(entries))
            run.enter(2)
            fits = all(
                name in value and (value[name] is None or kind.check(value[name], run))
                for name, kind in entries
            )
            run.leave(2)
            return fits

        return check

    def _function(self, item: ItemDefinition) -> Check | None:
        parameters = item.parameters
        if parameters is None:
            return None
        return lambda value, _: (
            isinstance(value, Function)
            and (value.parameters is None or len(value.parameters) == len(parameters))
        )

    def _tests(self, tests: Text | None, name: str) -> Expression | None:
        if tests is None:
            return None
        try:
            return feel.parse_unary_tests(tests.text, [c for c in self.components() if " " in c])
        except feel.FeelError as error:
            self.findings.append(
                Finding(
                    "dmn:expression",
                    "error",
                    tests.id,
                    f"De tilladte værdier af {name!r} kan ikke læses: {error}",
                    None,
                    error.position,
                )
            )
            return None


def _passes(tests: Expression | None, value: Value, run: Run) -> bool:
    return tests is None or tests.within(with_input(value, Frame({}, None, run))) is True


_OTHER_NAMES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "days and time duration": "days and time duration",
    "any": "Any",
    # XML Schema's, as files for other engines have them.
    **dict.fromkeys(("decimal", "double", "float", "integer", "int", "long", "short"), "number"),
}


@lru_cache(maxsize=256)
def builtin_kind(name: str) -> Kind | None:
    """One of FEEL's own types; None where there is none of that name."""
    name = _OTHER_NAMES.get(name, name)
    if name == "Any":
        return ANY
    try:
        check = feel.type_check(name)
    except feel.FeelError:
        return None
    return Kind(name, check)
