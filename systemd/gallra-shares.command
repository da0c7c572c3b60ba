#!/bin/sh
# The command `gallra-shares` of an installed service: which folders of people it may write.
set -eu

usage() {
  cat <<'TEXT'
Usage: gallra-shares [--root DIR] [--no-start]

Works out from /etc/gallra/rules.toml which folders of people the service gallra
may write, tells systemd, and starts the service anew with that, as root. Run it
when the rules are filled in, and after a share was added or moved. When the rules
do not hold it says where, ends with 2, and nothing is changed.

  --no-start  only tell systemd
  --root DIR  for an image in DIR; nothing is started
  --help      this text
TEXT
}

root='' is_started=yes
while [ $# -gt 0 ]; do
  case $1 in
    --root)
      [ -d "${2-}" ] || { echo 'gallra-shares: --root needs a folder' >&2; usage >&2; exit 2; }
      root=$2; shift
      ;;
    --no-start) is_started='' ;;
    --help | -h) usage; exit 0 ;;
    *) printf 'gallra-shares: unknown argument %s\n' "$1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
if [ "$(id -u)" != 0 ]; then
  echo 'gallra-shares: this takes root' >&2
  exit 2
fi
umask 022

home=$root/usr/lib/gallra
drop_ins=$root/etc/systemd/system/gallra.service.d
# Where the rules do not hold, the folders that were found last stay.
text=$("$home/venv/bin/python" -I -B "$home/shares_drop_in.py" "$root/etc/gallra/rules.toml") || exit 2
mkdir -p "$drop_ins"
printf '%s\n' "$text" >"$drop_ins/shares.conf.new"
mv "$drop_ins/shares.conf.new" "$drop_ins/shares.conf"
printf 'gallra-shares: %s folder(s) in %s\n' \
  "$(grep -c '^ReadWritePaths=' "$drop_ins/shares.conf" || true)" "${drop_ins#"$root"}/shares.conf"

if [ -n "$root" ]; then
  [ -z "$is_started" ] || systemctl --root="$root" enable --quiet gallra.service
  exit 0
fi
[ ! -d /run/systemd/system ] || systemctl daemon-reload
[ -n "$is_started" ] || exit 0
systemctl enable --quiet gallra.service
if [ -d /run/systemd/system ]; then
  echo 'gallra-shares: starting gallra.service'
  systemctl restart gallra.service || exit 1
fi
