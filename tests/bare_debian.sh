#!/usr/bin/env bash
# Does what the README says on a Debian 12 that has nothing but git: clones, ./run, waits until the demo plays.
# As root, with debootstrap and curl, and Tally's ports free. It installs and builds from nothing: no part of ./test.
# usage: tests/bare_debian.sh
# environment: DEBIAN (http://deb.debian.org/debian)
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd)
playlist=http://localhost:3004/live/ch_001/playlist.m3u8
curl -s "$playlist" >/dev/null && { echo "a Tally runs already" >&2; exit 1; }
root=$(mktemp -d)
trap 'kill -KILL $(jobs -p) 2>/dev/null || true; wait; rm -rf --one-file-system "$root"' EXIT

debootstrap --variant=minbase --include=git,ca-certificates bookworm "$root" "${DEBIAN:-http://deb.debian.org/debian}" >/dev/null
cp /etc/resolv.conf "$root/etc/"
cp -r /usr/local/share/ca-certificates "$root/usr/local/share/"
git clone -q --bare "$source" "$root/srv/tally"

# What is mounted and what runs there ends with these namespaces.
unshare --mount --pid --fork --kill-child bash -ec '
    mount --rbind /dev "$0/dev"
    mount --rbind /sys "$0/sys"
    mount -t proc proc "$0/proc"
    exec chroot "$0" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin bash -ec "
        update-ca-certificates >/dev/null 2>&1
        git clone -q /srv/tally
        exec tally/run"
' "$root" &
until curl -sf "$playlist" >/dev/null; do
    kill -0 $!  # ends this script when ./run has failed
    sleep 1
done
echo "the demo plays after $SECONDS s"
