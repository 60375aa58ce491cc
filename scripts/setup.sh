#!/bin/sh
# Run setup.py with a Python that fits: one of this machine, else one that uv fetches.
#
# In plain sh, for there may be no Python at all; one sentence then says what to install.
# PYTHON, if it is set, is used or refused.
set -eu
cd "$(dirname "$0")/.."

ready='import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
new_enough='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
fetched=build/python # deleted by make clean, like all that the set-up makes

first_python() { # the first that the test is true for; not every python3.11 is one (pyenv's)
    for python in .venv/bin/python python3.11 python3.12 python3.13 python3 python; do
        if "$python" -c "$1" >/dev/null 2>&1; then
            echo "$python"
            return
        fi
    done
    return 1
}

find_uv() { # this machine's, else one installed by an older Python's pip
    for uv in uv .venv/bin/uv build/uv/bin/uv; do
        command -v "$uv" && return
    done
    version=$(sed -n 's/^UV = "\(.*\)"/\1/p' scripts/packages.py)
    python3 -m pip install --quiet --target build/uv "$version" >/dev/null 2>&1 || return 1
    echo build/uv/bin/uv
}

fetch_python() {
    uv=$(find_uv) || return 1
    export UV_PYTHON_INSTALL_DIR="$PWD/$fetched" UV_NO_CONFIG=1
    echo "set-up: no Python here fits; uv fetches 3.11 into $fetched …" >&2
    "$uv" python install --quiet --no-cache --no-bin 3.11 >&2 || return 1
    "$uv" python find --no-cache --managed-python --no-project 3.11
}

if [ "${PYTHON:-}" ]; then
    "$PYTHON" -c "$new_enough" 2>/dev/null && exec "$PYTHON" scripts/setup.py "$@"
    echo "set-up: PYTHON is $PYTHON, which is not a Python 3.11, 3.12 or 3.13" >&2
    exit 1
fi
python=$(first_python "$ready") || python=$(fetch_python) ||
    python=$(first_python "$new_enough") || { # setup.py says what it lacks
    echo "set-up: Skill-MoE needs Python 3.11, 3.12 or 3.13: install one with its module venv" \
        "(Debian 12 and 13, Ubuntu 24.04: apt install python3-venv python3-dev) or, where the" \
        "system has an older one (Ubuntu 22.04), install uv, which fetches one; then run the" \
        "same command again." >&2
    exit 1
}
exec "$python" scripts/setup.py "$@"
