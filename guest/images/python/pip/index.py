"""The index (PEP 503, in the JSON of PEP 691), over one connection."""

import json
import re
import zlib
from _socket import AF_INET, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY, getaddrinfo, socket

from pip.errors import PipError
from pip.version import fits, is_prerelease, key

try:
    from _sha256 import sha256
except ImportError:  # another interpreter than the image's
    from hashlib import sha256

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
PIECE = 1 << 18


class Index:
    def __init__(self, url):
        match = re.fullmatch(r"http://([^/:]+)(?::(\d+))?(/.*?)/?", url)
        if match is None:
            raise PipError(f"{url} is no index that this pip can reach: it speaks plain HTTP, to http://HOST/PATH/")
        self.url = f"{url.rstrip('/')}/"
        self._host, self._port, self._path = match[1], int(match[2] or 80), match[3]
        self._socket = None
        self._rest = b""

    def files(self, name):
        """The wheels of a project, newest first; none of a project that is not there."""
        status, body = self._get(f"{self._path}/{name}/")
        if status == 404:
            return []
        self._expect(status, f"{self.url}{name}/")
        wheels = [file for file in json.loads(body)["files"] if _is_for_us(file)]
        return sorted(wheels, key=lambda file: key(version_of(file)) or ((), (), ()), reverse=True)

    def download(self, name, file):
        """A wheel's bytes, checked against the hash that the index gives."""
        path = _join(f"{self._path}/{name}/", file["url"])
        status, body = self._get(path)
        self._expect(status, path)
        expected, got = file["hashes"]["sha256"], sha256(body).hexdigest()
        if expected != got:
            raise PipError(
                "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE INDEX.",
                f"    {file['filename']}:",
                f"        Expected sha256 {expected}",
                f"             Got        {got}",
            )
        return body

    def _expect(self, status, what):
        if status != 200:
            raise PipError(f"HTTP error {status} while getting {what}")

    def _get(self, path):
        for again in (True, False):
            try:
                if self._socket is None:
                    self._connect()
                self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: {JSON_TYPE}\r\n\r\n".encode())
                return self._answer()
            except (OSError, EOFError) as error:
                self._socket = None
                if not again:
                    raise PipError(f"Could not reach {self.url}: {error}") from error
        raise AssertionError

    def _connect(self):
        address = getaddrinfo(self._host, self._port, AF_INET, SOCK_STREAM)[0][4]
        self._socket = socket(AF_INET, SOCK_STREAM)
        self._socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self._socket.connect(address)
        self._rest = b""

    def _answer(self):
        head = self._until(b"\r\n\r\n").decode("latin-1")
        fields = dict(re.findall(r"^([\w-]+):\s*(.*?)\s*$", head.lower(), re.MULTILINE))
        if "chunked" in fields.get("transfer-encoding", ""):
            body = bytearray()
            while size := int(self._until(b"\r\n").split(b";")[0], 16):
                body += self._exactly(size)
                self._exactly(2)
            self._until(b"\r\n")
        else:
            body = self._exactly(int(fields["content-length"]))
        if fields.get("connection") == "close":
            self._socket = None
        return int(head.split()[1]), bytes(body)

    def _until(self, mark):
        while mark not in self._rest:
            self._more()
        found, _, self._rest = self._rest.partition(mark)
        return found

    def _exactly(self, size):
        parts, left = [self._rest[:size]], size - len(self._rest)
        self._rest = self._rest[size:]
        while left > 0:
            piece = self._socket.recv(min(left, PIECE))
            if not piece:
                raise EOFError("the connection was closed")
            parts.append(piece)
            left -= len(piece)
        return b"".join(parts)

    def _more(self):
        piece = self._socket.recv(PIECE)
        if not piece:
            raise EOFError("the connection was closed")
        self._rest += piece


def best(files, specifier):
    """The newest file that fits, releases before what precedes them; None when none does."""
    fitting = [file for file in files if fits(version_of(file), specifier)]
    releases = [file for file in fitting if not is_prerelease(version_of(file))]
    return next(iter(releases or fitting), None)


def version_of(file):
    return file["filename"].split("-")[1]


def _is_for_us(file):
    """Whether it is a wheel that this interpreter takes (PEP 425), as far as pure ones go."""
    name = file["filename"]
    if not name.endswith("-any.whl") or name.split("-")[-2] != "none":
        return False
    if not {"py3", "py311", "cp311"} & set(name.split("-")[-3].split(".")):
        return False
    return fits("3.11.2", file.get("requires-python") or "")


def _join(base, url):
    """A reference such as `../../files/x.whl`, resolved against the path of its page."""
    url = re.sub(r"^https?://[^/]+", "", url.partition("#")[0])
    if url.startswith("/"):
        return url
    parts = base.split("/")[:-1]
    for part in url.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def inflate(data, size):
    return zlib.decompress(data, -15, size)
