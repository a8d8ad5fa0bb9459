"""Tiny models: a body of BPMN inside one executable process, drawn unless a test says otherwise."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest

from app.definitions import Finding, Surroundings, examine, read_bpmn

HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test">"""


def model(body: str, *, roots: str = "", drawn: bool = True) -> bytes:
    """Wrap a body in a process `p`; every id in it gets a shape."""
    ids = re.findall(r'\bid="([^"]+)"', body) if drawn else []
    shapes = "".join(f'<bpmndi:BPMNShape bpmnElement="{name}"/>' for name in ids)
    return (
        f'{HEAD}{roots}<process id="p" name="Prøve" isExecutable="true">{body}</process>'
        f"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane>{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    ).encode()


def chain(*parts: str) -> str:
    """Put parts between a start `s` and an end `e`, joined by flows in order; each part begins with its id."""
    ids = ["s", *(re.search(r'\bid="([^"]+)"', part)[1] for part in parts), "e"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(itertools.pairwise(ids), 1)
    )
    return f'<startEvent id="s"/>{"".join(parts)}<endEvent id="e"/>{flows}'


def ext(inside: str) -> str:
    """Wrap extensions."""
    return f"<extensionElements>{inside}</extensionElements>"


@pytest.fixture(name="model")
def model_fixture() -> Callable[..., bytes]:
    return model


@pytest.fixture(name="chain")
def chain_fixture() -> Callable[..., str]:
    return chain


@pytest.fixture(name="ext")
def ext_fixture() -> Callable[[str], str]:
    return ext


@pytest.fixture
def findings() -> Callable[..., tuple[Finding, ...]]:
    """Examine a body; keyword arguments `roots` and `drawn` as in `model`, the rest are surroundings."""

    def examined(
        body: str, *, roots: str = "", drawn: bool = True, **around: object
    ) -> tuple[Finding, ...]:
        return examine(read_bpmn(model(body, roots=roots, drawn=drawn)), Surroundings(**around))

    return examined
