"""Settings from the environment."""

from pathlib import Path

import pytest

from survey.config import Settings, read_settings
from survey.domain.errors import BadSetting


def test_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings({}) == Settings(
        instance=tmp_path / "instance",
        keys=tmp_path / "instance" / "keys",
        database_url=f"sqlite:///{tmp_path}/instance/minping.sqlite3",
        base_url="http://127.0.0.1:8000",
        allow_http=False,
        metrics_token=None,
    )


@pytest.mark.parametrize(
    "name",
    ["MINPING_INSTANCE", "MINPING_KEYS", "MINPING_DATABASE_URL", "MINPING_BASE_URL", "MINPING_METRICS_TOKEN"],
)
def test_empty_equals_unset(name: str) -> None:
    assert read_settings({name: ""}) == read_settings({})


def test_the_keys_may_lie_elsewhere(tmp_path: Path) -> None:
    read = read_settings({"MINPING_INSTANCE": str(tmp_path / "i"), "MINPING_KEYS": str(tmp_path / "k")})
    assert (read.instance, read.keys) == (tmp_path / "i", tmp_path / "k")
    assert read.database_url == f"sqlite:///{tmp_path}/i/minping.sqlite3"


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("sqlite:////srv/minping.sqlite3", "sqlite:////srv/minping.sqlite3"),
        ("postgresql://u:p@db/minping", "postgresql+psycopg://u:p@db/minping"),
        ("postgres://u@db/minping", "postgresql+psycopg://u@db/minping"),
        ("postgresql+psycopg://u@db/minping", "postgresql+psycopg://u@db/minping"),
    ],
)
def test_databases(url: str, read: str) -> None:
    settings = read_settings({"MINPING_DATABASE_URL": url})
    assert settings.database_url == read
    assert settings.sqlite_file == (Path("/srv/minping.sqlite3") if url.startswith("sqlite") else None)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://db/minping",
        "minping.sqlite3",
        "sqlite://",
        "sqlite:///",
        "postgresql+asyncpg://db/x",
        "/srv/db",
    ],
)
def test_no_database(url: str) -> None:
    with pytest.raises(BadSetting, match="MINPING_DATABASE_URL"):
        read_settings({"MINPING_DATABASE_URL": url})


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://minping.example.org", "https://minping.example.org"),
        ("https://minping.example.org/", "https://minping.example.org"),
        ("HTTPS://minping.example.org", "https://minping.example.org"),
        ("http://10.0.0.5:8080", "http://10.0.0.5:8080"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost", "http://localhost"),
        ("https://xn--fiqs8s.example", "https://xn--fiqs8s.example"),
    ],
)
def test_base_urls(url: str, read: str) -> None:
    assert read_settings({"MINPING_BASE_URL": url}).base_url == read


@pytest.mark.parametrize(
    "url",
    [
        "minping.example.org",
        "//minping.example.org",
        "ftp://minping.example.org",
        "https://",
        "https:minping.example.org",
        "https://:8443",
        "https://minping.example.org/sub",
        "https://minping.example.org?x=1",
        "https://minping.example.org#x",
        "https://user@minping.example.org",
        "https://user:secret@minping.example.org",
        "https://@minping.example.org",
        "https://minping.example.org:port",
        "https://minping.example.org:99999",
        "https://minping.example.org:0",
        "https://minping example.org",
        'https://minping.example.org"',
        "https://minping.example.org\n",
        "https://<minping>",
        "https://民评.example.org",
        "http://[::1",
        "javascript:alert(1)",
        "https://minping.example.org\\evil",
    ],
)
def test_a_malformed_base_url_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="MINPING_BASE_URL"):
        read_settings({"MINPING_BASE_URL": url})


@pytest.mark.parametrize(("value", "allowed"), [("1", True), ("0", False), ("", False), ("yes", False)])
def test_allow_http(value: str, allowed: bool) -> None:
    assert read_settings({"MINPING_ALLOW_HTTP": value}).allow_http is allowed


def test_the_metrics_token() -> None:
    assert read_settings({"MINPING_METRICS_TOKEN": "secret"}).metrics_token == "secret"


def test_settings_cannot_be_changed() -> None:
    settings = read_settings({})
    with pytest.raises(AttributeError):
        settings.allow_http = True  # type: ignore[misc]
