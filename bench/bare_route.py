"""A Flask route that writes a completion's rows and does nothing else: what the bench holds ours against."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

from flask import Flask, Response
from psycopg_pool import ConnectionPool

app = Flask(__name__)
pool = ConnectionPool(os.environ["BARE_DATABASE"], min_size=8, max_size=8)
transactions = pickle.loads(Path(os.environ["BARE_STATEMENTS"]).read_bytes())  # noqa: S301 -- the bench's own


@app.post("/<int:number>")
def write(number: int) -> Response:
    """Write the rows of one recorded transaction, and commit."""
    with pool.connection() as connection:
        for statement, values in transactions[number]:
            connection.execute(statement, values)
    return Response(status=204)
