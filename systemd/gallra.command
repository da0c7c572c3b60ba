#!/bin/sh
# The command `gallra` of an installed service. Root's works as the service does: as its user, with
# its capabilities and no more. So everything in the state belongs to one user, and a command that
# reads what strangers wrote does not do it as root.
program=/usr/lib/gallra/venv/bin/gallra
[ "$(id -u)" = 0 ] || exec "$program" "$@"
four=+dac_read_search,+dac_override,+fowner,+lease
# To give files away is asked for by one command, of a person; the daemon never may.
case " $* " in *" handover carry-out "*) four=$four,+chown ;; esac
umask 077
set -- setpriv --reuid=gallra --regid=gallra --init-groups --no-new-privs \
  --inh-caps=-all,$four --ambient-caps=$four --bounding-set=-all,$four -- "$program" "$@"

# The secret, where it is a credential of the service (gallra.service, LoadCredentialEncrypted=).
if [ -e /run/credentials/gallra.service/gallra-secret ]; then
  export CREDENTIALS_DIRECTORY=/run/credentials/gallra.service
  exec "$@"
fi
[ -e /etc/credstore.encrypted/gallra-secret ] || exec "$@"
# The service does not run: opened for this command alone, in memory.
folder=$(mktemp -d /run/gallra-secret.XXXXXX) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' HUP INT TERM
systemd-creds decrypt --name=gallra-secret /etc/credstore.encrypted/gallra-secret \
  "$folder/gallra-secret" || exit 1
export CREDENTIALS_DIRECTORY="$folder"
"$@"
