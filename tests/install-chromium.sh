#!/bin/sh
# Install Chromium and a Chinese font for the browser tests, where they are missing and may be installed.
# Debian has the engine without windows as a package of its own, which takes a third of the time.
set -eu
shell=chromium-headless-shell
command -v $shell > /dev/null 2>&1 && exit 0
found=no
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" > /dev/null 2>&1; then found=yes; fi
done
[ -d "/Applications/Google Chrome.app" ] && exit 0
if command -v apt-get > /dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then as=""; elif sudo -n true 2> /dev/null; then as="sudo -n"; else as="no"; fi
  if [ "$as" != no ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-cache show $shell > /dev/null 2>&1 || $as apt-get update -qq > /dev/null 2>&1 || true
    wanted=chromium
    apt-cache show $shell > /dev/null 2>&1 && wanted=$shell
    if [ $found = no ] || [ $wanted = $shell ]; then
      echo "installing Chromium for the browser tests …"
      $as apt-get install -y -qq $wanted fonts-noto-cjk > /dev/null && exit 0
    fi
  fi
elif [ $found = no ] && command -v brew > /dev/null 2>&1; then
  brew install --quiet --cask google-chrome && exit 0
fi
[ $found = yes ] && exit 0
echo "Chromium could not be installed; the browser tests will say that they were not run" >&2
