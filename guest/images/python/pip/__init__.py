"""pip for the sandbox: installs wheels from one index, speaks the options of PyPA's pip, and prints its lines.

PyPA's pip takes a minute in the emulated computer to install one small package (most of it to load itself), so
this is another program of its name. It has no resolver that goes back: of each project it takes the newest version
that fits the first who asked, and says so when that does not fit the next. It builds nothing from source.

Modules that take long to load are left alone: a socket instead of urllib, a zip reader of thirty lines instead of
zipfile, no argparse.
"""

__version__ = "26.2+bottle"
