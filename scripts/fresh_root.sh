# Sourced by test-install and test-systemd after setup.sh: archives to install, and fresh roots of
# Debian to install them in. They set `tried`, what cannot be tried where this is skipped, and `work`,
# a folder of their own.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/hipdrive

skip() {
    say "SKIPPED: $tried; $1"
    exit 3
}

need_roots() {
    [ "$(id -u)" -eq 0 ] || skip "only root may make one"
    command -v debootstrap >/dev/null || apt_install debootstrap ||
        skip "Debian's package debootstrap cannot be had"
}

# make_releases ARCHIVE KEY: into $work/release 0.1.0 (the archive, or one of this checkout where none
# is named), 99.0, which is the same, 99.1, whose `hipdrive run` ends at once, and who signed them.
make_releases() {
    local archive=$1 key=$2
    mkdir -p "$work/release"
    # The same file may be there from an earlier run, with the key that it was signed with.
    if [ -z "$archive" ]; then
        key=$work/key
        ssh-keygen -q -t ed25519 -N '' -C test -f "$key"
        scripts/release --machine "$(uname -m)" --key "$key" --out "$work/release"
    else
        cp "$archive" "$archive.sha256" "$archive.sig" "$work/release"
    fi
    archive=$(echo "$work"/release/hipdrive-*.tar)
    cp "$key.pub" "$work/release/key.pub"
    other_version "$archive" 99.0 "$key"
    other_version "$archive" 99.1 "$key" --broken
}

other_version() { PYTHONPATH=device .venv-release/bin/python scripts/other_version.py "$@"; }

# fresh_root FOLDER SUITE NAME [PACKAGES]: an empty Debian with Python, as Raspberry Pi OS Lite has it,
# and these packages, with commas between; what the stories need is in /test. Made once, by that name.
fresh_root() {
    local made=$cache/$3
    if [ ! -e "$made/complete" ]; then
        rm -rf "$made"
        mkdir -p "$cache"
        say "making a root of $2, once"
        debootstrap --variant=minbase --include="python3,openssh-client${4:+,$4}" "$2" "$made" \
            >"$work/debootstrap.log" 2>&1 || { tail -5 "$work/debootstrap.log" >&2 && return 1; }
        touch "$made/complete"
    fi
    cp -a "$made" "$1"
    mkdir -p "$1/release" "$1/test"
    cp -a tests/support tests/install "$1/test"
}
