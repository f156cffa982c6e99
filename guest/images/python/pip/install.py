"""`pip install`: collect what is asked for and what that needs, then lay it down, what is needed first."""

import re

from pip.errors import PipError
from pip.index import Index, best, version_of
from pip.installed import PLACE, PROGRAMS, installed
from pip.requirement import Requirement
from pip.version import fits, key
from pip.wheel import Wheel


class Chosen:
    """A wheel that will be installed."""

    def __init__(self, name, version, wheel):
        self.name, self.version, self.wheel = name, version, wheel
        self.extras = set()
        self.needs = []


class Install:
    def __init__(self, options, say):
        self._index = Index(options.index)
        self._options = options
        self._say = say
        self._place = options.target or PLACE
        self._there = {} if options.force or options.target else installed(self._place)
        self._chosen = {}

    def run(self, requirements):
        if self._options.index_given:
            self._say(f"Looking in indexes: {self._index.url}")
        waiting = list(requirements)
        while waiting:
            waiting = [need for requirement in waiting for need in self._collect(requirement)]
        self._lay_down()

    def _collect(self, requirement):
        """Sees to one requirement; what it needs in turn."""
        if not requirement.applies():
            self._say(f"Ignoring {requirement.name}: markers '{requirement.marker.strip()}' don't match your environment")
            return []
        chosen = self._chosen.get(requirement.key)
        if chosen is None:
            if self._is_satisfied(requirement):
                return []
            chosen = self._choose(requirement)
        elif not fits(chosen.version, requirement.specifier):
            raise PipError(
                f"Cannot install {requirement}{_from(requirement)} and {chosen.name}=={chosen.version}, which was chosen before: "
                "these package versions have conflicting dependencies; name a version that fits both"
            )
        return self._needs(chosen, requirement.extras)

    def _is_satisfied(self, requirement):
        there = self._there.get(requirement.key)
        if there is None or not fits(there.version, requirement.specifier):
            return False
        if self._options.upgrade and requirement.is_direct:
            newest = best(self._index.files(requirement.key), requirement.specifier)
            if newest is not None and (key(version_of(newest)) or ()) > (key(there.version) or ()):
                return False
        self._say(f"Requirement already satisfied: {requirement} in {there.place}{_from(requirement)} ({there.version})")
        return True

    def _choose(self, requirement):
        files = self._index.files(requirement.key)
        found = best(files, requirement.specifier)
        if found is None:
            versions = ", ".join(sorted({version_of(file) for file in files}, key=key)) or "none"
            raise PipError(
                f"Could not find a version that satisfies the requirement {requirement}{_from(requirement)} (from versions: {versions})",
                f"No matching distribution found for {requirement}",
            )
        self._say(f"Collecting {requirement}{_from(requirement)}")
        data = self._index.download(requirement.key, found)
        self._say(f"  Downloading {found['filename']} ({_size(len(data))})")
        chosen = Chosen(requirement.name, version_of(found), Wheel(found["filename"], data))
        self._chosen[requirement.key] = chosen
        return chosen

    def _needs(self, chosen, extras):
        """What a chosen wheel needs, unless that was asked before."""
        first = chosen.extras == set()
        news = extras - chosen.extras
        if self._options.no_deps or not (first or news):
            return []
        chosen.extras |= extras | {""}
        texts = re.findall(r"^Requires-Dist: (.*)$", chosen.wheel.metadata.partition("\n\n")[0], re.MULTILINE)
        needs = [Requirement(text, chosen.name) for text in texts]
        needs = [need for need in needs if need.applies(chosen.extras)]
        for need in needs:
            need.marker = ""
        chosen.needs = [need.key for need in needs]
        return needs

    def _lay_down(self):
        ordered = []

        def add(name):
            chosen = self._chosen.get(name)
            if chosen is None or chosen in ordered or chosen in waiting:
                return
            waiting.append(chosen)
            for need in sorted(chosen.needs, reverse=True):
                add(need)
            waiting.remove(chosen)
            ordered.append(chosen)

        waiting = []
        for name in sorted(self._chosen, reverse=True):
            add(name)
        if not ordered:
            return
        self._say(f"Installing collected packages: {', '.join(chosen.name for chosen in ordered)}")
        before = installed(self._place)
        for chosen in ordered:
            old = before.get(Requirement(chosen.name).key)
            if old is not None:
                self._say(f"  Attempting uninstall: {chosen.name}\n    Found existing installation: {old.name} {old.version}")
                old.remove()
                self._say(f"    Successfully uninstalled {old.name}-{old.version}")
            chosen.wheel.install(self._place, f"{self._options.target}/bin" if self._options.target else PROGRAMS)
        done = sorted((f"{chosen.name}-{chosen.version}" for chosen in ordered), key=str.lower)
        self._say(f"Successfully installed {' '.join(done)}")


def _from(requirement):
    return f" (from {requirement.by})" if requirement.by else ""


def _size(count):
    """As pip writes sizes."""
    if count >= 1000 * 1000:
        return f"{count / 1000 / 1000:.1f} MB"
    if count >= 10 * 1000:
        return f"{count // 1000} kB"
    return f"{count / 1000:.1f} kB" if count >= 1000 else f"{count} bytes"
