"""Teams: one responsible person at all times, a deputy, and whoever else works with the citizen."""

from __future__ import annotations

from app.teams.operations import HandedOver, end_access, register
from app.teams.posts import PARTY_KINDS, POSTS, Gap, Post
from app.teams.queries import (
    coordinator,
    coordinators,
    gaps,
    history,
    led_by,
    members,
    posts_of,
)

__all__ = [
    "PARTY_KINDS",
    "POSTS",
    "Gap",
    "HandedOver",
    "Post",
    "coordinator",
    "coordinators",
    "end_access",
    "gaps",
    "history",
    "led_by",
    "members",
    "posts_of",
    "register",
]
