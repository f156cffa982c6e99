import sys

from pip.cli import main

sys.exit(main(sys.argv[1:]))
