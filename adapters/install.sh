#!/usr/bin/env bash
# Installs what adapters need, each into an environment of its own, adapters/.env/NAME, in the versions of adapters/requirements.
#
#   adapters/install.sh NAME ...    what these need
#   adapters/install.sh --all       what all need
#   adapters/install.sh --list      the names, the disk they take, and which are installed
#
# What is complete and unchanged is left as it is. PYTHON names another interpreter than python3.
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}

fail() { echo "install.sh: $*" >&2; exit 1; }

names() { (cd requirements && ls -- *.txt) | sed 's/\.txt$//'; [ ! -d rust ] || echo rust; }

# A line "# KEY: VALUE" of a requirements file.
said() { sed -n "s/^# $2: //p" "requirements/$1.txt"; }

# The environment that serves an adapter: its own, or one that it says it shares.
home() { local shared; shared=$(said "$1" environment); echo ".env/${shared:-$1}"; }

# What an environment was made from. It is written when all is there, so that half an environment is never taken for a whole one.
stamp() { echo "$(home "$1")/installed/$1"; }
wanted() { cat "requirements/$1.txt" $(sed -n 's/^-r /requirements\//p' "requirements/$1.txt") | cksum; }
complete() { [ "$(cat "$(stamp "$1")" 2>/dev/null)" = "$(wanted "$1")" ]; }

megabytes() { du -sm "$1" | cut -f1; }

# Runs a command; if it fails, says the line of its output that tells most.
quietly() {
    local log=".env/$1.log" what=$2
    shift 2
    "$@" >"$log" 2>&1 || fail "$what failed: $(grep -im1 error "$log" || tail -n 1 "$log") (all of it: adapters/$log)"
}

with_pip() {
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || fail "$1 needs Python 3.11 or newer as '$python'"
    local own="$2/bin/python"
    "$own" -m pip --version >/dev/null 2>&1 || quietly "$1" "$python -m venv" "$python" -m venv --clear "$2"
    quietly "$1" "pip install for $1" "$own" -m pip install --disable-pip-version-check --no-input --no-cache-dir \
        --only-binary :all: -r "requirements/$1.txt"
}

with_npm() {
    command -v node npm >/dev/null || fail "$1 needs Node.js with npm"
    mkdir -p "$2"
    quietly "$1" "npm install for $1" npm install --no-audit --no-fund --no-save --prefix "$2" $(grep -v '^#' "requirements/$1.txt")
}

# A program that no environment can hold. Without the right to install it, the error says what to do.
from_the_system() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "$1 needs $2 on this machine: install it with the system's package manager"
    quietly "$1" "apt-get update" apt-get update
    quietly "$1" "apt-get install $2" apt-get install -y --no-install-recommends "$2"
}

# cargo knows itself what is up to date.
rust() {
    command -v cargo >/dev/null || fail "rust needs cargo"
    echo "rust: takes about 2 GB in target, and some minutes"
    quietly rust "cargo install" cargo install --quiet --locked --force --profile adapter --path rust --root .env/rust
    echo "rust: complete, $(megabytes .env/rust) MB in adapters/.env/rust"
}

install() {
    local name=$1 env tool disk free
    mkdir -p .env
    if [ "$name" = rust ]; then rust; return; fi
    [ -f "requirements/$name.txt" ] || fail "there is no '$name'; there are: $(names | paste -sd ' ')"
    if complete "$name"; then echo "$name: complete"; return; fi
    env=$(home "$name") tool=$(said "$name" tool) disk=$(said "$name" disk)
    free=$(df -Pm . | awk 'NR == 2 { print $4 }')
    [ -e "$env/installed" ] || [ "$free" -gt "${disk%% *}" ] || fail "$name takes about $disk; the disk has $free MB left"
    echo "$name: takes about $disk"
    for program in $(said "$name" needs); do command -v "$program" >/dev/null || from_the_system "$name" "$program"; done
    "with_${tool:-pip}" "$name" "$env"
    [ "$env" = ".env/$name" ] || ln -sfn "${env#.env/}" ".env/$name"
    mkdir -p "$env/installed"
    wanted "$name" >"$(stamp "$name")"
    rm -f ".env/$name.log"
    echo "$name: complete, $(megabytes "$env/") MB in adapters/$env"
}

list() {
    local name
    for name in $(names); do
        if [ "$name" = rust ]; then [ -x .env/rust/bin/gradproof-rust ] && echo "rust: complete" || echo "rust: not installed, takes about 2 GB in target"
        elif complete "$name"; then echo "$name: complete, $(megabytes "$(home "$name")/") MB"
        else echo "$name: not installed, takes about $(said "$name" disk)"
        fi
    done
}

case ${1:-} in
    "" | -*help | -h) sed -n '2,8s/^# \{0,1\}//p' install.sh ;;
    --list) list ;;
    --all) for name in $(names); do install "$name"; done ;;
    *) for name in "$@"; do install "$name"; done ;;
esac
