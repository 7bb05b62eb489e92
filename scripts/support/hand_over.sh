# Sourced by every script here: find Python 3.11 or newer (installing it where we may), then hand over to it.
# Plain sh on purpose: a bare machine has nothing else yet.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1

is_good_python() {
    "$1" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
        if is_good_python "$candidate"; then
            python=$candidate
            return 0
        fi
    done
    return 1
}

# Prints how to become root without being asked anything; fails where that is not possible.
find_root_prefix() {
    if [ "$(id -u)" = 0 ]; then
        as_root=''
    elif command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then
        as_root='sudo -n'
    else
        return 1
    fi
}

explain_python() {
    cat >&2 <<'MESSAGE'
Python 3.11 or newer, with its venv part, is missing. Please install it with the database it needs, then run
this again:
  Debian or Ubuntu:  sudo apt-get update && sudo apt-get install --yes python3 python3-venv postgresql-postgis
  Fedora:            sudo dnf install python3 postgresql-server postgis
  macOS (Homebrew):  brew install python postgis
For scripts/test, on Debian also: chromium
MESSAGE
    exit 1
}

if ! find_python; then
    if command -v apt-get >/dev/null 2>&1 && find_root_prefix; then
        echo 'Installing Python (packages python3 and python3-venv) …'
        log=$(mktemp)
        # shellcheck disable=SC2086  # empty, or two words
        if ! { $as_root apt-get -o DPkg::Lock::Timeout=300 update &&
            $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
                install --yes --no-install-recommends python3 python3-venv; } >"$log" 2>&1 </dev/null; then
            tail -n 15 "$log" >&2
            rm -f "$log"
            explain_python
        fi
        rm -f "$log"
    fi
    find_python || explain_python
fi

exec "$python" "$root/scripts/support" "$(basename -- "$0")" "$@"
