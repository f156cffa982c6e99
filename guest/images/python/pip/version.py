"""Versions and what is asked of them (PEP 440), as far as releases go: epochs and local versions are not known."""

import re

_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)[-_.]?(?:(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:[-_.]?(post|dev)[-_.]?(\d*))?(?:\+.*)?")
_CLAUSE = re.compile(r"(===|==|!=|~=|<=|>=|<|>)\s*([^\s,]+)")
_PHASES = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}


def key(version):
    """What sorts versions as PEP 440 does; None for what is no version."""
    match = _VERSION.fullmatch(version.strip().lower())
    if match is None:
        return None
    release, phase, number, after, count = match.groups()
    numbers = [int(part) for part in release.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    if phase:
        stage = (0, _PHASES.get(phase, phase), int(number or 0))
    else:
        stage = (-1,) if after == "dev" else (1,)
    tail = {"post": 1, "dev": -1}.get(after, 0)
    return tuple(numbers), stage, (tail, int(count or 0))


def is_prerelease(version):
    found = key(version)
    return found is not None and (found[1][0] < 1 or found[2][0] < 0)


def fits(version, specifier):
    """Whether a version is what a specifier such as `>=2.1,<3` asks for."""
    return all(_holds(version, operator, wanted) for operator, wanted in _CLAUSE.findall(specifier))


def is_specifier(text):
    return re.sub(r"[\s,()]", "", _CLAUSE.sub("", text)) == ""


def _holds(version, operator, wanted):
    if operator == "===":
        return version == wanted
    if operator in ("==", "!=") and wanted.endswith(".*"):
        return _starts(version, wanted[:-2]) == (operator == "==")
    mine, other = key(version), key(wanted)
    if mine is None or other is None:
        return False
    if operator == "~=":
        return mine >= other and _starts(version, wanted.rpartition(".")[0])
    return {
        "==": mine == other,
        "!=": mine != other,
        "<=": mine <= other,
        ">=": mine >= other,
        "<": mine < other,
        ">": mine > other,
    }[operator]


def _starts(version, prefix):
    wanted = prefix.split(".")
    mine = re.split(r"[^\d.]", version, maxsplit=1)[0].split(".")
    return (mine + ["0"] * len(wanted))[: len(wanted)] == wanted
