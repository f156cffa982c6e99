"""Runs a command on a terminal of its own: terminal.py ROWS COLUMNS COMMAND [ARGUMENT...]

Standard input and output are the terminal's other side. As from under a person's fingers, each key
follows when the one before it has been read: the Docker CLI takes ctrl-p ctrl-q for the wish to
leave only when each arrives alone. Lines "ROWS COLUMNS" on descriptor 3 resize the terminal. The exit status is the command's, or 128 and the signal that ended it.
"""

import fcntl
import os
import select
import struct
import sys
import termios

CHUNK = 65536
RESIZES = 3
LOOK = 0.001  # seconds between two looks whether a key has been read


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


def unread(name: str) -> bool:
    """Whether a key waits for the command; select lets what is under way arrive first."""
    keyboard = os.open(name, os.O_RDONLY | os.O_NOCTTY)
    try:
        return bool(select.select([keyboard], [], [], 0)[0])
    finally:
        os.close(keyboard)


def execute(command: tuple[str, ...], keyboard: int) -> None:
    os.setsid()
    fcntl.ioctl(keyboard, termios.TIOCSCTTY, 0)
    for descriptor in (0, 1, 2):
        os.dup2(keyboard, descriptor)
    os.closerange(3, 256)
    os.execvp(command[0], command)


def main(rows: str, columns: str, *command: str) -> int:
    terminal, keyboard = os.openpty()
    name = os.ttyname(keyboard)
    resize(terminal, int(rows), int(columns))
    child = os.fork()
    if child == 0:
        execute(command, keyboard)
    os.close(keyboard)
    sources = {terminal, 0, RESIZES}
    asked = keys = b""
    while True:
        if keys and not unread(name):
            write(terminal, keys[:1])
            keys = keys[1:]
        ready, _, _ = select.select(list(sources), [], [], LOOK if keys else None)
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
                keys += data
            else:
                *lines, asked = (asked + data).split(b"\n")
                for line in lines:
                    resize(terminal, *map(int, line.split()))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code


sys.exit(main(*sys.argv[1:]))
