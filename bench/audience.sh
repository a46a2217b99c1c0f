#!/bin/bash
# Reports of players: through the hot path alone, and over HTTP to a server on core 0, with the load on core 1.
# usage: bench/audience.sh
# environment: what bench/common.sh takes
. "$(dirname "$0")/common.sh"
seconds=4
ports=228
playlist=http://127.0.0.1:${ports}04/live/ch_001/playlist.m3u8

make_tools http_load audience_bench
taskset -c 0 "$build/audience_bench"

start_tally $ports
on_core 1 ffmpeg.log ffmpeg -loglevel error -re -f lavfi -i testsrc2=s=320x180:r=10 -c:v libx264 -preset ultrafast \
    -g 20 -an -f flv rtmp://127.0.0.1:${ports}35/live/ch_001
for _ in $(seq 60); do
    curl -sf "$playlist" | grep -q sid= && break
    sleep 0.5
done
node bench/audience_bodies.mjs "$playlist" 25000 20 >"$work/bodies"
for _ in 1 2 3; do
    echo "reports over HTTP $(http_load ${ports}05 /api/analytics/collect 64 $seconds "$tally_pid" "$work/bodies")"
done
