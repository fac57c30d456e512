#!/bin/sh
# Install Minping beside this file, into venv/, from the wheels here: no network is asked. PYTHON=… chooses another Python.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Minping needs Python 3.11 or newer; set PYTHON=…")'
"$python" -m venv --without-pip venv
# pip runs out of its own wheel: a fresh Debian cannot put one into an environment.
set -- wheels/pip-*.whl
PIP_CONFIG_FILE=/dev/null venv/bin/python "$1/pip" --isolated --disable-pip-version-check install --quiet \
  --no-index --find-links wheels --require-hashes --no-deps -r requirements.txt
venv/bin/minping --version
