"""A form that has been read: what everything else asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache

from marshmallow import Schema

from app import canonical
from app.errors import DefinitionError
from app.forms.component import Choices, Component, Json, NoChoices, WrongTypeError
from app.forms.computed import add_computed, without_computed
from app.forms.definition import read_definition
from app.forms.drawing import Drawing
from app.forms.example import example_answers
from app.forms.filling import Setting, fill
from app.forms.finding import Finding
from app.forms.node import Node, collect, everything
from app.forms.post import Filled, Posted, read_form_post
from app.forms.schema import build_schema
from app.forms.uploads import FileField
from app.forms.uploads import file_fields as fields_for_files
from app.forms.validation import guard, invalid, problems
from app.forms.view import FormView

_CACHED = 256
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Form:
    """A usable form file.

    Attributes:
        digest: SHA-256 of the file, in hex.
        id: the form's id in the file.
        components: in document order.
        findings: what could be better; none is an error.
        schema_class: the marshmallow schema, made once.
    """

    digest: str
    id: str
    components: tuple[Component, ...]
    findings: tuple[Finding, ...]
    schema_class: type[Schema]
    loader: Schema

    def schema(self) -> type[Schema]:
        """Return the marshmallow schema class: the same class for the same file."""
        return self.schema_class

    def all_components(self) -> tuple[Component, ...]:
        """Return all components, those inside groups and lists too."""
        return tuple(inner for component in self.components for inner in component.walk())

    @cached_property
    def takes_files(self) -> bool:
        """Whether documents can be sent with it."""
        return any(component.type == "filepicker" for component in self.all_components())

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The names that conditions read: an answer to one of them may bring up other questions."""
        hides = (component.hide for component in self.all_components())
        return tuple(sorted({name for hide in hides if hide for name in hide.names}))


def check(content: bytes) -> tuple[Finding, ...]:
    """Return what is wrong with a form file, and what could be better, with Danish messages."""
    return read_definition(content).findings


def load(content: bytes) -> Form:
    """Read a form file; remembered by digest.

    Raises:
        DefinitionError: `form:not-usable`, with the findings.
    """
    return _load(canonical.digest_bytes(content), content)


@lru_cache(maxsize=_CACHED)
def _load(digest: str, content: bytes) -> Form:
    definition = read_definition(content)
    if not definition.usable:
        errors = [finding for finding in definition.findings if finding.severity == "error"]
        raise DefinitionError(
            "form:not-usable",
            f"Formularen kan ikke bruges: {errors[0].message}",
            definition.findings,
        )
    schema = build_schema(definition.components, f"Form_{digest[:12]}")
    return Form(digest, definition.id, definition.components, definition.findings, schema, schema())


def validate(
    form: Form,
    answers_in: Mapping[str, Json],
    *,
    variables: Mapping[str, Json],
    now: datetime,
    choices: Choices,
) -> dict[str, Json]:
    """Return the answers in their one form: every visible field is there, every hidden one is not.

    Args:
        form: the form.
        answers_in: from the API's JSON or from `read_post`.
        variables: of the course, JSON values by name.
        now: the command's instant, aware.
        choices: where pickers get their options from.

    Raises:
        DomainError: `form:invalid`, with a Danish message by dotted path.
        DefinitionError: an expression of the form cannot be evaluated.
    """
    setting = Setting(variables, now, choices)
    given = without_computed(form.components, guard(answers_in))
    filling = fill(form.components, form.loader, given, setting, prefill=False)
    found = problems(filling)
    if found:
        raise invalid(found)
    return add_computed(filling, collect(filling.nodes, for_conditions=False))


def read_post(form: Form, posted: Posted) -> Filled:
    """Read what a browser posted (werkzeug's `request.form`); nothing is validated yet."""
    return read_form_post(form.components, posted)


def file_fields(
    form: Form, names: Iterable[str], *, variables: Mapping[str, Json], now: datetime
) -> dict[str, FileField]:
    """Return which of the names of inputs (werkzeug's `request.files`) are fields of the form that take files."""
    return fields_for_files(form.components, names, variables, now)


def newly_asked(
    form: Form,
    filled: Filled,
    *,
    variables: Mapping[str, Json],
    now: datetime,
    choices: Choices,
) -> tuple[str, ...]:
    """Return dotted paths of fields and lists that the posted answers bring up, but the page did not show.

    Without scripts a page cannot show them until it is drawn again; completing over them would leave them empty
    without anybody having been asked. So where this is not empty: draw the page again.
    """
    setting = Setting(variables, now, choices)
    filling = fill(form.components, form.loader, guard(filled.answers), setting, prefill=False)
    return tuple(
        node.name
        for node in everything(filling.nodes)
        if (node.component.question or node.component.type == "dynamiclist")
        and node.visible
        and not node.locked
        and node.name not in filled.seen
    )


def view(
    form: Form,
    answers: Mapping[str, Json] | None,
    errors: Mapping[str, str] | None = None,
    *,
    variables: Mapping[str, Json],
    now: datetime,
    choices: Choices,
    previous: Mapping[str, Json] | None = None,
) -> FormView:
    """Return what the template draws.

    Args:
        form: the form.
        answers: a draft or what was posted, valid or not; what is missing is prefilled from variables and defaults.
        errors: `DomainError.fields` of a failed `validate`.
        variables: of the course, JSON values by name.
        now: the present instant, aware.
        choices: where pickers get their options from.
        previous: answers to the same form last time; shown beside their fields.

    Raises:
        DomainError: `form:invalid` where the answers are no JSON of bearable size.
    """
    given = None if answers is None else guard(answers)
    setting = Setting(variables, now, choices)
    filling = fill(form.components, form.loader, given, setting, prefill=True)
    return replace(Drawing(filling, errors or {}, previous).form(form.id), deciding=form.deciding)


def readonly_view(
    form: Form,
    answers: Mapping[str, Json],
    *,
    variables: Mapping[str, Json] | None = None,
    now: datetime = _NEVER,
    choices: Choices | None = None,
) -> FormView:
    """Return the form as it was filled in, for the audit: nothing prefilled, hidden fields left out.

    Give the variables and the instant of that time where conditions or labels depend on them.
    """
    setting = Setting(variables or {}, now, choices or NoChoices())
    filling = fill(form.components, form.loader, guard(answers), setting, prefill=False)
    for node in everything(filling.nodes):
        _as_answered(node)
    return Drawing(filling, {}, readonly=True).form(form.id)


def _as_answered(node: Node) -> None:
    """Show what was answered, whatever today's options, locks and bounds say of it."""
    question = node.component.question
    if question is None or not node.given:
        return
    node.error = None
    try:
        cleaned = question.clean(node.component, node.raw) if node.raw is not None else None
    except WrongTypeError:
        cleaned = node.raw
    node.value = question.empty if cleaned is None else cleaned


def example(
    form: Form,
    *,
    variables: Mapping[str, Json],
    now: datetime,
    choices: Choices,
    seed: int,
) -> dict[str, Json]:
    """Return made-up answers that `validate` accepts; the same seed gives the same.

    Raises:
        DefinitionError: `form:no-example`.
    """
    return example_answers(form.components, form.loader, Setting(variables, now, choices), seed)
