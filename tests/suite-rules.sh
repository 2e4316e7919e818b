#!/bin/sh
here=$(dirname "$0")
exec "${PYTHON:-python3}" "$here/rules/names.py" "$here/../rules"
