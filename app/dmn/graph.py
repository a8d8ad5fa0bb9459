"""A model ready to be used: its elements compiled, its requirements resolved (DMN 1.5 §6.2, §6.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.dmn.codes import OPEN, Bench, Code, typed
from app.dmn.compiler import compile_box, compile_function
from app.dmn.findings import Finding
from app.dmn.model import (
    Context,
    Decision,
    DecisionService,
    DecisionTable,
    Definitions,
    Element,
    Expression,
    InputData,
    KnowledgeModel,
    Missing,
    Relation,
    parts,
)
from app.dmn.reading import read_definitions
from app.dmn.types import Kind, Types
from app.feel import Check, Frame, Function


@dataclass(frozen=True, slots=True)
class Reference:
    """A requirement: the element's id, in this model (`namespace` "") or in an imported one."""

    namespace: str
    id: str


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A DMN model that can be evaluated.

    Attributes:
        definitions: what the file says.
        findings: what is wrong with it; a model with a finding of severity `error` should not be
            published, though it can be evaluated (what is broken answers null).
        imported: the imported models by namespace, each with the name that it goes under here.
        elements: inputs, decisions, knowledge models and services by id.
        kinds: the types of their variables by id.
        decisions: what computes each decision, by id.
        functions: what makes each knowledge model's function, by id.
        checks: the types that `instance of` may name.
        outside: the names that each decision's expressions read and nothing in the file gives, by id.
    """

    definitions: Definitions
    findings: tuple[Finding, ...]
    imported: Mapping[str, tuple[str, Model]]
    elements: Mapping[str, Element]
    kinds: Mapping[str, Kind]
    decisions: Mapping[str, Code]
    functions: Mapping[str, Callable[[Frame], Function] | None]
    checks: Mapping[str, Check]
    types: Types
    outside: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def named(self, name: str) -> Element | None:
        """The element of that id or, where there is none, of that name."""
        if name in self.elements:
            return self.elements[name]
        return next((each for each in self.elements.values() if each.name == name), None)

    def reference(self, href: str) -> Reference:
        """Where a href leads."""
        namespace, _, identity = href.rpartition("#")
        return Reference("" if namespace == self.definitions.namespace else namespace, identity)

    def resolve(self, href: str) -> tuple[str, Model, Element] | None:
        """What a href leads to: the import's name ("" for none), the model and the element."""
        reference = self.reference(href)
        if not reference.namespace:
            alias, model = "", self
        elif reference.namespace in self.imported:
            alias, model = self.imported[reference.namespace]
        else:
            return None
        element = model.elements.get(reference.id)
        return None if element is None else (alias, model, element)


def read(content: bytes, imports: Iterable[Model] = ()) -> Model:
    """Read a DMN file and make it ready.

    Args:
        content: the file's bytes.
        imports: models that it may import, found by their namespaces.

    Raises:
        DmnError: it is no DMN model, or one too large or too deep. Everything else that is wrong is a
            finding.
    """
    definitions = read_definitions(content)
    available = {model.definitions.namespace: model for model in imports}
    imported = {
        each.namespace: (each.name, available[each.namespace])
        for each in definitions.imports
        if each.namespace in available
    }
    findings = [
        Finding("dmn:import", "error", None, f"Modellen {each.namespace!r} kan ikke findes.")
        for each in definitions.imports
        if each.namespace not in available
    ]
    types = Types(definitions.items, {name: model.types for name, model in imported.values()})
    names_after_dots = _entry_names(definitions, types, imported)
    bench = Bench(types, names_after_dots, definitions.namespace)
    elements = {element.id: element for element in definitions.elements}
    model = Model(definitions, (), imported, elements, {}, {}, {}, types.checks(), types)
    kinds: dict[str, Kind] = {}
    decisions: dict[str, Code] = {}
    functions: dict[str, Callable[[Frame], Function] | None] = {}
    for element in definitions.elements:
        promised = types.result(element.type) if isinstance(element, DecisionService) else None
        kinds[element.id] = promised or types.kind(element.type, element.id)
        names = frozenset(_visible(model, element, findings))
        if isinstance(element, Decision) and not element.requires:
            names |= {
                OPEN
            }  # drawn without inputs, as one may for Camunda 8: its names come from around
        bench.owner, bench.name = element.id, element.name
        if isinstance(element, Decision):
            if isinstance(element.logic, Missing) and element.logic.reason == "no-logic":
                text = f"{element.name or element.id!r} har ingen logik og svarer null."
                findings.append(Finding("dmn:no-logic", "warning", element.id, text))
            code = compile_box(bench, element.logic, names)
            decisions[element.id] = typed(code, kinds[element.id], element.id)
        elif isinstance(element, KnowledgeModel):
            functions[element.id] = _function(bench, element, names)
    findings += [*bench.findings, *types.findings, *_cycles(model)]
    return Model(
        definitions,
        tuple(findings),
        imported,
        elements,
        kinds,
        decisions,
        functions,
        types.checks(),
        types,
        {owner: frozenset(names) for owner, names in bench.outside.items()},
    )


def _function(
    bench: Bench, element: KnowledgeModel, names: frozenset[str]
) -> Callable[[Frame], Function] | None:
    logic = element.logic
    if isinstance(logic, Missing):
        return None
    if logic.kind != "FEEL":
        bench.report("dmn:function-kind", element.id, "Kun FEEL-funktioner er tilladt.")
        return None
    gives = bench.types.result(element.type)
    return compile_function(bench, element.name, logic, names | {element.name}, gives)


def requirements(element: Element) -> tuple[str, ...]:
    """The hrefs of all that an element may use."""
    if isinstance(element, Decision):
        return element.requires + element.knowledge
    if isinstance(element, KnowledgeModel):
        return element.knowledge
    return ()


def inputs(model: Model, decision: Decision) -> tuple[str, ...]:
    """The names of the input data that a decision needs, itself or through others, each once; imported ones too."""
    found = (element for _, element in _required(model, decision))
    return tuple(dict.fromkeys(each.name for each in found if isinstance(each, InputData)))


def reads(model: Model, decision: Decision) -> tuple[str, ...]:
    """The names that a decision reads from around: its inputs, and what those drawn without inputs speak of."""
    names = dict.fromkeys(inputs(model, decision))
    for home, element in _required(model, decision):
        own = {each.name for each in home.elements.values()}
        names.update(dict.fromkeys(sorted(home.outside.get(element.id, frozenset()) - own)))
    return tuple(names)


def _required(model: Model, decision: Decision) -> list[tuple[Model, Element]]:
    """A decision and all that it requires, nearest first, each with the model it stands in."""
    found: list[tuple[Model, Element]] = [(model, decision)]
    seen = {(model.definitions.namespace, decision.id)}
    for home, element in found:
        for href in element.requires if isinstance(element, Decision) else ():
            there = home.resolve(href)
            if there is None:
                continue
            _, other, required = there
            key = other.definitions.namespace, required.id
            if key not in seen:
                seen.add(key)
                found.append((other, required))
    return found


def _visible(model: Model, element: Element, findings: list[Finding]) -> Iterator[str]:
    """The names that an element's logic may use."""
    for href in requirements(element):
        found = model.resolve(href)
        if found is None:
            findings.append(
                Finding(
                    "dmn:requirement",
                    "error",
                    element.id,
                    f"{element.name!r} henviser til {href!r}, som ikke findes.",
                )
            )
            continue
        alias, _, required = found
        yield alias or required.name


def _entry_names(
    definitions: Definitions, types: Types, imported: Mapping[str, tuple[str, Model]]
) -> Iterator[str]:
    """Names that may stand after a dot: entries of types, contexts and tables, imported elements."""
    yield from types.components()
    for _, model in imported.values():
        yield from model.types.components()
        yield from (element.name for element in model.elements.values())
        yield from (alias for alias, _ in model.imported.values())
    for element in definitions.elements:
        if isinstance(element, DecisionService):
            yield from _output_names(element, definitions)
        if isinstance(element, Decision | KnowledgeModel):
            yield from _box_names(element.logic)


def _output_names(service: DecisionService, definitions: Definitions) -> Iterator[str]:
    ids = {href.rpartition("#")[2] for href in service.outputs}
    yield from (element.name for element in definitions.elements if element.id in ids)


def _box_names(logic: Expression) -> Iterator[str]:
    waiting = [logic]
    while waiting:
        box = waiting.pop()
        if isinstance(box, Context):
            yield from (entry.variable.name for entry in box.entries if entry.variable)
        elif isinstance(box, Relation):
            yield from (column.name for column in box.columns)
        elif isinstance(box, DecisionTable):
            yield from (clause.name for clause in box.outputs if clause.name)
        waiting.extend(parts(box))


def _cycles(model: Model) -> Iterator[Finding]:
    """Decisions that require themselves, directly or through others."""
    done: set[str] = set()
    for start in model.elements:
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            identity, leaving = waiting.pop()
            if leaving:
                done.add(path.pop())
                continue
            if identity in done:
                continue
            if identity in path:
                yield Finding(
                    "dmn:cycle",
                    "error",
                    identity,
                    f"{model.elements[identity].name!r} kræver sig selv.",
                )
                continue
            path.append(identity)
            waiting.append((identity, True))
            element = model.elements[identity]
            if isinstance(element, Decision):
                waiting.extend((each, False) for each in _local(model, element))


def _local(model: Model, element: Decision) -> Iterator[str]:
    for href in element.requires:
        reference = model.reference(href)
        if not reference.namespace and reference.id in model.elements:
            yield reference.id
