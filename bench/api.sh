#!/bin/bash
# What dashboards ask for: a live broadcast and its stream's health, Tally and nginx in turns over kept connections, the
# same bytes from both. Then how long starts and stops take beside a thousand channels and a hundred live streams.
# usage: bench/api.sh [rounds]
# environment: SECONDS_PER_ROUND (3), CHANNELS (1000), LIVE (100), CYCLES (300), and what bench/common.sh takes
. "$(dirname "$0")/common.sh"
rounds=${1:-5}
seconds=${SECONDS_PER_ROUND:-3}
channels=${CHANNELS:-1000}
live=${LIVE:-100}
cycles=${CYCLES:-300}
ports=239
nginx_port=23914

# Prints the name of the stream that each of the hundred publishes.
make_small_media() {
    local media=build/bench/600k.flv
    if [ ! -f "$media" ]; then
        mkdir -p "$(dirname "$media")"
        ffmpeg -loglevel error -y -f lavfi -i testsrc2=s=640x360:r=30 -f lavfi -i sine=f=440:r=48000 -t 20 \
            -c:v libx264 -preset ultrafast -b:v 500k -maxrate 500k -bufsize 500k -g 60 -keyint_min 60 -sc_threshold 0 \
            -pix_fmt yuv420p -c:a aac -b:a 96k -f flv "$media.part"
        mv "$media.part" "$media"
    fi
    echo "$media"
}

cycle() { taskset -c 1 node bench/api_cycle.mjs "$1" ${ports}02 ${ports}03 "${@:2}"; }

# The channels' encoders, each in real time.
dial_in() {  # file with channels
    on_core 1 encoders.log "$build/rtmp_encoders" ${ports}35 "$(make_small_media)" <"$1"
}

compare() {  # what, port, path
    curl -sf "http://127.0.0.1:$2$3" >"$work/www/$1.json"
    echo "$1 of $(stat -c %s "$work/www/$1.json") bytes"
    note "$1 tally $(http_load "$2" "$3" 64 "$seconds" "$tally_pid")"
    note "$1 nginx $(http_load $nginx_port "/$1.json" 64 "$seconds" "$nginx_pid")"
}

# The first of a list.
first_id() {  # port, path, how its id begins
    curl -sf "http://127.0.0.1:$1$2" | grep -o "\"id\":\"$3[^\"]*\"" | head -1 | cut -d'"' -f4
}

make_tools http_load rtmp_encoders
ulimit -n "$(ulimit -Hn)"
start_tally $ports TALLY_LOG_LEVEL=warn
start_nginx_files $nginx_port 'application/json json;'
cycle prepare 1 1 >"$work/first"
dial_in "$work/first"
first_encoder=$!
sleep 8
stream=$(first_id ${ports}02 /api/streams st_)
broadcast=$(first_id ${ports}03 /api/broadcasts bc_)
for _ in $(seq "$rounds"); do
    compare broadcast ${ports}03 "/api/broadcasts/$broadcast"
    compare health ${ports}02 "/api/streams/$stream/health"
done
kill "$first_encoder"

cycle prepare "$channels" "$live" >"$work/channels"
dial_in "$work/channels"
sleep 10
echo
cycle measure "$cycles" | tee "$work/cycles"

for what in broadcast health; do report $what rate p50_ms p99_ms cpu_us; done
printf '\n%s channels, %s live streams, %s times\n' "$channels" "$live" "$cycles"
grep -E '^(start|stop) ' "$work/cycles"
