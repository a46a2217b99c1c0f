#!/bin/bash
# What dashboards ask for: a live broadcast and its stream's health, Tally and nginx in turns over kept connections, the
# same bytes from both. Then how long starts and stops take beside a thousand channels and a hundred live streams.
# The server runs on core 0, load and encoders on core 1.
# usage: bench/api.sh [rounds]
# environment: BUILD (build/release), TALLY ($BUILD/tally), SECONDS_PER_ROUND (3), CHANNELS (1000), LIVE (100), CYCLES (300)
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
seconds=${SECONDS_PER_ROUND:-3}
channels=${CHANNELS:-1000}
live=${LIVE:-100}
cycles=${CYCLES:-300}
build=${BUILD:-build/release}
tally=${TALLY:-$build/tally}
rtmp_port=23935
streaming_port=23902
broadcast_port=23903
nginx_port=23914
media=build/bench/600k.flv
work=$(mktemp -d)
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

cmake --build "$build" --target http_load rtmp_encoders >"$work/build.log" || { cat "$work/build.log" >&2; exit 1; }
ulimit -n "$(ulimit -Hn)"

make_media() {
    [ -f "$media" ] && return
    mkdir -p "$(dirname "$media")"
    ffmpeg -loglevel error -y -f lavfi -i testsrc2=s=640x360:r=30 -f lavfi -i sine=f=440:r=48000 -t 20 \
        -c:v libx264 -preset ultrafast -b:v 500k -maxrate 500k -bufsize 500k -g 60 -keyint_min 60 -sc_threshold 0 \
        -pix_fmt yuv420p -c:a aac -b:a 96k -f flv "$media.part"
    mv "$media.part" "$media"
}

start_tally() {
    TALLY_SERVER_DATA=$work/data TALLY_LOG_LEVEL=warn TALLY_PORTS_RTMP=$rtmp_port TALLY_PORTS_CONSOLE=23900 \
        TALLY_PORTS_STREAMING=$streaming_port TALLY_PORTS_BROADCAST=$broadcast_port TALLY_PORTS_CDN=23904 \
        TALLY_PORTS_ANALYTICS=23905 taskset -c 0 "$tally" serve >"$work/tally.log" 2>&1 &
    started+=($!)
    tally_pid=$!
    for _ in $(seq 50); do
        curl -sf "http://127.0.0.1:$broadcast_port/health/ready" >/dev/null && return
        sleep 0.2
    done
    cat "$work/tally.log" >&2
    exit 1
}

start_nginx() {
    mkdir -p "$work/www" "$work/tmp"
    cat >"$work/nginx.conf" <<END
daemon off; master_process off; worker_processes 1; worker_rlimit_nofile 20000;
pid $work/nginx.pid; error_log $work/nginx.log error;
events { worker_connections 8192; }
http {
    types { application/json json; }
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

cycle() { taskset -c 1 node bench/api_cycle.mjs "$1" $streaming_port $broadcast_port "${@:2}"; }

# The channels' encoders, each in real time.
dial_in() {  # file with channels
    taskset -c 1 "$build/rtmp_encoders" $rtmp_port "$media" <"$1" >"$work/encoders.log" 2>&1 &
    started+=($!)
}

compare() {  # what, port, path
    curl -sf "http://127.0.0.1:$2$3" >"$work/www/$1.json"
    echo "$1 of $(stat -c %s "$work/www/$1.json") bytes"
    echo "$1 tally $(taskset -c 1 "$build/http_load" 127.0.0.1 "$2" "$3" 64 "$seconds" "$tally_pid")" | tee -a "$work/results"
    echo "$1 nginx $(taskset -c 1 "$build/http_load" 127.0.0.1 $nginx_port "/$1.json" 64 "$seconds" "$nginx_pid")" | tee -a "$work/results"
}

median() {  # what, server, figure
    grep "^$1 $2 " "$work/results" | grep -o "$3=[0-9.]*" | cut -d= -f2 | sort -n |
        awk '{ value[NR] = $1 } END { print NR ? value[int((NR + 1) / 2)] : "-" }'
}

report() {  # what
    printf '\n%-28s %10s %10s %8s\n' "$1, medians" tally nginx ratio
    for figure in rate p50_ms p99_ms cpu_us; do
        a=$(median "$1" tally $figure) b=$(median "$1" nginx $figure)
        printf '%-28s %10s %10s %8s\n' $figure "$a" "$b" "$(awk -v a="$a" -v b="$b" 'BEGIN { printf b ? "%.2f" : "-", b ? a / b : 0 }')"
    done
}

make_media
start_tally
start_nginx
cycle prepare 1 1 >"$work/first"
dial_in "$work/first"
first_encoder=$!
sleep 8
stream=$(curl -sf "http://127.0.0.1:$streaming_port/api/streams" | grep -o '"id":"st_[^"]*"' | head -1 | cut -d'"' -f4)
broadcast=$(curl -sf "http://127.0.0.1:$broadcast_port/api/broadcasts" | grep -o '"id":"bc_[^"]*"' | head -1 | cut -d'"' -f4)
for _ in $(seq "$rounds"); do
    compare broadcast $broadcast_port "/api/broadcasts/$broadcast"
    compare health $streaming_port "/api/streams/$stream/health"
done
kill "$first_encoder"

cycle prepare "$channels" "$live" >"$work/channels"
dial_in "$work/channels"
sleep 10
echo
cycle measure "$cycles" | tee "$work/cycles"

report broadcast
report health
printf '\n%s channels, %s live streams, %s times\n' "$channels" "$live" "$cycles"
grep -E '^(start|stop) ' "$work/cycles"
