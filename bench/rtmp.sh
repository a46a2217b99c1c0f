#!/bin/bash
# Tally and nginx with its RTMP module, in turns: one stream to 1000 players, and the way of a picture to 10 players.
# The servers run on core 0, load and encoders on core 1.
# usage: bench/rtmp.sh [rounds]
# environment: BUILD (build/release), TALLY ($BUILD/tally), PLAYERS (1000), SECONDS_PER_ROUND (10)
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
players=${PLAYERS:-1000}
seconds=${SECONDS_PER_ROUND:-10}
build=${BUILD:-build/release}
tally=${TALLY:-$build/tally}
load=$build/rtmp_load
tally_port=21935
nginx_port=21936
media=build/bench/rtmp_4200k.flv
work=$(mktemp -d)
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

cmake --build "$build" --target rtmp_load >/dev/null
ulimit -n "$(ulimit -Hn)"

on_core() {  # core, log, command...
    local core=$1 log=$2
    shift 2
    taskset -c "$core" "$@" >"$work/$log" 2>&1 &
    started+=($!)
}

make_media() {
    [ -f "$media" ] && return
    mkdir -p "$(dirname "$media")"
    ffmpeg -loglevel error -f lavfi -i testsrc2=s=1280x720:r=30 -f lavfi -i sine=f=440:r=48000 -t 30 \
        -c:v libx264 -preset ultrafast -b:v 4000k -minrate 4000k -maxrate 4000k -bufsize 4000k -nal-hrd cbr \
        -g 60 -keyint_min 60 -sc_threshold 0 -pix_fmt yuv420p -c:a aac -b:a 160k -f flv "$media.part"
    mv "$media.part" "$media"
}

start_tally() {
    TALLY_SERVER_DATA=$work/data TALLY_RECORDING_ENABLED=false TALLY_PORTS_RTMP=$tally_port \
        TALLY_PORTS_CONSOLE=21900 TALLY_PORTS_STREAMING=21902 TALLY_PORTS_BROADCAST=21903 \
        TALLY_PORTS_CDN=21904 TALLY_PORTS_ANALYTICS=21905 on_core 0 tally.log "$tally" serve
    tally_pid=$!
}

start_nginx() {
    cat >"$work/nginx.conf" <<EOF
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
daemon off; master_process off; worker_processes 1; worker_rlimit_nofile 20000;
pid $work/nginx.pid; error_log $work/nginx.log error;
events { worker_connections 8192; }
rtmp {
    server {
        listen 127.0.0.1:$nginx_port;
        chunk_size 60000;
        application live { live on; wait_key on; }
    }
}
EOF
    on_core 0 nginx.out nginx -p "$work" -c "$work/nginx.conf"
    nginx_pid=$!
}

publish() {  # port
    on_core 1 "ffmpeg.$1.log" ffmpeg -loglevel error -re -stream_loop -1 -i "$media" -c copy -f flv \
        "rtmp://127.0.0.1:$1/live/ch_001"
}

fan_out() {  # name, port, pid
    echo "$1 $(taskset -c 1 "$load" fan-out --port "$2" --play live/ch_001 --players "$players" \
        --seconds "$seconds" --pid "$3")" | tee -a "$work/results"
}

latency() {  # name, port
    echo "$1 $(taskset -c 1 "$load" latency --port "$2" --publish live/ch_001 --play live/ch_001 \
        --players 10 --seconds 12)" | tee -a "$work/results"
}

median() {  # name, figure
    grep "^$1 " "$work/results" | grep -o "$2=[0-9.]*" | cut -d= -f2 | sort -n |
        awk '{ value[NR] = $1 } END { print NR ? value[int((NR + 1) / 2)] : "-" }'
}

make_media
start_tally
start_nginx
for _ in $(seq 50); do
    (: </dev/tcp/127.0.0.1/$tally_port) 2>/dev/null && break
    sleep 0.2
done
publish $tally_port
tally_encoder=$!
publish $nginx_port
nginx_encoder=$!
echo "waiting for the stream's window to fill, so that only players add memory"
sleep 75  # past the longest that any buffer of the stream keeps
for round in $(seq "$rounds"); do
    echo "round $round of $rounds"
    fan_out tally $tally_port "$tally_pid"
    fan_out nginx $nginx_port "$nginx_pid"
done
# Memory of the first round only: later players live in what the first have left.
tally_memory=$(grep -m1 '^tally ' "$work/results" | grep -o 'memory_per_player=[0-9-]*' | cut -d= -f2)
nginx_memory=$(grep -m1 '^nginx ' "$work/results" | grep -o 'memory_per_player=[0-9-]*' | cut -d= -f2)

kill "$tally_encoder" "$nginx_encoder"
sleep 6  # until another encoder may take over
for round in $(seq "$rounds"); do
    latency tally $tally_port
    latency nginx $nginx_port
done

echo
printf '%-28s %10s %10s %8s\n' "RTMP, $players players, medians" tally nginx ratio
for figure in cpu_percent first_picture_p50_ms first_picture_p95_ms latency_p50_ms latency_p99_ms; do
    a=$(median tally $figure) b=$(median nginx $figure)
    printf '%-28s %10s %10s %8s\n' $figure "$a" "$b" "$(awk -v a="$a" -v b="$b" 'BEGIN { printf b ? "%.2f" : "-", b ? a / b : 0 }')"
done
printf '%-28s %10s %10s\n' 'memory_per_player (bytes)' "$tally_memory" "$nginx_memory"
