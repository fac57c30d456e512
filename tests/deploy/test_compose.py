"""The Docker Compose file and what its containers begin with."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from survey.secrecy import ceremony
from tests.builders import ROOT
from tests.postgres import Postgres

from .fronted import DEPLOY

FOLDER = DEPLOY / "compose"
COMPOSE = (FOLDER / "compose.yaml").read_text()
SERVICES = {"web", "worker", "caddy", "database"}


def services() -> dict[str, str]:
    """Return the text of each service."""
    _, _, rest = COMPOSE.partition("\nservices:\n")
    body = rest.partition("\nnetworks:\n")[0]
    parts = re.split(r"(?m)^  (\w+):\n", f"\n{body}")
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_docker_understands_the_file(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    command = [docker or "docker", "compose"]
    if docker is None or subprocess.run([*command, "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed; compose.yaml was not verified by it")
    environment = os.environ | {"MINPING_SITE": "minping.example.org"}
    config = ["-f", str(FOLDER / "compose.yaml"), "config", "--format", "json"]
    read = subprocess.run([*command, *config], env=environment, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
    found = json.loads(read.stdout)["services"]
    assert set(found) == SERVICES
    for service in found.values():
        assert service["mem_limit"] == service["memswap_limit"]
        assert service["ulimits"]["core"] in (0, {"soft": 0, "hard": 0})
    assert found["caddy"]["network_mode"] == "service:web"


def test_no_service_may_swap_or_dump_its_memory() -> None:
    assert set(services()) == SERVICES
    common, _, minping = COMPOSE.partition("x-minping: &minping")
    assert "core: 0" in common
    for name, text in services().items():
        inherits = text + (minping.partition("\nservices:\n")[0] if "<<: *minping" in text else "")
        assert "<<: *kept-in-memory" in inherits, name
        [limit] = re.findall(r" mem_limit: (.+)", inherits)
        [both] = re.findall(r" memswap_limit: (.+)", inherits)
        assert limit == both, name


def test_only_caddy_is_reached_from_outside() -> None:
    """It shares the network of web, so that the pages answer to 127.0.0.1 alone and know who asks."""
    found = services()
    assert 'network_mode: "service:web"' in found["caddy"]
    assert [name for name, text in found.items() if "ports:" in text] == ["web"]
    assert 'ports: ["80:80", "443:443"]' in found["web"]
    assert "MINPING_BIND" not in COMPOSE
    assert "networks: [inside]" in found["database"]
    assert "/readyz" in found["web"]


def test_secrets_are_files() -> None:
    assert "PASSWORD:" not in COMPOSE
    assert "MINPING_DATABASE_URL" not in COMPOSE
    assert set(re.findall(r"file: \./secrets/(.+)", COMPOSE)) == {
        "database-password",
        "database-url",
        "metrics-token",
    }


def test_keys_of_ceremonies_are_in_memory() -> None:
    """Web and worker share them, so that the worker ends a ceremony that nobody came back to."""
    minping = COMPOSE.partition("x-minping: &minping")[2].partition("\nservices:\n")[0]
    assert f"- ceremonies:/var/lib/minping/{ceremony.FOLDER}" in minping
    [volume] = re.findall(r"(?m)^  ceremonies:\n((?:    .+\n)+)", COMPOSE)
    assert "type: tmpfs" in volume
    assert "mode=0700,uid=10001,gid=10001" in volume
    assert all("<<: *minping" in services()[name] for name in ("web", "worker"))
    assert not any("volumes:" in services()[name] for name in ("web", "worker")), "these would replace it"


def test_files_that_are_named_are_there() -> None:
    assert (FOLDER / "../caddy/Caddyfile").resolve().is_file()
    dockerfile = (FOLDER / "Dockerfile").read_text()
    for name in ("deploy/compose/start.sh", "deploy/install.sh", "deploy/gunicorn.conf.py"):
        assert (ROOT / name).is_file()
    assert "/opt/minping/deploy/compose/start.sh" in dockerfile
    version = re.findall(r'(?m)^version = "(.+)"$', (ROOT / "pyproject.toml").read_text())
    assert re.findall(r"image: minping:(.+)", COMPOSE) == version


def test_postgresql_takes_its_settings(postgres: Postgres) -> None:
    given = dict(re.findall(r"- -c(\w+)=(\S+)", COMPOSE))
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        for name, value in given.items():
            kept = connection.execute("SELECT context FROM pg_settings WHERE name = %s", (name,)).fetchone()
            assert kept, name
            if kept[0] in ("user", "superuser"):
                connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    assert given["synchronous_commit"] == given["fsync"] == "on"
    assert given["log_statement"] == "none"
    assert given["log_parameter_max_length"] == given["log_parameter_max_length_on_error"] == "0"
    assert given["log_min_duration_statement"] == "-1"


def test_containers_begin_with_their_secrets_and_a_log_without_moments(tmp_path: Path) -> None:
    (tmp_path / "database-url").write_text("postgresql://minping:a%20b@database/minping\n")
    log = tmp_path / "web.log"
    environment = {"PATH": os.environ["PATH"], "MINPING_SECRETS": str(tmp_path)}
    say = ["sh", str(FOLDER / "start.sh"), "sh", "-c", 'echo "$MINPING_DATABASE_URL"; echo no >&2; ulimit -c']
    shown = subprocess.run(say, env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines() == ["postgresql://minping:a%20b@database/minping", "0"]
    logged = subprocess.run(
        say, env=environment | {"MINPING_LOG": str(log)}, capture_output=True, text=True, check=True
    )
    assert (logged.stdout, logged.stderr) == ("", "")
    assert log.read_text() == f"{shown.stdout.splitlines()[0]}\nno\n0\n"
    assert log.stat().st_mode & 0o077 == 0
