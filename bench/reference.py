"""What a ballot costs at least: a bare Flask endpoint that marks a code and inserts a row, nothing sealed.

And what a reply by text message costs at least: a bare endpoint that keeps a row for its number.
"""

import os
import secrets
import sqlite3
import threading

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

ROW = secrets.token_bytes(3000)

_kept = threading.local()


def prepare(path: str, codes: list[str]) -> None:
    """Make the reference's database with its codes."""
    connection = _connect(path)
    connection.execute("CREATE TABLE codes (code TEXT PRIMARY KEY, spent INTEGER) WITHOUT ROWID")
    connection.execute("CREATE TABLE box (key BLOB PRIMARY KEY, content BLOB) WITHOUT ROWID")
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO codes VALUES (?, 0)", [(code,) for code in codes])
    connection.execute("COMMIT")
    connection.close()


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=20, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _connection() -> sqlite3.Connection:
    if not hasattr(_kept, "connection"):
        _kept.connection = _connect(os.environ["BENCH_REFERENCE"])
    connection: sqlite3.Connection = _kept.connection
    return connection


def create_app() -> Flask:
    """Build the reference application; its database is named by ``BENCH_REFERENCE``."""
    app = Flask(__name__)

    @app.post("/v/cast")
    def cast() -> ResponseReturnValue:
        code = request.form["code"]
        connection = _connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            marked = connection.execute("UPDATE codes SET spent = 1 WHERE code = ? AND spent = 0", (code,))
            if marked.rowcount == 1:
                connection.execute("INSERT INTO box VALUES (?, ?)", (secrets.token_bytes(16), ROW))
        finally:
            connection.execute("COMMIT")
        if marked.rowcount != 1:
            return jsonify(error="already-cast"), 409
        return jsonify(receipt=request.form.get("receipt")), 201

    @app.post("/sms/<channel>")
    def reply(channel: str) -> ResponseReturnValue:
        brought = request.get_json()
        connection = _connection()
        connection.execute("BEGIN IMMEDIATE")
        for one in brought["replies"]:
            name = f"{channel} {one['number']}".encode()
            connection.execute("INSERT OR REPLACE INTO box VALUES (?, ?)", (name, ROW))
        connection.execute("COMMIT")
        return jsonify(taken=True)

    @app.get("/readyz")
    def readyz() -> ResponseReturnValue:
        return "ready\n"

    return app
