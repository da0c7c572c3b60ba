"""A mail server for the booted container: takes every mail and writes it down, one file each."""

import socketserver
import sys
from pathlib import Path

FOLDER = Path(sys.argv[1])
PORT = 2525


class Session(socketserver.StreamRequestHandler):
    """RFC 5321, as far as one sender needs it."""

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode("ascii"))

    def handle(self) -> None:
        """Answer until the sender leaves."""
        self._say("220 here")
        while words := self.rfile.readline().upper().split():
            if words[0] == b"DATA":
                self._say("354 go on")
                self._take()
                self._say("250 taken")
            elif words[0] == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        number = len(list(FOLDER.iterdir()))
        (FOLDER / f"{number:03}.eml").write_bytes(b"".join(lines))


with socketserver.TCPServer(("127.0.0.1", PORT), Session) as server:
    server.serve_forever()
