#!/bin/bash
# Reports of players: through the hot path alone, and over HTTP to a server on core 0, with the load on core 1.
# usage: bench/audience.sh
# environment: BUILD (build/release), TALLY ($BUILD/tally)
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/release}
tally=${TALLY:-$build/tally}
seconds=4
work=$(mktemp -d)
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

cmake --build "$build" --target http_load audience_bench >/dev/null
taskset -c 0 "$build/audience_bench"

TALLY_SERVER_DATA=$work/data TALLY_PORTS_CDN=22904 TALLY_PORTS_CONSOLE=22900 TALLY_PORTS_STREAMING=22902 \
    TALLY_PORTS_BROADCAST=22903 TALLY_PORTS_ANALYTICS=22905 TALLY_PORTS_RTMP=22935 \
    taskset -c 0 "$tally" serve >"$work/tally.log" 2>&1 &
started+=($!)
server=$!
for _ in $(seq 50); do
    (: </dev/tcp/127.0.0.1/22935) 2>/dev/null && break
    sleep 0.2
done
taskset -c 1 ffmpeg -loglevel error -re -f lavfi -i testsrc2=s=320x180:r=10 -c:v libx264 -preset ultrafast -g 20 -an \
    -f flv rtmp://127.0.0.1:22935/live/ch_001 >"$work/ffmpeg.log" 2>&1 &
started+=($!)
playlist=http://127.0.0.1:22904/live/ch_001/playlist.m3u8
for _ in $(seq 60); do
    curl -sf "$playlist" | grep -q sid= && break
    sleep 0.5
done
node bench/audience_bodies.mjs "$playlist" 25000 20 >"$work/bodies"
for round in 1 2; do
    echo "reports over HTTP $(taskset -c 1 "$build/http_load" 127.0.0.1 22905 /api/analytics/collect 64 $seconds "$server" "$work/bodies")"
done
