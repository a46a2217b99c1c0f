-- What analytics keeps in ClickHouse: the tables of the SQLite file, for many times the views.
--
-- Rows are only added. A row replaces those of the same key (ORDER BY) with a lower version: in a merge some time
-- after, and at once for whoever reads with FINAL. Times are milliseconds since 1970. Partitions are days, which are
-- dropped whole. Numbers of broadcasts and profiles are hashes of what they stand for.
create table if not exists broadcasts (
    id UInt64,
    broadcast String,
    channel String,
    newest Int64  -- time of its latest fact
) engine = ReplacingMergeTree(newest) order by (id, channel);

-- Every combination of where and with what that was seen: views name one.
create table if not exists profiles (
    id UInt64,
    protocol Enum8('hls' = 0, 'dash' = 1, 'rtmp' = 2, 'webrtc' = 3, 'other' = 4),
    country String,
    region String,
    city String,
    asn Int64,
    device String,
    os String,
    browser String,
    player String,
    player_version String,
    connection String,
    cdn String,
    age_band String,
    gender String,
    language String
) engine = ReplacingMergeTree order by id;

-- A view that goes on is written every minute. These rows are partitions of their own: what is over has one row for
-- each view, with rare exceptions, before any merge.
create table if not exists sessions (
    broadcast UInt64,
    session UInt64,
    viewer UInt64,
    persistent_viewer UInt8,
    profile UInt64,
    started Int64,
    first_frame Nullable(Int64),
    last_seen Int64,
    ended Nullable(Int64),
    startup_ms Nullable(Int64),
    exit Enum8('none' = 0, 'clean' = 1, 'expired' = 2, 'fatal' = 3, 'ebvs' = 4, 'abandoned' = 5),
    validity Enum8('valid' = 0, 'suspect' = 1, 'invalid' = 2),
    beaconed UInt8,
    edge_observed UInt8,
    play_ms Int64,
    rebuffer_ms Int64,
    rebuffers Int64,
    micro_stalls Int64,
    bitrate_kbps_ms Int64,
    bitrate_ms Int64,
    switches_up Int64,
    switches_down Int64,
    dropped_frames Int64,
    total_frames Int64,
    bytes Int64,
    latency_ms_sum Int64,
    latency_samples Int64,
    throughput_kbps_sum Int64,
    throughput_samples Int64,
    upscale_permille_ms Int64,
    errors Int64,
    upscale_permille_max Int64,
    error_list String,
    renditions String,
    played String,
    rebuffer_durations String,
    journal UInt64,
    sequence_seen UInt64,
    sequence_bits UInt64,
    open UInt8,
    unique_media_ms Int64,  -- of `played`, for sums
    score Float64,          -- vxs-1; negative: none
    version UInt64
) engine = ReplacingMergeTree(version) partition by (intDiv(started, 86400000), open) order by (broadcast, session);

create table if not exists minutes (
    broadcast UInt64,
    minute Int64,
    session UInt64,
    play_ms Int64,
    rebuffer_ms Int64,
    rebuffers Int64,
    micro_stalls Int64,
    bitrate_kbps_ms Int64,
    bitrate_ms Int64,
    switches_up Int64,
    switches_down Int64,
    dropped_frames Int64,
    total_frames Int64,
    bytes Int64,
    latency_ms_sum Int64,
    latency_samples Int64,
    throughput_kbps_sum Int64,
    throughput_samples Int64,
    upscale_permille_ms Int64,
    errors Int64,
    version UInt64
) engine = ReplacingMergeTree(version) partition by intDiv(minute, 86400000) order by (broadcast, minute, session);

-- At 10 s; days are added up to minutes, and these to hours, before they are dropped.
create table if not exists audience (
    broadcast UInt64,
    time Int64,
    seconds Int64,
    viewer_seconds Int64,
    view_seconds Int64,
    min_viewers Int64,
    max_viewers Int64,
    max_at Int64,
    joins Int64,
    leaves Int64,
    version UInt64
) engine = ReplacingMergeTree(version) partition by intDiv(time, 86400000) order by (broadcast, time);

create table if not exists audience_minutes (
    broadcast UInt64,
    time Int64,
    seconds Int64,
    viewer_seconds Int64,
    view_seconds Int64,
    min_viewers Int64,
    max_viewers Int64,
    max_at Int64,
    joins Int64,
    leaves Int64,
    version UInt64
) engine = ReplacingMergeTree(version) partition by intDiv(time, 86400000) order by (broadcast, time);

create table if not exists audience_hours (
    broadcast UInt64,
    time Int64,
    seconds Int64,
    viewer_seconds Int64,
    view_seconds Int64,
    min_viewers Int64,
    max_viewers Int64,
    max_at Int64,
    joins Int64,
    leaves Int64,
    version UInt64
) engine = ReplacingMergeTree(version) partition by intDiv(time, 86400000) order by (broadcast, time);

create table if not exists engagement (
    id String,
    broadcast UInt64,
    session UInt64,
    viewer UInt64,
    type Enum8('chat' = 0, 'reaction' = 1, 'like' = 2, 'share' = 3, 'follow' = 4, 'poll_vote' = 5, 'click' = 6,
               'clip' = 7, 'question' = 8),
    value String,
    media_time Nullable(Float64),
    time Int64
) engine = ReplacingMergeTree partition by intDiv(time, 86400000) order by (broadcast, id);

create table if not exists losses (
    broadcast UInt64,
    epoch Int64,
    beacons Int64,
    shed Int64,
    duplicates Int64,
    rejected Int64,
    rate_limited Int64,
    late Int64,
    engagement_limited Int64,
    engagement_duplicates Int64,
    version UInt64
) engine = ReplacingMergeTree(version) order by (broadcast, epoch);

-- Final answers, kept when the rows they were made from are gone.
create table if not exists reports (
    broadcast UInt64,
    kind String,
    document String,
    sketches String,
    version UInt64
) engine = ReplacingMergeTree(version) order by (broadcast, kind);
