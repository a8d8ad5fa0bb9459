"""A bundle binds a version to what it refers to, by digest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.definitions import Bundle, Call, ModelProcess, bind, read_bpmn, references
from app.definitions.bundles import load

BODY = """<userTask id="u"><extensionElements><zeebe:formDefinition formId="{form}"/></extensionElements></userTask>
  <callActivity id="c"><extensionElements><zeebe:calledElement processId="{callee}" bindingType="{binding}"
    versionTag="1"/></extensionElements></callActivity>"""


def part(
    model: Callable[..., bytes], process: str, form: str, callee: str, binding: str = "deployment"
) -> ModelProcess:
    content = model(BODY.format(form=form, callee=callee, binding=binding))
    file = read_bpmn(content.replace(b'id="p"', f'id="{process}"'.encode()))
    return ModelProcess(file.digest, file.processes[0])


FORMS = {"f": "F1", "g": "G1", "unused": "U1"}


@dataclass
class Books:
    """A shelf for tests."""

    processes: dict[str, ModelProcess] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=lambda: FORMS)
    bundle: Bundle | None = None

    def process(self, process_id: str) -> ModelProcess | None:
        return self.processes.get(process_id)

    def tagged(self, process_id: str, tag: str) -> Bundle | None:
        return self.bundle if (process_id, tag) == ("b", "1") else None

    def resource(self, kind: str, name: str) -> str | None:
        return self.forms.get(name) if kind == "form" else None


def test_deployment_takes_callees_and_their_forms_along(model: Callable[..., bytes]) -> None:
    # Given a calls b, and b calls a
    a, b = part(model, "a", "f", "b"), part(model, "b", "g", "a")
    bundle = bind(a, Books({"a": a, "b": b}))
    # Then both are in a's version, with the forms of both and no others
    assert bundle.manifest == {
        "model": a.model,
        "process_id": "a",
        "forms": {"f": "F1", "g": "G1"},
        "decisions": {},
        "calls": {"b": b.model, "a": a.model},
        "tagged": {},
    }
    # And the callee stands on the same version
    callee = bundle.callee(Call("b", "deployment"))
    assert callee is not None
    assert (callee.process.id, callee.model, callee.forms) == ("b", b.model, bundle.forms)


def test_a_tagged_callee_keeps_its_own_forms(model: Callable[..., bytes]) -> None:
    old = bind(part(model, "b", "g", "nix"), Books(forms={"g": "G0"}))
    a = part(model, "a", "f", "b", "versionTag")
    bundle = bind(a, Books(bundle=old))
    assert bundle.forms == {"f": "F1"}
    assert bundle.callee(Call("b", "versionTag", "1")) is old
    assert bundle.callee(Call("b", "versionTag", "2")) is None


def test_latest_is_not_in_the_bundle(model: Callable[..., bytes]) -> None:
    b = part(model, "b", "g", "nix")
    bundle = bind(part(model, "a", "f", "b", "latest"), Books({"b": b}))
    assert bundle.calls == {}
    assert bundle.callee(Call("b")) is None


def test_a_bundle_comes_back_from_its_manifest(model: Callable[..., bytes]) -> None:
    old = bind(part(model, "b", "g", "nix"), Books(forms={"g": "G0"}))
    a, c = part(model, "a", "f", "b", "versionTag"), part(model, "c", "f", "a")
    bundle = bind(c, Books({"a": a}, bundle=old))
    stored = {found.model: found.process for found in (a, c, ModelProcess(old.model, old.process))}
    loaded = load(bundle.manifest, lambda digest, _process: stored[digest])
    assert loaded == bundle
    assert loaded.digest == bundle.digest


def test_another_form_is_another_version(model: Callable[..., bytes]) -> None:
    a = part(model, "a", "f", "nix")
    one = bind(a, Books(forms={"f": "F1"}))
    two = bind(a, Books(forms={"f": "F2"}))
    assert one.digest != two.digest


def test_references_are_literal_names_in_document_order(
    model: Callable[..., bytes], ext: Callable[[str], str]
) -> None:
    body = f"""<userTask id="t">{ext('<zeebe:formDefinition formId="f"/>')}</userTask>
      <serviceTask id="j">{ext('<zeebe:taskDefinition type="plan:adopt"/>')}</serviceTask>
      <serviceTask id="j2">{ext('<zeebe:taskDefinition type="= kind"/>')}</serviceTask>
      <callActivity id="c">{ext('<zeebe:calledElement processId="plan"/>')}</callActivity>
      <businessRuleTask id="d">{ext('<zeebe:calledDecision decisionId="frist"/>')}</businessRuleTask>
      <receiveTask id="m" messageRef="svar"/><endEvent id="e"><signalEventDefinition signalRef="slut"/></endEvent>"""
    roots = '<message id="svar" name="Svar"/><signal id="slut" name="Slut"/>'
    found = references(read_bpmn(model(body, roots=roots)).processes[0])
    assert (found.forms, found.processes, found.decisions) == (("f",), ("plan",), ("frist",))
    assert (found.jobs, found.messages, found.signals) == (("plan:adopt",), ("Svar",), ("Slut",))
