"""The table of documents. The content is sealed; the rest is what lists and references say of it."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from app.storage import Base, Instant, Key

document = Table(
    "document",
    Base.metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("course_key", Key, nullable=False, index=True),
    Column("task_key", Key, nullable=True, index=True),
    Column("field", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("uploaded_by", String(100), nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("sent_at", Instant, nullable=True),
    Column("data_key", Key, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""`sent_at` is written once, with the form; from then on the database refuses every change (triggers).

`data_key` names the key of the citizen, or of a course about nobody, that sealed `content`: where it is destroyed, the
content is erased. A table and no mapped class, so that nothing reads the content but who asks for it.
"""
