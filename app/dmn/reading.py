"""From a DMN file to its values: definitions, types and the requirement graph (DMN 1.1 to 1.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from app.dmn.boxes import read_function, read_logic
from app.dmn.findings import DmnError
from app.dmn.marks import all_of, first, flag, hrefs, is_dmn, text_in, typed, unary
from app.dmn.model import (
    Decision,
    DecisionService,
    Definitions,
    Element,
    Import,
    InputData,
    ItemDefinition,
    KnowledgeModel,
    Missing,
    Named,
)
from app.dmn.xml import XmlElement, XmlRefused, local, parse

MAX_ELEMENTS = 5_000
MAX_TYPE_DEPTH = 12


def read_definitions(content: bytes) -> Definitions:
    """The values of a DMN file; raises DmnError."""
    try:
        root = parse(content)
    except XmlRefused as refused:
        raise DmnError(refused.code, refused.message) from refused
    if local(root) != "definitions" or not is_dmn(root):
        raise DmnError("dmn:not-dmn", "Filen er ikke en DMN-model.")
    elements = tuple(_elements(root))
    if len(elements) > MAX_ELEMENTS:
        raise DmnError("dmn:too-large", f"Modellen har flere end {MAX_ELEMENTS} elementer.")
    return Definitions(
        root.get("id"),
        root.get("name", ""),
        root.get("namespace", ""),
        tuple(_item(child, 0) for child in all_of(root, "itemDefinition")),
        elements,
        tuple(
            Import(child.get("name", "").strip(), child.get("namespace", ""))
            for child in all_of(root, "import")
            if is_dmn_type(child.get("importType", ""))
        ),
    )


def is_dmn_type(import_type: str) -> bool:
    """Whether an import is of a DMN model (a PMML model or an XML Schema is none of ours)."""
    return "/DMN/" in import_type or not import_type


def _item(element: XmlElement, depth: int) -> ItemDefinition:
    if depth > MAX_TYPE_DEPTH:
        raise DmnError("dmn:too-deep", "Typerne ligger i for mange lag.")
    function = first(element, "functionItem")
    parameters = None if function is None else tuple(map(typed, all_of(function, "parameters")))
    return ItemDefinition(
        element.get("name", "").strip(),
        text_in(element, "typeRef") or None,
        flag(element, "isCollection"),
        unary(first(element, "allowedValues")),
        unary(first(element, "typeConstraint")),
        tuple(_item(child, depth + 1) for child in all_of(element, "itemComponent")),
        parameters,
        None if function is None else function.get("outputTypeRef"),
    )


Read: TypeAlias = Callable[[XmlElement, str, str], Element]


def _elements(root: XmlElement) -> Iterator[Element]:
    for element in root:
        read = _READERS.get(local(element))
        if read is not None and is_dmn(element):
            name = " ".join(element.get("name", "").split())
            yield read(element, element.get("id") or name, name)


def _variable(element: XmlElement) -> Named:
    variable = first(element, "variable")
    return Named("", None) if variable is None else typed(variable)


def _input(element: XmlElement, identity: str, name: str) -> Element:
    return InputData(identity, name, _variable(element).type)


def _decision(element: XmlElement, identity: str, name: str) -> Element:
    requires = [
        href
        for requirement in all_of(element, "informationRequirement")
        for kind in ("requiredDecision", "requiredInput")
        for href in hrefs(requirement, kind)
    ]
    return Decision(
        identity,
        name,
        _variable(element).type,
        tuple(requires),
        _knowledge(element),
        read_logic(element),
    )


def _knowledge(element: XmlElement) -> tuple[str, ...]:
    return tuple(
        href
        for requirement in all_of(element, "knowledgeRequirement")
        for href in hrefs(requirement, "requiredKnowledge")
    )


def _model(element: XmlElement, identity: str, name: str) -> Element:
    logic = first(element, "encapsulatedLogic")
    body = Missing(identity, None, "no-logic") if logic is None else read_function(logic, 0)
    return KnowledgeModel(identity, name, _variable(element).type, _knowledge(element), body)


def _service(element: XmlElement, identity: str, name: str) -> Element:
    return DecisionService(
        identity,
        name,
        _variable(element).type,
        hrefs(element, "outputDecision"),
        hrefs(element, "inputDecision"),
        hrefs(element, "inputData"),
    )


_READERS: dict[str, Read] = {
    "inputData": _input,
    "decision": _decision,
    "businessKnowledgeModel": _model,
    "decisionService": _service,
}
