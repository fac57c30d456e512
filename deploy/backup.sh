#!/bin/sh
# Write a backup into a folder, under the day's name, and keep the newest ones: backup.sh FOLDER NUMBER
set -eu
folder=$1
number=$2
minping=$(dirname "$0")/../venv/bin/minping
umask 077
file="$folder/minping-$(date -u +%Y%m%dT%H%M%SZ).backup"
"$minping" backup "$file"
# Only now that there is a new one are old ones removed.
ls -1 "$folder" | grep '^minping-[0-9TZ]*\.backup$' | sort -r | tail -n +"$((number + 1))" | while read -r old; do
  rm -f "$folder/$old"
done
