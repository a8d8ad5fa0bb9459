"""The distributed shape's dispatcher: makes jobs of procrastinate from the rows that are due.

Our rows are the truth and a job only names one, so a job too many does nothing, and one that a killed worker
took with it is made again.
"""

from __future__ import annotations

from sqlalchemy import text

from app.storage import Database, Instant

SCHEMA = "procrastinate"
QUEUE = "due"
TASK = "do"

HEARTBEAT_SECONDS = 2
"""How often a worker says that it is alive."""

LOST_SECONDS = 10
"""A worker that has said nothing for so long is dead, and what it had in hand is given to others."""

_LONGEST_MINUTES = 10
_MOST_WAITING = 1000
_ONE_DISPATCHER = 7_203_469_155_001  # the number is ours alone; it means nothing

_ALONE = text("SELECT pg_try_advisory_xact_lock(:number)")
_LOOK_INTO = text(
    f"SELECT set_config('search_path', '{SCHEMA}, ' || current_setting('search_path'), true)"
)
_FORGET_DEAD_WORKERS = text("SELECT * FROM procrastinate_prune_stalled_workers_v1(:seconds)")
_DROP_LOST_JOBS = text(
    "DELETE FROM procrastinate_jobs job WHERE job.status = 'doing' AND (job.worker_id IS NULL OR EXISTS ("
    " SELECT 1 FROM procrastinate_events event WHERE event.job_id = job.id AND event.type = 'started'"
    " AND event.at < now() - make_interval(mins => :minutes)))"
)
_WAITING = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
_PICK = text(
    "SELECT due_work.key, handler, ref FROM due_work WHERE due <= :now AND NOT EXISTS ("
    " SELECT 1 FROM procrastinate_jobs job"
    " WHERE job.queueing_lock = CAST(due_work.key AS text) AND job.status IN ('todo', 'doing'))"
    " ORDER BY due, due_work.key LIMIT :most FOR UPDATE OF due_work SKIP LOCKED"
)
_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(array_agg(ROW("
    " CAST(:queue AS varchar), CAST(:task AS varchar), 0, concern, key,"
    " jsonb_build_object('key', CAST(key AS bigint)), NULL)::procrastinate_job_to_defer_v1 ORDER BY place))"
    " FROM unnest(CAST(:keys AS text[]), CAST(:concerns AS text[]))"
    " WITH ORDINALITY AS due(key, concern, place)"
)


def dispatch(database: Database) -> int:
    """Make jobs of all rows that are due and have none, oldest first, and return how many.

    One process does this at a time; for the others there is nothing to do then. Work on one and the same thing (what
    stands in `ref` before the first colon) is done in due order, one piece after the other: it shares a lock.
    """
    with database.write() as work:
        connection = work.session.connection()
        if not connection.execute(_ALONE, {"number": _ONE_DISPATCHER}).scalar_one():
            return 0
        connection.execute(_LOOK_INTO)
        connection.execute(_FORGET_DEAD_WORKERS, {"seconds": LOST_SECONDS})
        connection.execute(_DROP_LOST_JOBS, {"minutes": _LONGEST_MINUTES})
        most = _MOST_WAITING - connection.execute(_WAITING).scalar_one()
        if most <= 0:
            return 0
        now = Instant().process_bind_param(work.now, connection.dialect)
        rows = connection.execute(_PICK, {"now": now, "most": most}).all()
        if rows:
            values = {
                "queue": QUEUE,
                "task": TASK,
                "keys": [str(key) for key, _, _ in rows],
                "concerns": [f"{handler}:{ref.partition(':')[0]}" for _, handler, ref in rows],
            }
            connection.execute(_DEFER, values)
        return len(rows)
