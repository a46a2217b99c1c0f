# Sourced by the measurements: a Tally and an nginx on core 0 that end with the script, the load on core 1, and medians
# of what was noted in $work/results as lines of "what server figure=value …".
# environment: BUILD (build/release), TALLY ($BUILD/tally)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${BUILD:-build/release}
tally=${TALLY:-$build/tally}
work=$(mktemp -d)
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

make_tools() { cmake --build "$build" --target "$@" >"$work/build.log" || { cat "$work/build.log" >&2; exit 1; }; }

on_core() {  # core, log, command...; its pid is $!
    local core=$1 log=$2
    shift 2
    taskset -c "$core" "$@" <&0 >"$work/$log" 2>&1 &
    started+=($!)
}

start_tally() {  # the first three digits of its ports, setting=value...
    local ports=$1
    shift
    on_core 0 tally.log env TALLY_SERVER_DATA="$work/data" TALLY_PORTS_RTMP="${ports}35" TALLY_PORTS_CONSOLE="${ports}00" \
        TALLY_PORTS_STREAMING="${ports}02" TALLY_PORTS_BROADCAST="${ports}03" TALLY_PORTS_CDN="${ports}04" \
        TALLY_PORTS_ANALYTICS="${ports}05" "$@" "$tally" serve
    tally_pid=$!
    for _ in $(seq 50); do
        curl -sf "http://127.0.0.1:${ports}03/health/ready" >/dev/null && return
        sleep 0.2
    done
    cat "$work/tally.log" >&2
    exit 1
}

start_nginx() {  # its block beside the events, a module of its own
    printf '%s\n' "${2:+load_module /usr/lib/nginx/modules/$2;}" \
        'daemon off; master_process off; worker_processes 1; worker_rlimit_nofile 20000;' \
        "pid $work/nginx.pid; error_log $work/nginx.log error; events { worker_connections 8192; }" \
        "$1" >"$work/nginx.conf"
    on_core 0 nginx.out nginx -p "$work" -c "$work/nginx.conf"
    nginx_pid=$!
}

start_nginx_files() {  # port, MIME types; it serves $work/www
    mkdir -p "$work/www" "$work/tmp"
    start_nginx "http {
        types { $2 }
        access_log off; sendfile on; tcp_nopush on; gzip off;
        keepalive_requests 1000000000; keepalive_timeout 75;
        open_file_cache max=100; open_file_cache_valid 60s;
        client_body_temp_path $work/tmp/a; proxy_temp_path $work/tmp/b; fastcgi_temp_path $work/tmp/c;
        uwsgi_temp_path $work/tmp/d; scgi_temp_path $work/tmp/e;
        server {
            listen 127.0.0.1:$1 backlog=4096;
            root $work/www;
            add_header Access-Control-Allow-Origin *;
            add_header Cache-Control max-age=1;
        }
    }"
}

# Prints the name of the stream that is published, made at the first call: 720p at 4.2 Mbit/s, a keyframe every 2 s, so
# that a segment has about a megabyte.
make_media() {
    local media=build/bench/4200k.flv
    if [ ! -f "$media" ]; then
        mkdir -p "$(dirname "$media")"
        ffmpeg -loglevel error -y -f lavfi -i testsrc2=s=1280x720:r=30 -f lavfi -i sine=f=440:r=48000 -t 30 \
            -c:v libx264 -preset ultrafast -b:v 4000k -minrate 4000k -maxrate 4000k -bufsize 4000k -nal-hrd cbr \
            -g 60 -keyint_min 60 -sc_threshold 0 -pix_fmt yuv420p -c:a aac -b:a 160k -f flv "$media.part"
        mv "$media.part" "$media"
    fi
    echo "$media"
}

publish() {  # RTMP port; in real time, to its end
    on_core 1 "ffmpeg.$1.log" ffmpeg -loglevel error -re -stream_loop -1 -i "$(make_media)" -c copy -f flv \
        "rtmp://127.0.0.1:$1/live/ch_001"
}

http_load() { taskset -c 1 "$build/http_load" 127.0.0.1 "$@"; }

note() { echo "$*" | tee -a "$work/results"; }

median() {  # what, server, figure
    grep "^$1 $2 " "$work/results" | grep -o "$3=[0-9.]*" | cut -d= -f2 | sort -n |
        awk '{ value[NR] = $1 } END { print NR ? value[int((NR + 1) / 2)] : "-" }'
}

report() {  # what, figure...
    local what=$1
    shift
    printf '\n%-28s %10s %10s %8s\n' "$what, medians" tally nginx ratio
    for figure in "$@"; do
        a=$(median "$what" tally "$figure") b=$(median "$what" nginx "$figure")
        printf '%-28s %10s %10s %8s\n' "$figure" "$a" "$b" "$(awk -v a="$a" -v b="$b" 'BEGIN { printf b ? "%.2f" : "-", b ? a / b : 0 }')"
    done
}
