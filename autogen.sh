#!/bin/sh
# Makes configure. Needed in a git checkout only; a release tarball has it.
set -e
cd "$(dirname "$0")"
exec autoreconf --install --force --warnings=all "$@"
