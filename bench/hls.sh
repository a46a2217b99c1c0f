#!/bin/bash
# Tally and nginx in turns, over kept connections: the media playlist and the newest segment of a live stream, the same
# bytes from both.
# usage: bench/hls.sh [rounds]
# environment: SECONDS_PER_ROUND (3), and what bench/common.sh takes
. "$(dirname "$0")/common.sh"
rounds=${1:-5}
seconds=${SECONDS_PER_ROUND:-3}
ports=229
nginx_port=22914

fetch() { curl -sf --max-time 5 "http://127.0.0.1:${ports}04$1"; }

# The last address in a playlist that matches, once there is one.
wait_for() {  # playlist, pattern
    local found
    for _ in $(seq 60); do
        found=$(fetch "$1" | grep -v '^#' | grep "$2" | tail -1 || true)
        [ -n "$found" ] && { echo "${1%/*}/${found%%\?*}"; return; }
        sleep 0.5
    done
    echo "bench/hls.sh: nothing in $1 matches $2" >&2
    cat "$work"/*.log >&2
    exit 1
}

# The same bytes for nginx, under the same path; prints how many.
copy() {
    mkdir -p "$work/www${1%/*}"
    fetch "$1" >"$work/www$1"
    stat -c %s "$work/www$1"
}

memory() { awk '/VmRSS/ { print $2 }' "/proc/$tally_pid/status"; }

compare() {  # what, path, connections
    echo "$1 of $(copy "$2") bytes"
    note "$1 tally $(http_load ${ports}04 "$2" "$3" "$seconds" "$tally_pid")"
    note "$1 nginx $(http_load $nginx_port "$2" "$3" "$seconds" "$nginx_pid")"
}

make_tools http_load
start_tally $ports
start_nginx_files $nginx_port 'application/vnd.apple.mpegurl m3u8; video/mp4 m4s mp4;'
publish ${ports}35
playlist=$(wait_for /live/ch_001/playlist.m3u8 'playlist\.m3u8')
wait_for "$playlist" . >/dev/null
echo "waiting for the stream's window to fill, so that only requests add memory"
sleep 75  # past the longest that any buffer of the stream keeps
memory_before=$(memory)
for round in $(seq "$rounds"); do
    compare playlist "$playlist" 64
done
memory_after=$(memory)
for round in $(seq "$rounds"); do
    compare segment "$(wait_for "$playlist" .)" 16  # the newest: the window moves on
done
for what in playlist segment; do report $what rate mbytes p50_ms p99_ms cpu_us; done
printf '\nmemory before and after all playlist requests: %s kB, %s kB\n' "$memory_before" "$memory_after"
