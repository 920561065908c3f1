# Sourced by the other scripts: finds a Python, makes a virtual environment, installs into it once.

say() { printf 'hipdrive: %s\n' "$*" >&2; }

# Run a command as root: directly, or by sudo where that can ask or need not.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        sudo "$@"
    else
        return 1
    fi
}

# Install Debian packages; 1 where that cannot be done here.
apt_install() {
    command -v apt-get >/dev/null || return 1
    say "installing $* (Debian packages)"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        >/dev/null 2>&1 && return
    as_root apt-get update -qq >/dev/null 2>&1 || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        >/dev/null
}

# Print the path of a Python of a version such as 3.13 that really starts; 1 if there is none.
find_python() {
    local candidate
    for candidate in "python$1" "/usr/bin/python$1" \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python3; do
        candidate=$(command -v "$candidate") || continue
        if "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" \
            2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# Print the path of a Python that hipdrive runs on; Debian's is installed where there is none.
any_python() {
    present_python || { apt_install python3 && present_python; } || {
        say "hipdrive needs Python 3.11 or newer; run: sudo apt install python3"
        return 1
    }
}

# The same, of those that are here: the system's own first, because on a Pi the camera's libraries
# belong to it.
present_python() {
    local candidate
    for candidate in /usr/bin/python3 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    find_python 3.13 || find_python 3.12 || find_python 3.11
}

# make_venv FOLDER PYTHON [EXTRAS]: a virtual environment with hipdrive installed from this checkout.
# Does nothing when that has been done since pyproject.toml last changed.
make_venv() {
    local folder=$1 python=$2 extras=${3:-} wanted
    wanted="$("$python" -V) $extras $(cksum <pyproject.toml)"
    [ "$(cat "$folder/.installed" 2>/dev/null)" = "$wanted" ] && return
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv" || {
            say "Python has no venv module here; run: sudo apt install python3-venv"
            return 1
        }
    fi
    say "setting up $folder ($("$python" -V)), once"
    rm -rf "$folder"
    # The Pi's camera and GPIO libraries come from Debian and must be seen, numpy's version with
    # them: another numpy breaks what was compiled against the system's.
    if "$python" -c 'import libcamera' 2>/dev/null; then
        "$python" -m venv --system-site-packages "$folder"
        "$python" -c 'import numpy; print("numpy==" + numpy.__version__)' >"$folder/constraints"
    else
        "$python" -m venv "$folder"
        : >"$folder/constraints"
    fi
    "$folder/bin/pip" install --quiet --disable-pip-version-check \
        --constraint "$folder/constraints" --editable ".${extras:+[$extras]}" || {
        say "the Python packages cannot be had; without a network, bring their wheels in a folder:"
        say "  elsewhere: pip download --dest FOLDER hatchling '.${extras:+[$extras]}'"
        say "  here:      export PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER, and again"
        return 1
    }
    printf '%s\n' "$wanted" >"$folder/.installed"
}
