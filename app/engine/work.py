"""What an activity needs to be done: a job, a script, a process to call, a list to go through."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions import ACTIVITIES, Finding, Kind, Node, error

JOBS = {Kind.SERVICE, Kind.SEND, Kind.RULE}


def needs(node: Node) -> Iterator[Finding]:
    """A task has what it needs to be done."""
    if node.kind is Kind.RULE and node.decision is not None and node.job is None:
        if not node.decision.decision_id or not node.decision.result:
            yield error(
                "engine:decision",
                node.id,
                "Opgaven siger ikke, hvilken beslutning der skal træffes, eller hvor svaret skal hen.",
                "Skriv beslutningens id og navnet på den værdi, der får svaret.",
            )
    elif node.kind in JOBS and node.job is None:
        yield no_job(node)
    if node.kind is Kind.SCRIPT and node.script is None and node.job is None:
        yield error(
            "engine:script",
            node.id,
            "Scriptopgaven har intet udtryk.",
            "Skriv et FEEL-udtryk og navnet på den værdi, det giver.",
        )
    if node.kind is Kind.CALL and (node.call is None or not node.call.process_id):
        yield error(
            "engine:call",
            node.id,
            "Kaldet siger ikke, hvilken proces der kaldes.",
            "Skriv processens id.",
        )
    elif node.call is not None and node.call.is_chosen and node.call.binding == "deployment":
        yield error(
            "engine:call-expression",
            node.id,
            "Et udtryk kan ikke vælge mellem de processer, der udgives sammen med modellen.",
            "Vælg bindingen »latest«, eller skriv processens id.",
        )
    event = node.event
    if node.kind is Kind.RECEIVE and not (event and event.name and event.correlation_key):
        yield no_key(node)
    if node.loop is not None and not node.loop.input_collection:
        yield error(
            "engine:loop",
            node.id,
            "Gentagelsen har ingen liste at gentage for.",
            "Angiv en liste (inputCollection).",
        )
    if node.loop is not None and node.kind not in ACTIVITIES:
        yield error("engine:loop", node.id, "Kun aktiviteter kan gentages.", "Fjern gentagelsen.")


def no_job(node: Node) -> Finding:
    """Nobody knows what is to be done."""
    return error(
        "engine:no-job",
        node.id,
        "Elementet siger ikke, hvilket arbejde der skal udføres.",
        "Vælg en opgavetype (zeebe:taskDefinition).",
    )


def no_key(node: Node) -> Finding:
    """A message could not find its course."""
    return error(
        "engine:message",
        node.id,
        "Beskeden mangler navn eller korrelationsnøgle, så den kan ikke finde sit forløb.",
        "Skriv beskedens navn og en korrelationsnøgle (zeebe:subscription).",
    )
