"""The dialect: which BPMN elements and extensions are run, passed over or refused, as one table.

The reader asks it about everything it meets, so an element that is not in the table is a finding,
never a silent no-op. docs/dialect.md is this table for people; a test keeps the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.definitions.model.graph import Kind, Trigger

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
MODELER = "http://camunda.org/schema/modeler/1.0"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"

OTHER_ENGINES: Mapping[str, str] = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://activiti.org/bpmn": "Activiti",
    "http://activiti.com/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
}
"""Extensions that would change what the model does, if this were the engine they are meant for."""


class Treatment(StrEnum):
    """What happens to an element."""

    RUN = "udføres"
    READ = "læses"
    PASSED = "tegnes kun"
    NOTED = "springes over med advarsel"
    REFUSED = "afvises"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the dialect.

    Attributes:
        name: local name of the element; with `zeebe:` before it for an extension.
        treatment: what happens to it.
        note: Danish; for what is refused, the reason, and for what is noted, why it has no effect.
        fix: Danish; what to draw instead, for what is refused.
        code: code of the finding; "" where there is none.
        stand_in: node kind that takes the refused element's place, so that the rest of the model
            can be checked.
    """

    name: str
    treatment: Treatment
    note: str = ""
    fix: str = ""
    code: str = ""
    stand_in: Kind | None = None


def _run(note: str, *names: str) -> Iterator[Entry]:
    return (Entry(name, Treatment.RUN, note) for name in names)


def _read(note: str, *names: str) -> Iterator[Entry]:
    return (Entry(name, Treatment.READ, note) for name in names)


def _passed(note: str, *names: str) -> Iterator[Entry]:
    return (Entry(name, Treatment.PASSED, note) for name in names)


def _noted(note: str, *names: str) -> Iterator[Entry]:
    return (Entry(name, Treatment.NOTED, note, code="element:no-effect") for name in names)


def _refused(name: str, note: str, fix: str, stand_in: Kind | None = None) -> Entry:
    return Entry(name, Treatment.REFUSED, note, fix, "element:unsupported", stand_in)


_ENTRIES: tuple[Entry, ...] = (
    *_run("hændelse", *(k.value for k in Kind if k.value.endswith("Event"))),
    *_run("opgave", *(k.value for k in Kind if k is Kind.TASK or k.value.endswith("Task"))),
    *_run("gateway", *(k.value for k in Kind if k.value.endswith("Gateway"))),
    *_run("kald af en anden proces", "callActivity"),
    *_run('delproces; med triggeredByEvent="true" en hændelsesdelproces', "subProcess"),
    *_run("pil; betingelser er FEEL", "sequenceFlow", "conditionExpression"),
    *_run(
        "hvad en hændelse venter på eller kaster",
        "messageEventDefinition",
        "timerEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "terminateEventDefinition",
        "linkEventDefinition",
        "conditionalEventDefinition",
    ),
    *_run("timerens tekst, ISO 8601", "timeDate", "timeDuration"),
    *_run("timerens tekst: R3/PT1H, R/P1M eller cron (0 0 8 * * MON-FRI)", "timeCycle"),
    *_run("FEEL; hændelsen indtræffer, hver gang betingelsen bliver sand", "condition"),
    *_run("gentagelse for hvert element i en liste", "multiInstanceLoopCharacteristics"),
    *_run("hvornår en gentagelse er færdig (FEEL)", "completionCondition"),
    *_read("filens ydre", "definitions", "process", "collaboration", "extensionElements"),
    *_read("navn på pool; processen tager det, hvis den intet har", "participant"),
    *_read("rolle: giver opgaver deres gruppe", "laneSet", "childLaneSet", "lane", "flowNodeRef"),
    *_read("slås op fra hændelser og opgaver", "message", "signal", "error", "escalation"),
    *_read("vejledning, vises i opgaven", "documentation"),
    *_read("pilens ender", "incoming", "outgoing", "source", "target"),
    *_read(
        "Camunda 8",
        *(
            f"zeebe:{name}"
            for name in (
                "userTask",
                "formDefinition",
                "assignmentDefinition",
                "taskSchedule",
                "priorityDefinition",
                "taskDefinition",
                "taskHeaders",
                "header",
                "ioMapping",
                "input",
                "output",
                "calledElement",
                "calledDecision",
                "script",
                "loopCharacteristics",
                "subscription",
                "versionTag",
                "properties",
                "property",
            )
        ),
    ),
    *_passed(
        "data på diagrammet; variabler kommer fra formularer og opgaver",
        "dataObject",
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "dataInputAssociation",
        "dataOutputAssociation",
        "ioSpecification",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
        "property",
        "dataState",
        "itemDefinition",
    ),
    *_passed(
        "tegning og tekst",
        "association",
        "textAnnotation",
        "text",
        "group",
        "category",
        "categoryValue",
        "messageFlow",
        "conversation",
        "conversationLink",
        "conversationAssociation",
        "correlationKey",
        "participantAssociation",
        "messageFlowAssociation",
        "participantMultiplicity",
        "partnerEntity",
        "partnerRole",
        "endPoint",
    ),
    *_passed(
        "uden betydning for udførelsen",
        "import",
        "extension",
        "relationship",
        "auditing",
        "monitoring",
        "supports",
        "interface",
        "operation",
        "rendering",
        "resource",
        "correlationProperty",
        "correlationSubscription",
        "supportedInterfaceRef",
        "ioBinding",
        "eventDefinitionRef",
        "partnerEntityRef",
        "participantRef",
        "interfaceRef",
        "endPointRef",
    ),
    *_noted(
        "bruges ikke her: gruppen kommer fra rollens bane eller zeebe:assignmentDefinition",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
    ),
    *_noted(
        "kan ikke kaldes her: kald en proces i stedet",
        "globalTask",
        "globalUserTask",
        "globalManualTask",
        "globalScriptTask",
        "globalBusinessRuleTask",
    ),
    _refused(
        "complexGateway",
        "En kompleks gateway kan ikke udføres entydigt.",
        "Brug en inklusiv, eksklusiv eller parallel gateway.",
        Kind.INCLUSIVE,
    ),
    _refused(
        "transaction",
        "En transaktion kan ikke udføres.",
        "Brug en almindelig delproces, og tegn fortrydelsen som en fejlhændelse på dens kant.",
        Kind.SUB_PROCESS,
    ),
    _refused(
        "adHocSubProcess",
        "En ad hoc-delproces kan ikke udføres.",
        "Tegn rækkefølgen med gateways, eller brug en gentagelse over en liste.",
        Kind.SUB_PROCESS,
    ),
    _refused(
        "cancelEventDefinition",
        "En annulleringshændelse hører til transaktioner og kan ikke udføres.",
        "Brug en fejlhændelse på delprocessens kant.",
    ),
    _refused(
        "compensateEventDefinition",
        "Kompensation kan ikke udføres.",
        "Tegn det, der skal fortrydes, som almindelige opgaver efter en fejlhændelse.",
    ),
    _refused(
        "standardLoopCharacteristics",
        "En løkkemarkering på en opgave kan ikke udføres.",
        "Tegn løkken med en eksklusiv gateway og en pil tilbage.",
    ),
    _refused(
        "loopCardinality",
        "Et fast antal gentagelser kan ikke udføres.",
        "Brug en liste: zeebe:loopCharacteristics inputCollection, for eksempel »= for i in 1..3 "
        "return i«.",
    ),
    _refused(
        "eventDefinition",
        "En hændelse af ukendt slags kan ikke udføres.",
        "Vælg en af de kendte slags hændelser.",
    ),
    _refused("choreography", "En koreografi kan ikke udføres.", "Tegn en proces."),
    _refused("globalChoreographyTask", "En koreografi kan ikke udføres.", "Tegn en proces."),
    _refused("globalConversation", "En samtale kan ikke udføres.", "Tegn en proces."),
    *(
        Entry(f"zeebe:{name}", Treatment.REFUSED, note, fix, "extension:unsupported")
        for name, note, fix in (
            (
                "executionListeners",
                "Lyttere på trin udføres ikke.",
                "Tegn arbejdet som en serviceopgave.",
            ),
            (
                "taskListeners",
                "Lyttere på opgaver udføres ikke.",
                "Tegn arbejdet som en serviceopgave.",
            ),
            ("adHoc", "En ad hoc-delproces kan ikke udføres.", "Tegn rækkefølgen med gateways."),
            (
                "conditionalFilter",
                "Et filter på en betinget hændelse må ikke udelade noget, som betingelsen læser (create, update).",
                "Skriv det hele i betingelsen.",
            ),
        )
    ),
    *(
        Entry(f"zeebe:{name}", Treatment.NOTED, note, code="extension:no-effect")
        for name, note in (
            ("userTaskForm", "indlejrede formularer vises ikke: gem formularen som en .form-fil"),
            ("linkedResources", "tilknyttede ressourcer bruges ikke"),
            ("jobPriorityDefinition", "jobs prioriteres ikke"),
            ("agentDefinition", "opgaven er et job som andre"),
            ("publishMessage", "beskeder sendes som job: angiv en opgavetype"),
        )
    ),
)

TABLE: Mapping[str, Entry] = {entry.name: entry for entry in _ENTRIES}
"""Everything that is known, by name."""


class Position(StrEnum):
    """Where an event stands; what it may wait for or throw depends on it."""

    START = "start på processen"
    INNER_START = "start på en delproces"
    EVENT_START = "start på en hændelsesdelproces"
    CATCH = "mellemliggende, ventende"
    BOUNDARY = "på kanten af en opgave"
    THROW = "mellemliggende, kastende"
    END = "slut"


TRIGGERS: Mapping[Position, frozenset[Trigger]] = {
    Position.START: frozenset({Trigger.NONE, Trigger.MESSAGE, Trigger.TIMER, Trigger.SIGNAL}),
    Position.INNER_START: frozenset({Trigger.NONE}),
    Position.EVENT_START: frozenset(
        {
            Trigger.MESSAGE,
            Trigger.TIMER,
            Trigger.SIGNAL,
            Trigger.ERROR,
            Trigger.ESCALATION,
            Trigger.CONDITIONAL,
        }
    ),
    Position.CATCH: frozenset(
        {
            Trigger.MESSAGE,
            Trigger.TIMER,
            Trigger.SIGNAL,
            Trigger.CONDITIONAL,
            Trigger.LINK,
        }
    ),
    Position.BOUNDARY: frozenset(
        {
            Trigger.MESSAGE,
            Trigger.TIMER,
            Trigger.SIGNAL,
            Trigger.ERROR,
            Trigger.ESCALATION,
            Trigger.CONDITIONAL,
        }
    ),
    Position.THROW: frozenset(
        {
            Trigger.NONE,
            Trigger.MESSAGE,
            Trigger.SIGNAL,
            Trigger.ESCALATION,
            Trigger.LINK,
        }
    ),
    Position.END: frozenset(
        {
            Trigger.NONE,
            Trigger.ERROR,
            Trigger.ESCALATION,
            Trigger.TERMINATE,
            Trigger.MESSAGE,
            Trigger.SIGNAL,
        }
    ),
}
"""Which triggers run at which position."""


def markdown() -> str:
    """Write the dialect as the Markdown tables of docs/dialect.md."""
    lines = ["| element | hvad der sker | bemærkning | i stedet |", "|---|---|---|---|"]
    for entry in sorted(
        TABLE.values(), key=lambda entry: (list(Treatment).index(entry.treatment), entry.name)
    ):
        code = f" (`{entry.code}`)" if entry.code else ""
        lines.append(
            f"| `{entry.name}` | {entry.treatment.value}{code} | {entry.note} | {entry.fix} |"
        )
    lines += ["", "| hændelsen står | og må være |", "|---|---|"]
    for position, triggers in TRIGGERS.items():
        allowed = ", ".join(trigger.value for trigger in Trigger if trigger in triggers)
        lines.append(f"| {position.value} | {allowed} |")
    lines += ["", "| udvidelse fra en anden motor | hvad der sker |", "|---|---|"]
    lines += [
        f"| `{space}` ({engine}) | afvises (`extension:other-engine`); springes over med advarsel, hvor elementet også "
        "har zeebe-udvidelser, eller filen er tegnet til Camunda 8 (`extension:no-effect`) |"
        for space, engine in OTHER_ENGINES.items()
    ]
    return "\n".join(lines) + "\n"
