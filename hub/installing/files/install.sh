#!/bin/sh
# Installs Lintel from this folder, without any network: sh install.sh hall.toml [what `lintel install` takes]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
notes=/var/lib/lintel-install

stop() {
    echo "install.sh: $1" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || stop "call it as root: sudo sh $0 hall.toml"
[ $# -ge 1 ] || stop "name the hall's file: sudo sh $0 hall.toml"
[ -f "$1" ] || stop "$1: there is no such file"
hall=$(CDPATH='' cd -- "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
shift

(cd "$here" && sha256sum --check --quiet --strict SHA256SUMS) || stop "the folder is damaged; copy it again"
[ "$(cd "$here" && find . -type f ! -name SHA256SUMS | wc -l)" = "$(wc -l < "$here/SHA256SUMS")" ] ||
    stop "the folder has files that are not in SHA256SUMS; copy it again"
. /etc/os-release
[ "${VERSION_CODENAME-}" = bookworm ] || stop "this is ${PRETTY_NAME-another system}; take Debian 12 or a Raspberry Pi OS of it"
grep -q "\"arch\":\"$(dpkg --print-architecture)\"" "$here/bundle.json" ||
    stop "the folder is for another kind of computer; make one with: lintel bundle --arch $(dpkg --print-architecture)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What is here before Python is belongs into the record of what the installation brings.
if [ ! -e $notes/record.json ] && [ ! -e $notes/packages ]; then
    mkdir -p -m 700 $notes
    cut -d: -f1 /etc/passwd | sort > $notes/users
    cut -d: -f1 /etc/group | sort > $notes/groups
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort > $notes/packages
fi

if ! python3 -c 'import ensurepip, venv' 2> "$work/python"; then
    echo "deb [trusted=yes] file:$(echo "$here" | sed 's/ /%20/g')/debs ./" > "$work/sources.list"
    mkdir "$work/lists"
    for words in update "install python3-venv"; do
        # shellcheck disable=SC2086 # two words
        DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends -o "Dir::Etc::SourceList=$work/sources.list" \
            -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work" \
            -o APT::Sandbox::User=root $words > "$work/apt" 2>&1 ||
            { cat "$work/apt" >&2; stop "Python cannot be installed from the folder"; }
    done
fi

# Lintel begins from an environment that goes again; it makes its own in /opt.
python3 -m venv "$work/venv"
PIP_CONFIG_FILE=/dev/null "$work/venv/bin/pip" --isolated install -q --disable-pip-version-check --no-cache-dir --no-index \
    --find-links "$here/wheels" "$(echo "$here"/wheels/lintel-*.whl)"
"$work/venv/bin/lintel" install "$hall" --from "$here" "$@"
