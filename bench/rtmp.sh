#!/bin/bash
# Tally and nginx with its RTMP module, in turns: one stream to 1000 players, and the way of a picture to 10 players.
# usage: bench/rtmp.sh [rounds]
# environment: PLAYERS (1000), SECONDS_PER_ROUND (10), and what bench/common.sh takes
. "$(dirname "$0")/common.sh"
rounds=${1:-5}
players=${PLAYERS:-1000}
seconds=${SECONDS_PER_ROUND:-10}
ports=219
nginx_port=21936

load() { taskset -c 1 "$build/rtmp_load" "$@"; }

fan_out() {  # server, port, pid
    note "players $1 $(load fan-out --port "$2" --play live/ch_001 --players "$players" --seconds "$seconds" --pid "$3")"
}

latency() {  # server, port
    note "latency $1 $(load latency --port "$2" --publish live/ch_001 --play live/ch_001 --players 10 --seconds 12)"
}

# Of the first round only: later players live in what the first have left.
memory() {  # server
    grep -m1 "^players $1 " "$work/results" | grep -o 'memory_per_player=[0-9-]*' | cut -d= -f2
}

make_tools rtmp_load
ulimit -n "$(ulimit -Hn)"
start_tally $ports TALLY_RECORDING_ENABLED=false
start_nginx "rtmp {
    server {
        listen 127.0.0.1:$nginx_port;
        chunk_size 60000;
        application live { live on; wait_key on; }
    }
}" ngx_rtmp_module.so
publish ${ports}35
tally_encoder=$!
publish $nginx_port
nginx_encoder=$!
echo "waiting for the stream's window to fill, so that only players add memory"
sleep 75  # past the longest that any buffer of the stream keeps
for round in $(seq "$rounds"); do
    echo "round $round of $rounds"
    fan_out tally ${ports}35 "$tally_pid"
    fan_out nginx $nginx_port "$nginx_pid"
done

kill "$tally_encoder" "$nginx_encoder"
sleep 6  # until another encoder may take over
for round in $(seq "$rounds"); do
    latency tally ${ports}35
    latency nginx $nginx_port
done
report players cpu_percent first_picture_p50_ms first_picture_p95_ms
report latency latency_p50_ms latency_p99_ms
printf '\nmemory of each of %s players: %s and %s bytes\n' "$players" "$(memory tally)" "$(memory nginx)"
