"""The doctor says everything that is wrong at once, and says nothing about what is in order."""

from __future__ import annotations

from collections.abc import Callable

from app.definitions import Finding, publishable

Examine = Callable[..., tuple[Finding, ...]]


def test_a_sound_model_has_no_findings(findings: Examine, chain: Callable[..., str]) -> None:
    assert findings(chain('<task id="a"/>', '<manualTask id="b"/>')) == ()


def test_everything_wrong_is_said_at_once(findings: Examine, chain: Callable[..., str]) -> None:
    # Given a refused gateway, a task without work and a timer that cannot be read
    wait = """<intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>3 dage</timeDuration>
      </timerEventDefinition></intermediateCatchEvent>"""
    found = findings(chain('<complexGateway id="g"/>', '<serviceTask id="t"/>', wait))
    # Then each is named at its element, once
    assert [(finding.code, finding.element) for finding in found] == [
        ("element:unsupported", "g"),
        ("timer:invalid", "w"),
        ("timer:no-owner", "w"),
        ("job:missing", "t"),
    ]
    assert not publishable(found)


def test_warnings_do_not_stop_publication(findings: Examine, chain: Callable[..., str]) -> None:
    found = findings(chain('<userTask id="t"/>'), drawn=False)
    assert {finding.code for finding in found} == {
        "form:missing",
        "task:no-group",
        "diagram:missing",
    }
    assert publishable(found)


def test_what_is_not_known_here_is_said_to_be_checked_later(
    findings: Examine, chain: Callable[..., str], ext: Callable[[str], str]
) -> None:
    task = ext('<zeebe:formDefinition formId="f"/><zeebe:assignmentDefinition assignee="a"/>')
    found = findings(chain(f'<userTask id="t">{task}</userTask>'))
    assert [(finding.code, finding.severity.value) for finding in found] == [
        ("form:not-checked", "info")
    ]
    assert findings(chain(f'<userTask id="t">{task}</userTask>'), forms=frozenset({"f"})) == ()


def test_a_chain_of_two_thousand_steps_is_examined(
    findings: Examine, chain: Callable[..., str]
) -> None:
    assert findings(chain(*(f'<task id="t{n}"/>' for n in range(2000)))) == ()
