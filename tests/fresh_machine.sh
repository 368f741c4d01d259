#!/usr/bin/env bash
# What a newcomer meets on a bare machine: Debian's smallest system with one Python, no fonts
# and no libraries, and the same with a C compiler. The commands are README.md's, as typed; the
# drawings must be byte for byte those of this machine. Slow, so outside of CI:
#
#   tests/fresh_machine.sh [--tests] FOLDER [MACHINE...]
#   tests/fresh_machine.sh --remove FOLDER
#
# FOLDER takes the machines (about 700 MB each), and one that is there is used again; never
# delete it by hand, while /proc is mounted there. MACHINE is bookworm, trixie, sid (which has
# four Pythons) or one of these with a compiler, such as trixie+gcc; all six by default.
# --tests runs the README's test block too. Needs root and debootstrap.
set -euo pipefail

enter() { # MACHINE COMMAND...: run a command with this machine's network and pip settings
    local machine=$1; shift
    mountpoint -q "$machine/proc" || mount --bind /proc "$machine/proc"
    env -i PATH="${pythons:-}/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root LANG=C.UTF-8 \
        $(env | grep -E '^(PIP_(CERT|INDEX_URL|DEFAULT_TIMEOUT)|SSL_CERT_FILE|https?_proxy|HTTPS?_PROXY)=' || true) \
        chroot "$machine" sh -ec "cd /root && $*"
}

install_packages() { # MACHINE PACKAGE...
    enter "$1" "apt-get install -y -qq --no-install-recommends ${*:2} >/dev/null 2>&1"
}

make_machine() { # SUITE MACHINE PACKAGE...
    debootstrap --variant=minbase --include=ca-certificates "$1" "$2" "$mirror" >"$2.log" 2>&1
    cp -L /etc/resolv.conf "$2/etc/"
    cp /etc/ssl/certs/ca-certificates.crt "$2/etc/ssl/certs/"
    [ ! -e /etc/pip.conf ] || grep -vE 'file:|find-links|constraint' /etc/pip.conf >"$2/etc/pip.conf"
    enter "$2" "apt-get -o Acquire::Check-Valid-Until=false update >/dev/null"
    install_packages "$2" "${@:3}"
    for python in "${interpreters[@]}"; do # a folder for PATH, in which that one is `python3`
        mkdir -p "$2/opt/$python"
        ln -s "/usr/bin/$python" "$2/opt/$python/python3"
    done
}

# Print the N-th block of shell commands in README.md.
readme_commands() {
    awk -v n="$1" '/^```/ { if (inside) { inside = 0 } else if (/^```sh/) { inside = ++k == n }; next }
                   inside' README.md
}

# Install as the README says and draw the gallery, in the project's folder on either machine.
# The test files' folder, not this one, is where Python looks first: it draws as installed.
draw=".venv/bin/python tests/gallery_drawings.py drawings && cp worked_example.svg drawings"

copy_project() { # FOLDER: what git knows or would add, and nothing else
    rm -rf "$1" && mkdir "$1"
    git ls-files -zco --exclude-standard | xargs -0 cp --parents -t "$1"
}

check() { # MACHINE TITLE: the README in one machine, by its python3 there
    local machine=$1 title=$2 begin=$SECONDS build size
    copy_project "$machine/root/project"
    if ! enter "$machine" "cd project && $(readme_commands 1)" >"$machine.log" 2>&1; then
        echo "FAILED  $title: the README's first block"; grep -v '^WARNING' "$machine.log" | tail -n 4; failed=1; return
    fi
    build=$(enter "$machine" "cd project && .venv/bin/python -P -c 'import autograd; print(autograd.is_native and \"native\" or \"pure\")'")
    size=$(du -sm --exclude='pip*' --exclude='setuptools*' --exclude=pkg_resources "$machine/root/project/.venv" | cut -f1)
    if ! enter "$machine" "cd project && $draw" >"$machine.log" 2>&1 ||
        ! diff -rq "$reference" "$machine/root/project/drawings" >>"$machine.log"; then
        echo "FAILED  $title: the drawings"; tail -n 4 "$machine.log"; failed=1; return
    fi
    echo "ok      $title: $build, $size MB, $count drawings the same, $((SECONDS - begin)) s"
    [ -z "$tests" ] || run_tests "$machine" "$title"
}

run_tests() { # MACHINE TITLE
    local begin=$SECONDS
    enter "$1" "cd project && $(readme_commands 2)" >"$1.log" 2>&1 ||
        { echo "FAILED  $2: the README's second block"; failed=1; }
    echo "        $2: $(tail -n 1 "$1.log"), $((SECONDS - begin)) s"
}

remove() { # FOLDER
    for machine in "$1"/*/; do
        ! mountpoint -q "$machine/proc" || umount "$machine/proc"
        rm -rf --one-file-system "${machine%/}" "${machine%/}.log"
    done
}

tests=
case ${1:-} in
    --remove) remove "$2"; exit ;;
    --tests) tests=1; shift ;;
esac
[ $# -ge 1 ] || { sed -n '2,14s/^# \?//p' "$0"; exit 2; }
folder=$(realpath -m "$1") failed=
shift
cd "$(dirname "$0")/.."
mirror=$(awk '/^URIs:/ && !/security/ { print $2; exit }' /etc/apt/sources.list.d/*.sources)
mkdir -p "$folder"
copy_project "$folder/project"
(cd "$folder/project" && eval "$(readme_commands 1)" && eval "$draw") >"$folder/project.log" 2>&1
reference=$folder/project/drawings
count=$(ls "$reference" | wc -l)
echo "here    $("$folder/project/.venv/bin/python" -V): $count drawings"

for name in ${*:-bookworm trixie sid bookworm+gcc trixie+gcc sid+gcc}; do
    machine=$folder/$name suite=${name%+gcc} interpreters=(python3)
    [ "$suite" != sid ] || interpreters=(python3.13 python3.14 python3.15 pypy3)
    if [ ! -d "$machine" ]; then
        packages=("${interpreters[@]}" "${interpreters[@]/%/-venv}")
        [ "$suite" = "$name" ] || packages+=(gcc libc6-dev "${interpreters[@]/%/-dev}")
        make_machine "$suite" "$machine" "${packages[@]}"
    fi
    for interpreter in "${interpreters[@]}"; do
        pythons=/opt/$interpreter:
        check "$machine" "$name, $(enter "$machine" "python3 -V" | tr '\n' ' ')"
    done
done
exit ${failed:-0}
