"""The command line: the commands and options of PyPA's pip that a Dockerfile and a lesson use."""

import os
import sys

from pip import __version__
from pip.errors import PipError

USAGE = """
Usage:
  pip <command> [options]

Commands:
  install                     Install packages.
  uninstall                   Uninstall packages.
  freeze                      Output installed packages in requirements format.
  list                        List installed packages.
  show                        Show information about installed packages.
  help                        Show help for commands.

Options of install:
  -r, --requirement <file>    Install from the given requirements file.
  -U, --upgrade               Upgrade to the newest available version.
  -t, --target <dir>          Install packages into <dir>.
  -i, --index-url <url>       Base URL of the package index.
  --no-deps                   Don't install package dependencies.
  --force-reinstall           Reinstall even if they are up-to-date.
  -q, --quiet                 Give less output.

This is not PyPA's pip but the sandbox's own, small enough to be quick in an
emulated computer. It installs wheels from the index that the page serves.
"""

# What they ask for holds here anyhow
IGNORED = {
    "--no-cache-dir", "--disable-pip-version-check", "--no-compile", "--break-system-packages", "--prefer-binary",
    "--no-input", "--no-warn-script-location", "--no-color", "--user", "--only-binary=:all:", "-v", "--verbose",
}  # fmt: skip
IGNORED_WITH_VALUE = {
    "--trusted-host", "--root-user-action", "--progress-bar", "--extra-index-url", "--only-binary", "--timeout",
    "--retries", "--cache-dir",
}  # fmt: skip
CONFIGURATION = "/etc/pip.conf"


class Options:
    def __init__(self):
        self.requirements = []
        self.files = []
        self.upgrade = self.no_deps = self.force = self.quiet = self.yes = False
        self.target = None
        self.index, self.index_given = _configured(), True


class UsageError(Exception):
    pass


def main(arguments):
    try:
        return _run(arguments)
    except PipError as error:
        for line in error.args:
            print(f"ERROR: {line}", file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"{USAGE}\n{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("ERROR: Operation cancelled by user", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"ERROR: Could not install packages due to an OSError: {error}", file=sys.stderr)
        return 1


def _run(arguments):
    while arguments and arguments[0] in IGNORED:
        arguments = arguments[1:]
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command in ("--version", "-V"):
        print(f"pip {__version__} from {os.path.dirname(__file__)} (python 3.11), the sandbox's own")
        return 0
    if command in ("help", "--help", "-h") or rest[:1] in (["--help"], ["-h"]):
        print(USAGE)
        return 0
    known = {"install": _install, "uninstall": _uninstall, "list": _list, "freeze": _freeze, "show": _show}
    if command not in known:
        raise PipError(f'unknown command "{command}"')
    return known[command](_parse(command, rest))


def _parse(command, arguments):
    options = Options()
    values = {"-r": "files", "--requirement": "files", "-t": "target", "--target": "target", "-i": "index", "--index-url": "index"}
    flags = {"-U": "upgrade", "--upgrade": "upgrade", "--no-deps": "no_deps", "--force-reinstall": "force", "-q": "quiet",
             "--quiet": "quiet", "-qq": "quiet", "-y": "yes", "--yes": "yes", "--pre": "yes"}  # fmt: skip
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        option, has_value, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if word.startswith("-r") and len(word) > 2 and not has_value:
            option, has_value, value = "-r", "=", word[2:]
        if option in IGNORED or word in IGNORED:
            continue
        if option in values or option in IGNORED_WITH_VALUE:
            if not has_value and not waiting:
                raise UsageError(f"{option} option requires 1 argument")
            value = value if has_value else waiting.pop(0)
            if values.get(option) == "files":
                options.files.append(value)
            elif option in values:
                setattr(options, values[option], value)
        elif option in flags:
            setattr(options, flags[option], True)
        elif word.startswith("-"):
            raise UsageError(f"no such option: {word}")
        else:
            options.requirements.append(word)
    if command in ("install", "uninstall") and not (options.requirements or options.files):
        raise PipError(f'You must give at least one requirement to {command} (see "pip help {command}")')
    return options


def _install(options):
    from pip.install import Install
    from pip.requirement import Requirement, from_file

    requirements = [Requirement(text) for text in options.requirements]
    for path in options.files:
        requirements += from_file(path)
    Install(options, (lambda line: None) if options.quiet else _say).run(requirements)
    return 0


def _uninstall(options):
    from pip.installed import installed
    from pip.requirement import Requirement, from_file

    names = [Requirement(text) for text in options.requirements]
    for path in options.files:
        names += from_file(path)
    there = installed()
    for requirement in names:
        found = there.get(requirement.key)
        if found is None:
            print(f"WARNING: Skipping {requirement.name} as it is not installed.", file=sys.stderr)
            continue
        _say(f"Found existing installation: {found.name} {found.version}\nUninstalling {found.name}-{found.version}:")
        if not options.yes and input("Proceed (Y/n)? ").strip().lower() not in ("", "y", "yes"):
            continue
        found.remove()
        _say(f"  Successfully uninstalled {found.name}-{found.version}")
    return 0


def _list(options):
    from pip.installed import installed

    rows = [("Package", "Version"), *((found.name, found.version) for found in installed().values())]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    rows.insert(1, ("-" * widths[0], "-" * widths[1]))
    for name, version in rows:
        print(f"{name.ljust(widths[0])} {version.ljust(widths[1])}".rstrip())
    return 0


def _freeze(options):
    from pip.installed import installed

    for found in installed().values():
        print(f"{found.name}=={found.version}")
    return 0


def _show(options):
    from pip.installed import installed
    from pip.requirement import Requirement

    there = installed()
    missing = [name for name in options.requirements if Requirement(name).key not in there]
    if missing:
        print(f"WARNING: Package(s) not found: {', '.join(missing)}", file=sys.stderr)
    found = [there[Requirement(name).key] for name in options.requirements if name not in missing]
    for index, one in enumerate(found):
        needs = [Requirement(text) for text in one.fields("Requires-Dist")]
        print("---\n" if index else "", end="")
        print(f"Name: {one.name}\nVersion: {one.version}\nSummary: {''.join(one.fields('Summary'))}\nLocation: {one.place}")
        print(f"Requires: {', '.join(need.name for need in needs if need.applies())}")
    return 0 if found else 1


def _configured():
    """The index that PIP_INDEX_URL or pip.conf names."""
    if "PIP_INDEX_URL" in os.environ:
        return os.environ["PIP_INDEX_URL"]
    with open(CONFIGURATION, encoding="utf-8") as file:
        for line in file:
            name, _, value = line.partition("=")
            if name.strip() == "index-url":
                return value.strip()
    raise PipError(f"{CONFIGURATION} names no index-url")


def _say(line):
    print(line, flush=True)
