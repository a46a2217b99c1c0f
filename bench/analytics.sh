#!/bin/bash
# The answers about a million views of three hours, final for the first time, from SQLite and from ClickHouse. Targets for
# the summary: 2 s on SQLite, 0.3 s on ClickHouse. What reports cost: bench/audience.sh.
# usage: bench/analytics.sh [sqlite] [clickhouse]        (both without names)
# environment: BUILD (build/release), VIEWS (1000000), DATA (a temporary directory): with DATA, what was filled is kept
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- sqlite clickhouse
build=${BUILD:-build/release}
views=${VIEWS:-1000000}
work=${DATA:-$(mktemp -d)}
[ -n "${DATA:-}" ] || trap 'rm -rf "$work"' EXIT

cmake --build "$build" --target analytics_summary >/dev/null

sqlite() {
    mkdir -p "$work/sqlite"
    "$build/analytics_summary" "$work/sqlite" "$views"
}

clickhouse() {
    local url
    url=$(tools/clickhouse start "$work/clickhouse")
    "$build/analytics_summary" "$url" "$views" || { tools/clickhouse stop "$work/clickhouse"; return 1; }
    tools/clickhouse stop "$work/clickhouse"
}

for name in "$@"; do
    printf '\n%s\n' "$name"
    "$name"
done
