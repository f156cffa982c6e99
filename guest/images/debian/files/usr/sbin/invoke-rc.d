#!/bin/sh
# Nothing to do: no services run in a container, and its libraries lie where they are found without a cache
exit 0
