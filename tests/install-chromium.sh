#!/bin/sh
# Install Chromium and a Chinese font for the browser tests, where they are missing and may be installed.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" > /dev/null 2>&1; then exit 0; fi
done
[ -d "/Applications/Google Chrome.app" ] && exit 0
if command -v apt-get > /dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then as=""; elif sudo -n true 2> /dev/null; then as="sudo -n"; else as="no"; fi
  if [ "$as" != no ]; then
    echo "installing Chromium for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    $as apt-get update -qq > /dev/null && $as apt-get install -y -qq chromium fonts-noto-cjk > /dev/null && exit 0
  fi
elif command -v brew > /dev/null 2>&1; then
  brew install --quiet --cask google-chrome && exit 0
fi
echo "Chromium could not be installed; the browser tests will say that they were not run" >&2
