#!/bin/sh
# Fetch nginx and Caddy for tests/deploy into .venv/servers, where they are missing: unpacked, not installed or started.
set -eu
into=".venv/servers"
wanted=""
for name in nginx caddy; do
  [ -x "$into/usr/sbin/$name" ] || [ -x "$into/usr/bin/$name" ] || [ -x "/usr/sbin/$name" ] \
    || command -v "$name" > /dev/null 2>&1 || wanted="$wanted $name"
done
[ -n "$wanted" ] || exit 0
if command -v apt-get > /dev/null 2>&1 && command -v dpkg-deb > /dev/null 2>&1; then
  echo "fetching$wanted for the tests …"
  mkdir -p "$into/packages"
  fetch() { (cd "$into/packages" && apt-get -qq download $wanted > /dev/null 2>&1); }
  if ! fetch; then
    if [ "$(id -u)" = 0 ]; then apt-get update -qq > /dev/null 2>&1 || true
    elif sudo -n true 2> /dev/null; then sudo -n apt-get update -qq > /dev/null 2>&1 || true; fi
    fetch || true
  fi
  for package in "$into"/packages/*.deb; do
    [ -f "$package" ] && dpkg-deb -x "$package" "$into"
  done
  rm -rf "$into/packages"
elif command -v brew > /dev/null 2>&1; then
  brew install --quiet $wanted || true
fi
for name in nginx caddy; do
  [ -x "$into/usr/sbin/$name" ] || [ -x "$into/usr/bin/$name" ] || [ -x "/usr/sbin/$name" ] \
    || command -v "$name" > /dev/null 2>&1 || echo "$name could not be fetched; its tests will say that they were not run" >&2
done
