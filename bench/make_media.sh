#!/bin/bash
# Prints the name of the stream that the benchmarks publish, made at the first call: 720p at 4.2 Mbit/s, a keyframe
# every 2 s, so that a segment has about a megabyte.
set -euo pipefail
cd "$(dirname "$0")/.."
media=build/bench/4200k.flv
if [ ! -f "$media" ]; then
    mkdir -p "$(dirname "$media")"
    ffmpeg -loglevel error -y -f lavfi -i testsrc2=s=1280x720:r=30 -f lavfi -i sine=f=440:r=48000 -t 30 \
        -c:v libx264 -preset ultrafast -b:v 4000k -minrate 4000k -maxrate 4000k -bufsize 4000k -nal-hrd cbr \
        -g 60 -keyint_min 60 -sc_threshold 0 -pix_fmt yuv420p -c:a aac -b:a 160k -f flv "$media.part"
    mv "$media.part" "$media"
fi
echo "$media"
