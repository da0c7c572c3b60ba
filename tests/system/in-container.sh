#!/usr/bin/env bash
# Run by ci-test.service in the booted container: drives gallra.service as an administrator would
# and writes down what it saw, one file a step, for tests/system/test_systemd.py to judge.
# shellcheck disable=SC2317  # called through record and await
set -u
out=/ci/out
share=/srv/klubb/gemensam
state_of() {
  systemctl show gallra -p ActiveState,SubState,Result,NRestarts,StatusText,MainPID,ExecMainStatus
}
record() { # NAME COMMAND...: output and exit code of a step
  local name=$1
  shift
  "$@" >"$out/$name.txt" 2>"$out/$name.err"
  echo $? >"$out/$name.code"
}
# Waits for something to become true, by asking again; gives up after a minute.
await() {
  local until=$((SECONDS + 60))
  until "$@" || [ $SECONDS -ge $until ]; do sleep 0.5; done
}
knows() { gallra --json list 2>/dev/null | grep -qF "$1"; }
drop_in() { # UNIT LINE...: settings of this test's own
  local unit=$1
  shift
  mkdir -p "/run/systemd/system/$unit.d"
  printf '%s\n' '[Service]' "$@" >"/run/systemd/system/$unit.d/test.conf"
  systemctl daemon-reload
}

record verify systemd-analyze verify gallra.service gallra-notify.service gallra-notify.path \
  gallra-notify.timer

# The secret as an encrypted credential from the first start on, the password as a plain one.
mkdir -m 700 /etc/credstore /etc/credstore.encrypted
sealed=/etc/credstore.encrypted/gallra-secret
head -c 32 /dev/urandom | systemd-creds encrypt --name=gallra-secret --with-key=host - "$sealed"
(umask 077; echo prov >/etc/credstore/gallra-smtp-password)

# A mail server on loopback; the sender's sandbox is looked at from inside.
mkdir /root/mail
/usr/bin/python3 /checkout/tests/system/mail_server.py /root/mail 2>"$out/mail-server.err" &
cp /checkout/tests/system/look-around.sh /usr/lib/gallra/look-around
drop_in gallra-notify.service 'ExecStart=/bin/sh /usr/lib/gallra/look-around'
record start timeout 300 systemctl start gallra
record started state_of
if [ "$(cat "$out/start.code")" != 0 ]; then
  record journal journalctl -u gallra -o cat --no-pager
  exit 0
fi
await knows lista.csv
record list gallra --json list
is_checked() { [ -e /var/lib/gallra/status.json ]; }
await is_checked
record check gallra status --check
record metrics /usr/lib/gallra/venv/bin/python - <<'SCRAPE'
import socket
with socket.socket(socket.AF_UNIX) as door:
    door.settimeout(60)
    door.connect("/run/gallra/metrics.sock")
    door.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
    while received := door.recv(65536):
        print(received.decode(), end="")
SCRAPE
is_told() { [ -n "$(ls /root/mail)" ] && [ -z "$(ls /var/lib/gallra/outbox)" ]; }
await is_told
record mail cat /root/mail/000.eml
is_sent() { [ "$(systemctl show gallra-notify -p ActiveState --value)" = inactive ]; }
await is_sent
record sent systemctl show gallra-notify -p Result,ExecMainStatus,ActiveState
record triggers systemctl is-active gallra-notify.path gallra-notify.timer
record around journalctl -u gallra-notify -o cat --no-pager
record outbox stat -c '%U %G %a' /var/lib/gallra/outbox
record textfile cat /var/lib/prometheus/node-exporter/gallra.prom
record textfile-mode stat -c '%a' /var/lib/prometheus/node-exporter/gallra.prom
record secret find /var/lib/gallra -name 'secret*'
record socket find /run/gallra -printf '%f %u %g %m\n'
record explained journalctl -x -u gallra --no-pager
record plan gallra --json plan --at 2040-01-01
record status gallra status
pid=$(systemctl show gallra -p MainPID --value)
record process cat "/proc/$pid/status"
record mounts cat "/proc/$pid/mountinfo"
record interfaces nsenter -t "$pid" -n cat /proc/net/dev

record reload systemctl reload gallra
# systemctl returns when the daemon was told; it says by itself that it is done
is_active() { [ "$(systemctl show gallra -p ActiveState --value)" = active ]; }
await is_active
record reloaded state_of
cp /etc/gallra/rules.toml /root/good.toml
echo 'no_such_key = 1' | cat - /root/good.toml >/etc/gallra/rules.toml
record bad-reload systemctl reload gallra
await is_active
record bad-reloaded state_of
# The daemon notices by itself, says so, and monitoring sees it.
is_alerted() { gallra status --check | grep -qw rules; }
is_mended() { ! is_alerted; }
await is_alerted
record alerted gallra status --check
cp /root/good.toml /etc/gallra/rules.toml
await is_mended
record mended gallra status --check

printf 'Namn;Personnummer\nÅke Prov;19121212-1212\n' >"$share/senare.csv"
await knows senare.csv
record later gallra --json list

# Now it may act. In a namespace of mounts that does not fit, a rename would fail right here.
sed -i '/^\[class.common-area-leftovers\]/,/^\[class.not-read\]/{
    s/^keep = .*/keep = "0 days"/; s/^then = .*/then = "destroy"/
  }
  s/^mode = .*/mode = "enforce"/; s/^most_per_day = .*/most_per_day = 10000/
  s/^most_of_a_share = .*/most_of_a_share = "100 %"/' \
  /etc/gallra/rules.toml
record share find "$share" -mindepth 1 -printf '%P %u %m\n'
record enforce systemctl reload gallra
is_taken() { [ "$(gallra --json quarantine list 2>/dev/null | grep -c lista.csv)" = 1 ]; }
await is_taken
record taken find "$share" -mindepth 1 -printf '%P %u %m\n'
record quarantine find /srv/klubb -path '*/.gallra-*' -printf '%u %m\n'
record purge /checkout/scripts/uninstall --purge
record restore gallra quarantine restore "$share/stängd/lista.csv"
record returned find "$share" -mindepth 1 -printf '%P %u %m\n'
record log-verify gallra log verify
record owners find /var/lib/gallra -printf '%u\n'

# A page that is a picture: the eyes run inside the unit, which may make no namespaces.
/usr/lib/gallra/venv/bin/python - "$share/skannad.pdf" <<'SCAN'
import sys
from PIL import Image, ImageDraw, ImageFont
page = Image.new("L", (1000, 400), 255)
ImageDraw.Draw(page).text((60, 60), "Dagordning\nRing 070-174 06 05", fill=0, font=ImageFont.load_default(48))
page.save(sys.argv[1], resolution=150)
SCAN
is_looked_at() { gallra --json list 2>/dev/null | grep -F skannad.pdf | grep -qF 'read in full'; }
await is_looked_at
record scan gallra --json list

# A day on which much is due: told to stop in the middle of it, and to go on later.
for number in $(seq 500); do
  printf 'Namn;Personnummer\nÅke Prov %s;19121212-1212\n' "$number" >"$share/post-$number.csv"
done
ls_taken() { find /srv/klubb/.gallra-quarantine-gemensam -type f 2>/dev/null | wc -l; }
before=$(ls_taken)
is_begun() { [ "$(ls_taken)" -gt "$((before + 1))" ]; }
until=$((SECONDS + 120))
until is_begun || [ $SECONDS -ge $until ]; do sleep 0.02; done
record stop timeout 150 systemctl stop gallra
record stopped state_of
record stopped-triggers systemctl is-active gallra-notify.path gallra-notify.timer
counted() {
  find "$share" -name 'post-*' | wc -l
  grep -rl 'Prov [0-9]' /srv/klubb/.gallra-quarantine-gemensam | wc -l
}
record amidst counted
record amidst-verify gallra log verify
record amidst-secret find /run -maxdepth 1 -name 'gallra-secret*'

# The next start goes on, and is hung by its neck: it wakes up dead, and is started again.
drop_in gallra.service WatchdogSec=20s RestartSec=1s
record start-again timeout 300 systemctl start gallra
is_through() { [ -z "$(find "$share" -name 'post-*' -print -quit)" ]; }
await is_through
record through counted
pid=$(systemctl show gallra -p MainPID --value)
kill -STOP "$pid"
is_restarted() { [ "$(systemctl show gallra -p NRestarts --value)" != 0 ] && is_active; }
await is_restarted
record revived state_of
record revived-verify gallra log verify
systemctl stop gallra
rm /run/systemd/system/gallra.service.d/test.conf
systemctl daemon-reload
record journal journalctl -u gallra -o json --output-fields=MESSAGE,SYSLOG_IDENTIFIER --no-pager

sed 's/^mode = "observe"/mode = "bogus"/' /root/good.toml >/etc/gallra/rules.toml
record bad-start timeout 120 systemctl start gallra
record bad-started state_of
record bad-status systemctl status gallra --no-pager

# Another secret, and none at all.
systemctl reset-failed gallra
fingerprint() { sha256sum /var/lib/gallra/catalogue.db /var/lib/gallra/ledger/leaves.jsonl; }
cp /root/good.toml /etc/gallra/rules.toml
mv "$sealed" /root/sealed
fingerprint >"$out/known.txt"
head -c 32 /dev/urandom | systemd-creds encrypt --name=gallra-secret --with-key=host - "$sealed"
record other-secret timeout 120 systemctl start gallra
record other-secret-state state_of
record other-secret-status systemctl status gallra --no-pager
record other-secret-list gallra --lang en list
rm "$sealed"
systemctl reset-failed gallra
record no-secret timeout 120 systemctl start gallra
record no-secret-state state_of
record no-secret-list gallra --lang en list
record unknown fingerprint
mv /root/sealed "$sealed"
record own-secret gallra log verify

# What fails again and again is given up.
systemctl reset-failed gallra
drop_in gallra.service Type=oneshot RestartSec=100ms ExecStart= ExecStart=/bin/false
systemctl start gallra 2>/dev/null
is_given_up() { [ "$(systemctl show gallra -p ActiveState --value)" = failed ]; }
await is_given_up
record given-up state_of
rm -r /run/systemd/system/gallra.service.d
systemctl daemon-reload

cp /root/good.toml /etc/gallra/rules.toml
record uninstall /checkout/scripts/uninstall
record left find /usr/lib/systemd/system/ -name 'gallra*'
record kept find /usr/lib/gallra /usr/local/bin/gallra /usr/lib/systemd/system/gallra.service \
  /etc/gallra/rules.toml /var/lib/gallra/catalogue.db
exit 0
