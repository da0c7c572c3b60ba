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
exec setpriv --reuid=gallra --regid=gallra --init-groups --no-new-privs \
  --inh-caps=-all,$four --ambient-caps=$four --bounding-set=-all,$four -- "$program" "$@"
