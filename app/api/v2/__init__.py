"""/v2: the Camunda 8 Orchestration Cluster API, for what Forløb has. One resource a file."""

from __future__ import annotations

from app.api.body import Resource
from app.api.v2 import (
    authentication,
    cluster,
    decision_definitions,
    decision_instances,
    decision_requirements,
    deployments,
    documents,
    element_instances,
    expressions,
    forms,
    incidents,
    jobs,
    messages,
    operating,
    process_definitions,
    process_instances,
    signals,
    user_tasks,
    variables,
)

RESOURCES: tuple[Resource, ...] = (
    cluster.resource,
    authentication.resource,
    deployments.resource,
    documents.resource,
    process_definitions.resource,
    decision_definitions.resource,
    decision_requirements.resource,
    decision_instances.resource,
    process_instances.resource,
    operating.resource,
    user_tasks.resource,
    forms.resource,
    variables.resource,
    messages.resource,
    signals.resource,
    jobs.resource,
    incidents.resource,
    element_instances.resource,
    expressions.resource,
)
"""Everything under /v2."""
