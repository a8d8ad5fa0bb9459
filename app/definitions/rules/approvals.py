"""Approvals: who wrote something is not the one who approves it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.definitions.model.findings import Finding, warning
from app.definitions.model.graph import Kind, Node
from app.definitions.rules.view import View, step

_APPROVES = re.compile(r"\b(godkend|attest|bevilg|approv|genehmig|freigabe)", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(skriv|udarbejd|udfyld|indstil|foresl|lav |draft|write|prepare|erstell)", re.IGNORECASE
)
_OTHERS_SAY_YES = re.compile(
    r"\b(borger|forælder|foraelder|unge|kunde|citizen|customer)", re.IGNORECASE
)


def check(view: View) -> Iterator[Finding]:
    """Find approvals that fall to the same person or group as the step before that wrote what is approved."""
    for node in view.nodes:
        if node.kind is not Kind.USER or not _APPROVES.search(node.name):
            continue
        if _OTHERS_SAY_YES.search(node.name):
            continue
        for writer in _writers(view, node):
            if _same(writer, node):
                yield warning(
                    "approval:own-work",
                    node.id,
                    f"{step(node)} kan blive udført af den samme, som har udført {step(writer)}.",
                    "Giv godkendelsen til en anden gruppe, eller læg den i en anden bane.",
                )
                break


def _writers(view: View, approval: Node) -> Iterator[Node]:
    """Iterate over the tasks that write and that may come before an approval."""
    for node in view.nodes:
        writes = node.kind is Kind.USER and node is not approval and _WRITES.search(node.name)
        if writes and approval.id in view.reachable([node.id]):
            yield node


def _same(writer: Node, approval: Node) -> bool:
    one, other = writer.user_task, approval.user_task
    if one is None or other is None:
        return False
    ours = (one.assignee, one.candidate_groups, one.candidate_users)
    theirs = (other.assignee, other.candidate_groups, other.candidate_users)
    if any(ours) or any(theirs):
        return ours == theirs
    return bool(writer.lane) and writer.lane == approval.lane
