#!/usr/bin/env bash
# Run by ci-test.service in the booted container: installs, upgrades, removes and purges the packages
# in /packages as an administrator would, and writes down what it saw, one file a step, for
# tests/system/test_package.py to judge.
# shellcheck disable=SC2317  # called through record and await
set -u
out=/ci/out
rules=/etc/gallra/rules.toml
quarantine=/srv/klubb/.gallra-quarantine-gemensam
export DEBIAN_FRONTEND=noninteractive
apt() { apt-get -y -q -o Dpkg::Options::=--force-unsafe-io "$@"; }
state_of() { systemctl show gallra -p ActiveState,UnitFileState,MainPID; }
is_active() { systemctl is-active --quiet gallra; }
record() { # NAME COMMAND...: output and exit code of a step, and how the service is after it
  local name=$1
  shift
  "$@" >"$out/$name.txt" 2>"$out/$name.err"
  echo $? >"$out/$name.code"
  state_of >"$out/$name.state"
}
# Waits for something to become true, by asking again; gives up after two minutes.
await() {
  local until=$((SECONDS + 120))
  until "$@" || [ $SECONDS -ge $until ]; do sleep 0.5; done
}
knows() { gallra --json list 2>/dev/null | grep -qF "$1"; }
left() {
  find /usr/lib/systemd/system/gallra-notify.* /usr/lib/gallra /usr/bin/gallra /usr/bin/gallra-shares /usr/lib/systemd/system/gallra.service \
    "$rules" /var/lib/gallra /etc/systemd/system/gallra.service.d /etc/systemd/system/*.wants/gallra* \
    "$quarantine" -maxdepth 0 2>/dev/null
  getent passwd gallra gallra-notify | cut -d: -f1
}

record install apt install /packages/first/*.deb
record shipped cmp "$rules" /usr/share/gallra/rules.toml
record verify systemd-analyze verify gallra.service gallra-notify.service gallra-notify.path gallra-notify.timer
if [ "$(cat "$out/install.code")" != 0 ]; then exit 0; fi

echo '# filled in' >>"$rules"
record shares gallra-shares
await knows lista.csv
record list gallra --json list

record upgrade apt install /packages/second/*.deb
await knows lista.csv
record upgraded-list gallra --json list
record upgraded-rules tail -n 1 "$rules"
record log-verify gallra log verify

mkdir -p "$quarantine"
echo mine >"$quarantine/somebodys"
record purge-refused dpkg --purge gallra
record remove apt remove gallra
record removed left
record purge-refused-later apt purge gallra
record refused left

record again apt install /packages/second/*.deb
await knows lista.csv
record again-list gallra --json list
rm "$quarantine/somebodys"
record purge apt purge gallra
record purged left
record journal journalctl -u gallra -o cat --no-pager
exit 0
