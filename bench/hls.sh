#!/bin/bash
# Tally and nginx in turns, over kept connections: the media playlist and the newest segment of a live stream, the same
# bytes from both. The servers run on core 0, the load and the encoder on core 1.
# usage: bench/hls.sh [rounds]
# environment: BUILD (build/release), TALLY ($BUILD/tally), SECONDS_PER_ROUND (3)
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
seconds=${SECONDS_PER_ROUND:-3}
build=${BUILD:-build/release}
tally=${TALLY:-$build/tally}
load=$build/http_load
rtmp_port=22935
tally_port=22904
nginx_port=22914
work=$(mktemp -d)
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

cmake --build "$build" --target http_load >/dev/null

start_tally() {
    TALLY_SERVER_DATA=$work/data TALLY_PORTS_CDN=$tally_port TALLY_PORTS_CONSOLE=22900 TALLY_PORTS_STREAMING=22902 \
        TALLY_PORTS_BROADCAST=22903 TALLY_PORTS_ANALYTICS=22905 TALLY_PORTS_RTMP=$rtmp_port \
        taskset -c 0 "$tally" serve >"$work/tally.log" 2>&1 &
    started+=($!)
    tally_pid=$!
}

start_nginx() {
    mkdir -p "$work/www" "$work/tmp"
    cat >"$work/nginx.conf" <<END
daemon off; master_process off; worker_processes 1; worker_rlimit_nofile 20000;
pid $work/nginx.pid; error_log $work/nginx.log error;
events { worker_connections 8192; }
http {
    types { application/vnd.apple.mpegurl m3u8; video/mp4 m4s mp4; }
    access_log off; sendfile on; tcp_nopush on; gzip off;
    keepalive_requests 1000000000; keepalive_timeout 75;
    open_file_cache max=100; open_file_cache_valid 60s;
    client_body_temp_path $work/tmp/a; proxy_temp_path $work/tmp/b; fastcgi_temp_path $work/tmp/c;
    uwsgi_temp_path $work/tmp/d; scgi_temp_path $work/tmp/e;
    server {
        listen 127.0.0.1:$nginx_port backlog=4096;
        root $work/www;
        add_header Access-Control-Allow-Origin *;
        add_header Cache-Control max-age=1;
    }
}
END
    taskset -c 0 nginx -p "$work" -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 &
    started+=($!)
    nginx_pid=$!
}

publish() {
    local media
    media=$(bench/make_media.sh)
    taskset -c 1 ffmpeg -loglevel error -re -stream_loop -1 -i "$media" -c copy -f flv \
        "rtmp://127.0.0.1:$rtmp_port/live/ch_001" >"$work/ffmpeg.log" 2>&1 &
    started+=($!)
}

fetch() { curl -sf --max-time 5 "http://127.0.0.1:$tally_port$1"; }

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
    echo "$1 tally $(taskset -c 1 "$load" 127.0.0.1 $tally_port "$2" "$3" "$seconds" "$tally_pid")" | tee -a "$work/results"
    echo "$1 nginx $(taskset -c 1 "$load" 127.0.0.1 $nginx_port "$2" "$3" "$seconds" "$nginx_pid")" | tee -a "$work/results"
}

median() {  # what, server, figure
    grep "^$1 $2 " "$work/results" | grep -o "$3=[0-9.]*" | cut -d= -f2 | sort -n |
        awk '{ value[NR] = $1 } END { print NR ? value[int((NR + 1) / 2)] : "-" }'
}

report() {  # what
    printf '\n%-28s %10s %10s %8s\n' "$1, medians" tally nginx ratio
    for figure in rate mbytes p50_ms p99_ms cpu_us; do
        a=$(median "$1" tally $figure) b=$(median "$1" nginx $figure)
        printf '%-28s %10s %10s %8s\n' $figure "$a" "$b" "$(awk -v a="$a" -v b="$b" 'BEGIN { printf b ? "%.2f" : "-", b ? a / b : 0 }')"
    done
}

start_tally
start_nginx
for _ in $(seq 50); do
    (: </dev/tcp/127.0.0.1/$rtmp_port) 2>/dev/null && break
    sleep 0.2
done
publish
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
report playlist
report segment
printf '\nmemory before and after all playlist requests: %s kB, %s kB\n' "$memory_before" "$memory_after"
