#!/bin/sh
# Run inside the sender's sandbox, after it: what it sees, and what it may do.
id -u
echo "root: $(cd / && echo *)"
echo "etc: $(cd /etc && echo *)"
echo "state: $(cd /var/lib/gallra && echo *)"
for file in /var/lib/gallra/catalogue.db /srv/klubb/gemensam/senare.csv /etc/shadow /etc/gallra/smtp; do
  if cat "$file" >/dev/null 2>&1; then echo "reads $file"; fi
done
for folder in / /var/lib/gallra /etc/gallra /usr/lib/gallra /tmp /var/lib/gallra/outbox; do
  if touch "$folder/probe" 2>/dev/null; then echo "writes $folder"; rm "$folder/probe"; fi
done
echo "password: $(cat "$CREDENTIALS_DIRECTORY/gallra-smtp-password")"
grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status
