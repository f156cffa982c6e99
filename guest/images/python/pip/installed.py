"""What is installed: the folders NAME-VERSION.dist-info of a folder of packages."""

import os
import re

from pip.requirement import normalize

PLACE = "/usr/local/lib/python3.11/dist-packages"
PROGRAMS = "/usr/local/bin"


class Distribution:
    def __init__(self, place, folder):
        self.place = place
        self.info = os.path.join(place, folder)
        self._metadata = None
        self.version = folder.removesuffix(".dist-info").rpartition("-")[2]

    @property
    def name(self):
        return self.fields("Name")[0]

    def fields(self, name):
        """The values of a field of its METADATA."""
        if self._metadata is None:
            with open(os.path.join(self.info, "METADATA"), encoding="utf-8") as file:
                self._metadata = file.read().partition("\n\n")[0]
        return re.findall(rf"^{name}: (.*)$", self._metadata, re.MULTILINE)

    def remove(self):
        """Removes its files, and the folders that are empty without them."""
        with open(os.path.join(self.info, "RECORD"), encoding="utf-8") as file:
            paths = [line.rsplit(",", 2)[0] for line in file.read().splitlines()]
        folders = set()
        for path in [os.path.normpath(os.path.join(self.place, path)) for path in paths]:
            try:
                os.unlink(path)
            except FileNotFoundError:
                continue
            folder = os.path.dirname(path)
            while folder.startswith(f"{self.place}/"):
                folders.add(folder)
                folder = os.path.dirname(folder)
        for folder in sorted(folders, reverse=True):
            try:
                os.rmdir(folder)
            except OSError:
                continue  # somebody put more into it


def installed(place=PLACE):
    """Everything in a folder, by normalized name."""
    names = os.listdir(place) if os.path.isdir(place) else []
    folders = sorted((name for name in names if name.endswith(".dist-info")), key=str.lower)
    return {normalize(folder.removesuffix(".dist-info").rpartition("-")[0]): Distribution(place, folder) for folder in folders}
