"""The wheel: built, installed by itself, and serving pages without the checkout."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BUILD = """
import sys
from hatchling.build import build_wheel
print(build_wheel(sys.argv[1]))
"""
SERVE = """
import sys
from pathlib import Path

target, libraries, folder, checkout = sys.argv[1:]
# Appended by hand: what a .pth file in there names (the checkout) is not taken up.
sys.path[:0] = [target]
sys.path.append(libraries)
assert not any(Path(entry or ".").resolve() == Path(checkout) for entry in sys.path), sys.path

import survey
from survey import create_app
from survey.config import read_settings
from survey.instance import make_instance

assert Path(survey.__file__).is_relative_to(target), survey.__file__
settings = read_settings({"MINPING_INSTANCE": folder})
make_instance(settings)
app = create_app(settings)
assert Path(app.template_folder).is_relative_to(target), app.template_folder
client = app.test_client()
for path in ("/v", "/receipt", "/admin/login", "/healthz", "/readyz"):
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
assert client.get("/r/none").status_code == 404
pages = [client.get("/v").text, client.get("/admin/login").text]
assets = {part.split('"')[0] for page in pages for part in page.split('"/static/')[1:]}
assert assets, pages
for asset in assets:
    answer = client.get("/static/" + asset)
    assert answer.status_code == 200 and answer.data, asset
for name in app.jinja_env.list_templates():
    app.jinja_env.get_template(name)
print(len(assets), len(app.jinja_env.list_templates()))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return folder / built.stdout.split()[-1]


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as packed:
        return {name for name in packed.namelist() if not name.endswith("/")}


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_its_templates_and_assets(wheel: Path) -> None:
    held = names(wheel)
    assert files(ROOT / "survey") <= held
    for folder in ("templates", "static"):
        assert {f"survey/{name}" for name in files(ROOT / folder)} <= held
    assert any(name.startswith("survey/static/js/") for name in held)


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in names(wheel)}
    assert tops == {"survey", wheel.name.split("-py3")[0] + ".dist-info"}
    kinds = {Path(name).suffix for name in names(wheel)}
    assert not kinds & {".sqlite3", ".key", ".log", ".pyc"}
    assert not any("instance/" in name or "secrets.json" in name for name in names(wheel))


@pytest.mark.slow
def test_the_installed_wheel_serves_pages(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run(
        [*install, "--no-compile", "--disable-pip-version-check", str(wheel)], check=True, capture_output=True
    )
    libraries = sysconfig.get_paths()["purelib"]
    arguments = [str(target), libraries, str(tmp_path / "instance"), str(ROOT)]
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", SERVE, *arguments],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assets, templates = map(int, ran.stdout.split()[-2:])
    assert assets >= 2
    assert templates == len(files(ROOT / "templates"))
