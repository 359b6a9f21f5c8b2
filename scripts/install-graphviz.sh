#!/bin/sh
# Installs Graphviz and a DejaVu font where they are missing. Ends well in any case: without them casegraph still writes
# DOT, and the tests that draw are left out.
set -u

has_font() {
    if command -v fc-list >/dev/null 2>&1; then
        fc-list 2>/dev/null | grep -i dejavu >/dev/null
    else
        find /usr/share/fonts /usr/local/share/fonts "$HOME/Library/Fonts" /Library/Fonts -iname 'dejavu*' 2>/dev/null |
            grep . >/dev/null
    fi
}

missing=
command -v dot >/dev/null 2>&1 || missing="Graphviz"
has_font || missing="${missing:+$missing and }the DejaVu font"
[ -n "$missing" ] || exit 0

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "This needs root, and there is no sudo." >&2
        return 1
    fi
}

by_hand() {
    echo "Could not install $missing. By hand:" >&2
    echo "  Debian, Ubuntu  sudo apt-get install graphviz fonts-dejavu-core" >&2
    echo "  Fedora          sudo dnf install graphviz dejavu-sans-fonts" >&2
    echo "  Arch            sudo pacman -S graphviz ttf-dejavu" >&2
    echo "  macOS           brew install graphviz && brew install --cask font-dejavu" >&2
    echo "Going on without: DOT files can be written, other drawings cannot." >&2
    exit 0
}

echo "Drawings need $missing, which this machine lacks; installing it."
if command -v apt-get >/dev/null 2>&1; then
    # The lists of a fresh machine are empty, so a first attempt may fail.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends graphviz fonts-dejavu-core ||
        { as_root apt-get update &&
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y --no-install-recommends graphviz fonts-dejavu-core; } || by_hand
elif command -v dnf >/dev/null 2>&1; then
    as_root dnf install -y graphviz dejavu-sans-fonts || by_hand
elif command -v pacman >/dev/null 2>&1; then
    as_root pacman -S --needed --noconfirm graphviz ttf-dejavu || by_hand
elif command -v brew >/dev/null 2>&1; then
    { brew install graphviz && brew install --cask font-dejavu; } || by_hand
else
    by_hand
fi
command -v dot >/dev/null 2>&1 || by_hand
echo "Installed: $(dot -V 2>&1)"
