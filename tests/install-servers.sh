#!/bin/sh
# Fetch nginx and Caddy for tests/deploy, and Kannel for tests/sms, into .venv/servers, where they are missing: unpacked, not installed or started.
set -eu
into=".venv/servers"
wanted=""
for name in nginx caddy; do
  [ -x "$into/usr/sbin/$name" ] || [ -x "$into/usr/bin/$name" ] || [ -x "/usr/sbin/$name" ] \
    || command -v "$name" > /dev/null 2>&1 || wanted="$wanted $name"
done
# Kannel's programs, its simulated message centre, and the libraries that a machine may lack.
kannel=""
[ -x "$into/usr/sbin/bearerbox" ] || [ -x /usr/sbin/bearerbox ] \
  || kannel="kannel kannel-extras libct4 libhiredis0.14 libmariadb3 libpcre3"
[ -n "$wanted$kannel" ] || exit 0
if command -v apt-get > /dev/null 2>&1 && command -v dpkg-deb > /dev/null 2>&1; then
  echo "fetching$wanted${kannel:+ kannel} for the tests …"
  mkdir -p "$into/packages"
  # Each by itself: a system that has not all of them has the others.
  fetch() {
    missed=0
    for package in $wanted $kannel; do
      (cd "$into/packages" && apt-get -qq download "$package" > /dev/null 2>&1) || missed=1
    done
    return "$missed"
  }
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
  [ -z "$wanted" ] || brew install --quiet $wanted || true
fi
for name in nginx caddy; do
  [ -x "$into/usr/sbin/$name" ] || [ -x "$into/usr/bin/$name" ] || [ -x "/usr/sbin/$name" ] \
    || command -v "$name" > /dev/null 2>&1 || echo "$name could not be fetched; its tests will say that they were not run" >&2
done
[ -x "$into/usr/sbin/bearerbox" ] || [ -x /usr/sbin/bearerbox ] \
  || echo "kannel could not be fetched; its tests will say that they were not run" >&2
