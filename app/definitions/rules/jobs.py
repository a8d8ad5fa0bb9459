"""Work outside the engine: each automatic task says what does it, and an operation of ours exists."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error, warning
from app.definitions.model.graph import JobDefinition, Kind, Node, Trigger
from app.definitions.rules.view import View, step

EXTERNAL = ("external", "true")
"""The `zeebe:property` by which a model says that an external worker takes a job type."""


def check(view: View) -> Iterator[Finding]:
    """Find automatic tasks that nothing does."""
    for node in view.nodes:
        if node.job is not None:
            yield from _job(view, node, node.job)
        elif _needs_job(node):
            yield error(
                "job:missing",
                node.id,
                f"{step(node)} siger ikke, hvad der skal udføres.",
                "Vælg en opgavetype (Task definition), for eksempel fra listen af skabeloner.",
            )
        elif node.kind is Kind.SCRIPT and node.script is None:
            yield error(
                "script:missing",
                node.id,
                f"{step(node)} har intet FEEL-udtryk. Scripts i andre sprog udføres ikke.",
                "Vælg FEEL expression i Camunda Modeler, og skriv udtrykket.",
            )
        elif node.kind is Kind.RULE and node.decision is None:
            yield error(
                "decision:missing",
                node.id,
                f"{step(node)} siger ikke, hvilken beslutning der skal bruges.",
                "Vælg DMN decision i Camunda Modeler, og skriv beslutningens id.",
            )


def _needs_job(node: Node) -> bool:
    throws_message = (
        node.kind in {Kind.THROW, Kind.END}
        and node.event is not None
        and node.event.trigger is Trigger.MESSAGE
    )
    return throws_message or node.kind in {Kind.SERVICE, Kind.SEND}


def _job(view: View, node: Node, job: JobDefinition) -> Iterator[Finding]:
    known = view.surroundings.jobs
    if not job.type:
        yield error(
            "job:missing", node.id, f"{step(node)} har en tom opgavetype.", "Skriv opgavetypen."
        )
    elif (
        known is not None
        and job.type not in known
        and not job.type.startswith("=")
        and EXTERNAL not in node.properties
    ):
        yield warning(
            "job:unknown",
            node.id,
            f"Der er ingen handling, der hedder {job.type}. {step(node)} venter, til noget udenfor tager den.",
            "Ret opgavetypen, eller sæt egenskaben external til true, hvis et andet system udfører den.",
        )
    if not job.retries.startswith("=") and not job.retries.isdecimal():
        yield error(
            "job:retries",
            node.id,
            f"Antal forsøg er ikke et helt tal: {job.retries}",
            "Skriv et helt tal.",
        )
