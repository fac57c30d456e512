#!/bin/sh
# Install Minping beside this file, into venv/, from the wheels here: no network is asked. PYTHON=… chooses another Python.
set -eu
# The server's own user must be able to read what root installs, whatever root's umask is.
umask 022
cd "$(dirname "$0")"
python=${PYTHON:-python3}
if ! command -v "$python" > /dev/null; then
  echo "install.sh: there is no $python here; set PYTHON=/path/to/python3" >&2
  exit 1
fi
set -- wheels/pip-*.whl
if [ ! -f "$1" ]; then
  echo "install.sh: there are no wheels beside it; run the one in the folder that \"make wheelhouse\" packed" >&2
  exit 1
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Minping needs Python 3.11 or newer; set PYTHON=…")'
"$python" -m venv --without-pip venv
# pip runs out of its own wheel: a fresh Debian cannot put one into an environment.
if ! PIP_CONFIG_FILE=/dev/null venv/bin/python "$1/pip" --isolated --disable-pip-version-check install --quiet \
  --no-index --find-links wheels --require-hashes --no-deps -r requirements.txt; then
  echo "install.sh: not installed. If a wheel is missing above, these are for another Python or system than this one" \
    "($(venv/bin/python -V)): gather them anew with make wheelhouse ARGS='--python … --platform …'" >&2
  exit 1
fi
venv/bin/minping --version
