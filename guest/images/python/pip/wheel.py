"""Wheels (PEP 427): a zip file whose paths say where they go."""

import os
import re
import struct
import sys

from pip.errors import PipError
from pip.index import inflate

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
STORED, DEFLATED = 0, 8


class Wheel:
    def __init__(self, filename, data):
        self.filename = filename
        self._data = data
        self._entries = dict(_directory(filename, data))
        self.info = next((path.partition("/")[0] for path in self._entries if re.fullmatch(r"[^/]+\.dist-info/METADATA", path)), None)
        if self.info is None:
            raise PipError(f"{filename} has an invalid wheel, .dist-info directory not found")
        self.metadata = self.read(f"{self.info}/METADATA").decode()

    def read(self, path):
        method, packed, size, offset = self._entries[path]
        name, extra = struct.unpack_from("<HH", self._data, offset + 26)
        start = offset + 30 + name + extra
        data = self._data[start : start + packed]
        return data if method == STORED else inflate(data, size)

    def install(self, place, programs):
        """Lays the files into `place`, what users start into `programs`, and keeps the list for who removes it."""
        made = set()
        listed = []
        for path in self._entries:
            target = os.path.join(place, path)
            folder = os.path.dirname(target)
            if folder not in made:
                os.makedirs(folder, exist_ok=True)
                made.add(folder)
            with open(target, "wb", buffering=0) as file:
                file.write(self.read(path))
            listed.append(path)
        os.makedirs(programs, exist_ok=True)
        for name, module, function in self._scripts():
            script = os.path.join(programs, name)
            with open(script, "w", encoding="utf-8") as file:
                file.write(f"#!{sys.executable}\nimport sys\nfrom {module} import {function.partition('.')[0]}\nsys.exit({function}())\n")
            os.chmod(script, 0o755)
            listed.append(os.path.relpath(script, place))
        with open(os.path.join(place, self.info, "INSTALLER"), "w", encoding="utf-8") as file:
            file.write("pip\n")
        record = f"{self.info}/RECORD"
        known = {line.split(",")[0]: line for line in self.read(record).decode().splitlines()}
        lines = [known.get(path, f"{path},,") for path in [*listed, f"{self.info}/INSTALLER"]]
        with open(os.path.join(place, record), "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))

    def _scripts(self):
        path = f"{self.info}/entry_points.txt"
        text = self.read(path).decode() if path in self._entries else ""
        section = re.search(r"^\[console_scripts\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
        return re.findall(r"^([\w.-]+)\s*=\s*([\w.]+):([\w.]+)", section[1] if section else "", re.MULTILINE)


def _directory(filename, data):
    """Path, and how and where its bytes lie, of each file (APPNOTE.TXT 4.3.12 and 4.3.16)."""
    end = data.rfind(b"PK\x05\x06")
    try:
        _, _, _, _, count, _, position, _ = _END.unpack_from(data, end)
        for _ in range(count):
            entry = _ENTRY.unpack_from(data, position)
            name = data[position + 46 : position + 46 + entry[10]].decode()
            if name.startswith("/") or ".." in name.split("/") or entry[4] not in (STORED, DEFLATED):
                raise PipError(f"{filename} has an entry that cannot be installed: {name}")
            if not name.endswith("/"):
                yield name, (entry[4], entry[8], entry[9], entry[16])
            position += 46 + entry[10] + entry[11] + entry[12]
    except struct.error as error:
        raise PipError(f"Wheel {filename} is invalid.") from error
