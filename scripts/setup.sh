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

# Print those of the versions hipdrive is tested on that are here; 1 if none is.
tested_versions() {
    local version found=1
    for version in 3.11 3.13; do
        if find_python "$version" >/dev/null; then
            printf '%s\n' "$version"
            found=0
        else
            say "SKIPPED: Python $version, which is not on this machine"
        fi
    done
    [ "$found" -eq 0 ] || say "hipdrive is tested on Python 3.11 and 3.13, and neither is here"
    return "$found"
}

# new_venv FOLDER PYTHON [OPTIONS OF venv]: an empty virtual environment in place of what is there.
new_venv() {
    local folder=$1 python=$2
    shift 2
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv" || {
            say "Python has no venv module here; run: sudo apt install python3-venv"
            return 1
        }
    fi
    rm -rf "$folder"
    "$python" -m venv "$@" "$folder"
}

# Print a lock file without the packages that must fit the Pi's own numpy, and numpy itself.
without_numpy() {
    awk '/^[^ #]/ { left_out = /^(numpy|opencv-python-headless)==/ } !left_out' "$1"
}

# make_venv FOLDER PYTHON [PURPOSE]: a virtual environment with hipdrive installed from this checkout
# and everything else as requirements/PURPOSE.lock pins it ("runtime" when none is named).
# Does nothing when that has been done since pyproject.toml or the lock file last changed.
make_venv() {
    local folder=$1 python=$2 lock=requirements/${3:-runtime}.lock wanted
    wanted="$("$python" -V) $lock $(cat pyproject.toml "$lock" | cksum)"
    [ "$(cat "$folder/.installed" 2>/dev/null)" = "$wanted" ] && return
    say "setting up $folder ($("$python" -V)), once"
    if "$python" -c 'import libcamera' 2>/dev/null; then
        new_venv "$folder" "$python" --system-site-packages || return
        install_beside_numpy "$folder" "$lock"
    else
        new_venv "$folder" "$python" || return
        install_locked "$folder" "$lock" && install_hipdrive "$folder" --no-deps
    fi || {
        say "the Python packages cannot be had; without a network, bring their wheels in a folder."
        say "  on another machine of this kind, with the same Python:"
        say "    pip download --require-hashes --dest FOLDER -r $lock"
        [ ! -s "$folder/constraints" ] ||
            say "    pip download --dest FOLDER opencv-python-headless $(cat "$folder/constraints")"
        say "  here: export PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER, and again"
        return 1
    }
    printf '%s\n' "$wanted" >"$folder/.installed"
}

# install_locked FOLDER LOCK: exactly what the lock file names, and nothing whose hash is another.
install_locked() {
    "$1/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes \
        --requirement "$2"
}

# install_hipdrive FOLDER [OPTIONS OF pip install]: this checkout, with the build tools that the lock
# file brought.
install_hipdrive() {
    local folder=$1
    shift
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-build-isolation "$@" \
        --editable .
}

# install_beside_numpy FOLDER LOCK: the same on a Raspberry Pi. Its camera and GPIO libraries come
# from Debian and are seen from the virtual environment, and numpy with them: another numpy breaks what
# was compiled against the system's. So the lock file's numpy is left out, and pip chooses the OpenCV
# that fits, which no lock file can know.
install_beside_numpy() {
    local folder=$1
    "$folder/bin/python" -c 'import numpy; print("numpy==" + numpy.__version__)' \
        >"$folder/constraints" || return
    without_numpy "$2" >"$folder/packages.lock" &&
        install_locked "$folder" "$folder/packages.lock" &&
        install_hipdrive "$folder" --constraint "$folder/constraints"
}
