"""Gather all that a machine without internet needs: ``python deploy/wheelhouse.py`` or ``make wheelhouse``.

The wheels are those of constraints-paper.txt, what reads paper ballots among them; hashes are checked. They
are for this machine's Python and platform or those named. What comes out is a folder and its tar below dist/;
there, install.sh does the rest.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CARRIED = ("README.md", "README.zh-CN.md", "LICENSE", "CHANGELOG.md", "deploy", "docs", "examples")
LEFT = ("__pycache__", ".env", "secrets", "certificates")
"""Not carried: what whoever runs Compose from this very folder has made there."""
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q", "--no-deps")


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="wheelhouse.py", description=__doc__.partition("\n")[0])
    parser.add_argument("--to", type=Path, default=ROOT / "dist", metavar="FOLDER", help="default: dist")
    parser.add_argument("--python", metavar="3.12", help="another Python than this one")
    parser.add_argument(
        "--platform", metavar="manylinux_2_28_aarch64", action="append", help="another platform than this one"
    )
    return parser.parse_args()


def those_that_run_on(platform: str) -> list[str]:
    """Return a platform and, of a manylinux one, all older ones, which pip would not think of."""
    newest = re.fullmatch(r"manylinux_2_(\d+)_(\w+)", platform)
    if not newest:
        return [platform]
    processor = newest[2]
    numbered = [f"manylinux_2_{number}_{processor}" for number in range(int(newest[1]), 4, -1)]
    return [*numbered, *([f"manylinux2014_{processor}"] if int(newest[1]) >= 17 else [])]


def name_of(chosen: argparse.Namespace) -> str:
    """Return the folder's name: version of Minping, Python, platform."""
    pyproject = (ROOT / "pyproject.toml").read_text()
    [number] = re.findall(r'(?m)^version = "(.+)"$', pyproject)
    python = chosen.python or ".".join(map(str, sys.version_info[:2]))
    return f"minping-{number}-python{python}" + (f"-{chosen.platform[-1]}" if chosen.platform else "")


def download(chosen: argparse.Namespace, wheels: Path) -> None:
    """Fetch the wheels of constraints-paper.txt, and pip's own, since a fresh Debian has none."""
    target = ["--only-binary", ":all:", "--dest", str(wheels)]
    if chosen.python:
        target += ["--python-version", chosen.python]
    for named in chosen.platform or ():
        for platform in those_that_run_on(named):
            target += ["--platform", platform]
    subprocess.run([*PIP, *target, "--require-hashes", "-r", str(ROOT / "constraints-paper.txt")], check=True)
    subprocess.run([*PIP, *target, f"pip=={version('pip')}"], check=True)


def build(wheels: Path) -> None:
    """Build Minping's own wheel."""
    subprocess.run(
        [sys.executable, "-c", BUILD, str(wheels)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


def pinned(wheels: Path) -> str:
    """Return the requirements that these wheels fulfil, each with its hash."""
    lines = []
    for wheel in sorted(wheels.glob("*.whl")):
        name, number = wheel.name.split("-")[:2]
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{name.replace('_', '-')}=={number} --hash=sha256:{digest}\n")
    return "".join(lines)


def fill(folder: Path) -> None:
    """Put what is carried beside the wheels."""
    for name in CARRIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*LEFT))
        else:
            shutil.copy(ROOT / name, folder / name)
    (folder / "requirements.txt").write_text(pinned(folder / "wheels"))
    shutil.copy(ROOT / "deploy" / "install.sh", folder / "install.sh")


def for_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Give what is packed to root, for all to read: root, unpacking, would keep the owner of this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member


def pack(folder: Path) -> Path:
    """Pack the folder, and write the tar's check value beside it."""
    packed = folder.with_name(f"{folder.name}.tar.gz")
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(folder, folder.name, filter=for_root)
    digest = hashlib.sha256(packed.read_bytes()).hexdigest()
    packed.with_name(f"{packed.name}.sha256").write_text(f"{digest}  {packed.name}\n")
    return packed


def main() -> None:
    """Make folder and tar anew; where that cannot be, say why in one line."""
    try:
        make(options())
    except subprocess.CalledProcessError:
        sys.exit(
            "wheelhouse.py: not every wheel could be had, so nothing was made; what is missing stands above"
        )
    except OSError as error:
        sys.exit(f"wheelhouse.py: {error.filename or 'file'}: {error.strerror or error}")


def make(chosen: argparse.Namespace) -> None:
    """Make folder and tar anew."""
    chosen.to.mkdir(parents=True, exist_ok=True)
    folder = chosen.to / name_of(chosen)
    with tempfile.TemporaryDirectory(dir=chosen.to) as made:
        fresh = Path(made) / folder.name
        (fresh / "wheels").mkdir(parents=True)
        build(fresh / "wheels")
        download(chosen, fresh / "wheels")
        fill(fresh)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    print(f"{pack(folder)}: {len(list((folder / 'wheels').iterdir()))} wheels")


if __name__ == "__main__":
    main()
