"""Settings: defaults and the ``MINPING_*`` environment, read once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from survey.domain.errors import BadSetting


@dataclass(frozen=True)
class Settings:
    """The settings of one instance. Secrets are not among them: ``init`` makes those."""

    instance: Path
    keys: Path
    database_url: str
    base_url: str
    allow_http: bool = False
    metrics_token: str | None = None
    certificate: Path | None = None

    @property
    def sqlite_file(self) -> Path | None:
        """Return the database's file, or ``None`` where it is PostgreSQL."""
        found = self.database_url.startswith("sqlite")
        return Path(self.database_url.removeprefix("sqlite:///")) if found else None


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises ``BadSetting`` with what to write instead."""
    instance = Path(environment.get("MINPING_INSTANCE") or "instance").resolve()
    keys = Path(environment.get("MINPING_KEYS") or instance / "keys").resolve()
    certificate = environment.get("MINPING_CERTIFICATE")
    default = f"sqlite:///{instance / 'minping.sqlite3'}"
    return Settings(
        instance=instance,
        keys=keys,
        database_url=_database_url(environment.get("MINPING_DATABASE_URL") or default),
        base_url=_base_url(environment.get("MINPING_BASE_URL") or "http://127.0.0.1:8000"),
        allow_http=environment.get("MINPING_ALLOW_HTTP") == "1",
        metrics_token=environment.get("MINPING_METRICS_TOKEN") or None,
        certificate=Path(certificate).resolve() if certificate else None,
    )


def _database_url(url: str) -> str:
    if url.startswith("sqlite:///") and url != "sqlite:///":
        return f"sqlite:///{Path(url.removeprefix('sqlite:///')).resolve()}"
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(scheme):
            return _readable("postgresql+psycopg://" + url.removeprefix(scheme))
    raise BadSetting("MINPING_DATABASE_URL must begin with sqlite:/// or postgresql://")


def _readable(url: str) -> str:
    """Return a URL if it can be read; the refusal repeats nothing of it, since a password is in it."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(url)
        conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    except (ArgumentError, ProgrammingError, ValueError) as error:
        raise BadSetting(
            "MINPING_DATABASE_URL cannot be read; write it as "
            "postgresql://USER:PASSWORD@HOST/DATABASE?sslmode=verify-full, "
            "with %40 for @, %2F for / and %23 for # in a password"
        ) from error
    return url


def _base_url(url: str) -> str:
    wrong = f'MINPING_BASE_URL "{url}" cannot be used; write it as https://minping.example.org'
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadSetting(wrong) from error
    beyond = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    host = parts.hostname or ""
    legible = host and not set(url) & set(" \t\r\n\"'<>\\^`{|}") and url.isascii()
    if parts.scheme not in ("http", "https") or beyond or not legible or port == 0:
        raise BadSetting(wrong)
    return f"{parts.scheme}://{parts.netloc}"
