import subprocess

from survey.services.count import parallel_opening


def test_what_helps_with_the_box_loads_neither_database_nor_web() -> None:
    loaded = subprocess.run(
        ["python", "-c", "import sys, survey.services.count.opener; print(*sys.modules)"],
        executable=parallel_opening.sys.executable,
        capture_output=True,
        check=True,
    )
    names = {name.partition(".")[0] for name in loaded.stdout.decode().split()}
    assert not names & {"sqlalchemy", "flask", "psycopg", "sqlite3", "multiprocessing"}
    assert "cryptography" in names
