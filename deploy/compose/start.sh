#!/bin/sh
# Begin a command with the secrets that came as files; where MINPING_LOG names a file, all output goes there.
# Docker's own log would put a moment to each line, and a failure on a voter's page has none.
set -eu
umask 077
ulimit -c 0
for name in DATABASE_URL METRICS_TOKEN; do
  file="${MINPING_SECRETS:-/run/secrets}/$(echo "$name" | tr 'A-Z_' 'a-z-')"
  if [ -r "$file" ]; then export "MINPING_$name=$(cat "$file")"; fi
done
if [ -n "${MINPING_LOG-}" ]; then exec "$@" >> "$MINPING_LOG" 2>&1; fi
exec "$@"
