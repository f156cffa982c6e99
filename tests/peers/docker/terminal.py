"""Runs a command on a terminal of its own: terminal.py ROWS COLUMNS COMMAND [ARGUMENT...]

Standard input and output are the terminal's other side, byte for byte. Lines "ROWS COLUMNS" on
descriptor 3 resize it. The exit status is the command's, or 128 and the signal that ended it.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import termios

CHUNK = 65536
RESIZES = 3


def resize(terminal: int, rows: int, columns: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def read_terminal(terminal: int) -> bytes:
    try:
        return os.read(terminal, CHUNK)
    except OSError:  # EIO: nobody has the other side open any more
        return b""


def main(rows: str, columns: str, *command: str) -> int:
    child, terminal = pty.fork()
    if child == 0:
        os.close(RESIZES)
        resize(0, int(rows), int(columns))
        os.execvp(command[0], command)
    sources = {terminal, 0, RESIZES}
    asked = b""
    while True:
        ready, _, _ = select.select(list(sources), [], [])
        if terminal in ready:
            data = read_terminal(terminal)
            if not data:
                break
            write(1, data)
        for source in {0, RESIZES} & set(ready):
            data = os.read(source, CHUNK)
            if not data:
                sources.discard(source)
            elif source == 0:
                write(terminal, data)
            else:
                *lines, asked = (asked + data).split(b"\n")
                for line in lines:
                    resize(terminal, *map(int, line.split()))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code


sys.exit(main(*sys.argv[1:]))
