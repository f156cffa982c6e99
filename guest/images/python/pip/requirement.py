"""Requirements (PEP 508): `name[extra]>=1.0 ; marker`, alone and in files."""

import os
import re
import sys

from pip.errors import PipError
from pip.version import fits, is_specifier

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?\s*([^;]*?)\s*(?:;(.*))?")
_TOKEN = re.compile(r"""\s*(\(|\)|'[^']*'|"[^"]*"|[<>=!~]+|[\w.]+)""")


class Requirement:
    """What somebody asks for. `by` says who, for messages: a project, `-r FILE`, or nobody but the user."""

    def __init__(self, text, by=""):
        match = _REQUIREMENT.fullmatch(text)
        if match is None or not is_specifier(match[3]):
            raise PipError(f"Invalid requirement: {text!r}: this pip installs projects of its index by name, such as flask==3.1.3")
        self.name = match[1]
        self.key = normalize(match[1])
        self.extras = {normalize(extra.strip()) for extra in (match[2] or "").split(",") if extra.strip()}
        self.specifier = re.sub(r"[\s()]", "", match[3])
        self.marker = match[4] or ""
        self.by = by
        self.is_direct = by == "" or by.startswith("-r ")

    def __str__(self):
        extras = f"[{','.join(sorted(self.extras))}]" if self.extras else ""
        return f"{self.name}{extras}{self.specifier}"

    def applies(self, extras=()):
        """Whether the marker holds here, for a project that is installed with `extras`."""
        if not self.marker.strip():
            return True
        return any(_Marker(self.marker, extra).holds() for extra in (extras or [""]))


def normalize(name):
    """PEP 503, "Normalized Names"."""
    return re.sub(r"[-_.]+", "-", name).lower()


def from_file(path):
    """The requirements of a file, and of the files that it names."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            lines = file.read().replace("\\\n", "").splitlines()
    except OSError as error:
        raise PipError(f"Could not open requirements file: [Errno {error.errno}] {error.strerror}: {path!r}") from error
    found = []
    for line in lines:
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        line = re.sub(r"\s--hash=\S+", "", line)
        if match := re.fullmatch(r"(?:-r|--requirement)[\s=]*(.+)", line):
            found += from_file(os.path.join(os.path.dirname(path), match[1]))
        elif re.match(r"(-i|--index-url|--extra-index-url|-f|--find-links|--trusted-host)\b", line):
            continue
        elif line:
            found.append(Requirement(line, f"-r {path}"))
    return found


class _Marker:
    """One marker (PEP 508), evaluated from left to right as its grammar says."""

    def __init__(self, text, extra):
        version = sys.version.split()[0]
        self._tokens = _TOKEN.findall(text)
        self._values = {
            "extra": extra,
            "implementation_name": "cpython",
            "os_name": "posix",
            "platform_machine": os.uname().machine,
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": version,
            "python_version": version.rpartition(".")[0],
            "sys_platform": "linux",
        }

    def holds(self):
        return self._or()

    def _or(self):
        value = self._and()
        while self._take("or"):
            other = self._and()
            value = value or other
        return value

    def _and(self):
        value = self._comparison()
        while self._take("and"):
            other = self._comparison()
            value = value and other
        return value

    def _comparison(self):
        if self._take("("):
            value = self._or()
            self._take(")")
            return value
        left, operator = self._value(), self._next()
        if operator == "not":
            self._take("in")
            return left not in self._value()
        right = self._value()
        if operator == "in":
            return left in right
        if left[:1].isdigit() and right[:1].isdigit():
            return fits(left, operator + right)
        return (left != right) if operator == "!=" else left == right

    def _value(self):
        token = self._next()
        return token[1:-1] if token[:1] in ("'", '"') else self._values.get(token, "")

    def _next(self):
        return self._tokens.pop(0) if self._tokens else ""

    def _take(self, token):
        if self._tokens[:1] != [token]:
            return False
        self._tokens.pop(0)
        return True
