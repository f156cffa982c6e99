"""Makes wheels that need no compiling: wheel.py FROM TO INDEX

Each wheel in FROM (a file, or an unpacked one as a folder) becomes one in TO with the same files and, beside each
module, its bytecode for CPython 3.11, so that neither pip nor the first import compiles it, which takes the
emulated computer a minute for Flask. The build tag `1bottle` and the tag `cp311-none-any` tell it from the one
that the project published. INDEX becomes the list of them (src/packages/simple.ts).
"""

import base64
import hashlib
import importlib._bootstrap_external as bytecode
import importlib.util
import json
import pathlib
import re
import sys
import zipfile

BUILD = "1bottle"
TAG = "cp311-none-any"
# The time of every file in every artifact: guest/lib/entry.ts
TIME = (2026, 1, 1, 0, 0, 0)
# Where pip installs: what tracebacks say, and what the import system would have to put right
PLACE = "/usr/local/lib/python3.11/dist-packages/"


def read(source):
    """The files of a wheel by path."""
    if source.is_dir():
        files = (path for path in source.rglob("*") if path.is_file())
        return {path.relative_to(source).as_posix(): path.read_bytes() for path in files}
    with zipfile.ZipFile(source) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def compiled(name, data):
    """The bytecode of a module, never to be compared with its source (PEP 552, unchecked)."""
    code = compile(data, PLACE + name, "exec", dont_inherit=True, optimize=0)
    return bytes(bytecode._code_to_hash_pyc(code, importlib.util.source_hash(data), False))


def record(files, own):
    """The wheel's RECORD: path, hash and size of each file but itself."""
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    return "".join([*lines, f"{own},,\n"]).encode()


def build(source, target):
    """Makes one wheel; what the index says about it."""
    files = read(source)
    info = next(name for name in files if re.fullmatch(r"[^/]+\.dist-info/WHEEL", name)).removesuffix("/WHEEL")
    for name in [name for name in files if name.endswith(".py")]:
        files[importlib.util.cache_from_source(name, optimization="")] = compiled(name, files[name])
    wheel = files[f"{info}/WHEEL"].decode()
    kept = [line for line in wheel.splitlines() if line and not line.startswith(("Tag:", "Build:"))]
    files[f"{info}/WHEEL"] = "\n".join([*kept, f"Build: {BUILD}", f"Tag: {TAG}", ""]).encode()
    files.pop(f"{info}/RECORD", None)
    files = dict(sorted(files.items()))
    files[f"{info}/RECORD"] = record(files, f"{info}/RECORD")

    filename = f"{info.removesuffix('.dist-info')}-{BUILD}-{TAG}.whl"
    with zipfile.ZipFile(target / filename, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, TIME)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=9)
    content = (target / filename).read_bytes()
    metadata = files[f"{info}/METADATA"].decode()
    about = {"filename": filename, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    if found := re.search(r"^Requires-Python: (.+)$", metadata, re.MULTILINE):
        about["requiresPython"] = found[1]
    name = re.search(r"^Name: (.+)$", metadata, re.MULTILINE)[1]
    return re.sub(r"[-_.]+", "-", name).lower(), about


def main():
    origin, target, index = (pathlib.Path(argument) for argument in sys.argv[1:])
    projects = {}
    for source in sorted(origin.iterdir()):
        name, about = build(source, target)
        projects.setdefault(name, []).append(about)
    index.write_text(json.dumps(dict(sorted(projects.items())), indent=2) + "\n")


main()
