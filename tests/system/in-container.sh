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

record verify systemd-analyze verify gallra.service
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
cp /root/good.toml /etc/gallra/rules.toml

printf 'Namn;Personnummer\nÅke Prov;19121212-1212\n' >"$share/senare.csv"
await knows senare.csv
record later gallra --json list

# Now it may act. In a namespace of mounts that does not fit, a rename would fail right here.
sed -i '/^\[class.common-area-leftovers\]/,/^\[class.not-read\]/{
    s/^keep = .*/keep = "0 days"/; s/^then = .*/then = "destroy"/
  }
  s/^mode = .*/mode = "enforce"/; s/^most_of_a_share = .*/most_of_a_share = "100 %"/' \
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

record stop timeout 150 systemctl stop gallra
record stopped state_of
record journal journalctl -u gallra -o json --output-fields=MESSAGE,SYSLOG_IDENTIFIER --no-pager

sed 's/^mode = "observe"/mode = "bogus"/' /root/good.toml >/etc/gallra/rules.toml
record bad-start timeout 120 systemctl start gallra
record bad-started state_of

cp /root/good.toml /etc/gallra/rules.toml
record uninstall /checkout/scripts/uninstall
record left find /usr/lib/gallra /usr/local/bin/gallra /usr/lib/systemd/system/gallra.service \
  /etc/gallra/rules.toml /var/lib/gallra/catalogue.db
exit 0
