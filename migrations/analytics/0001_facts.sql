-- What analytics keeps, in a SQLite file of its own. Times are milliseconds since 1970. Tables are in the order
-- of their keys: a broadcast's rows lie together and are read in one go.
create table broadcasts (
    id integer primary key,
    broadcast text not null unique,
    channel text not null,
    newest integer not null  -- time of its latest fact
);

-- Every combination of where and with what that was seen: views name one.
create table profiles (
    id integer primary key,
    protocol text not null,
    country text not null,
    region text not null,
    city text not null,
    asn integer not null,
    device text not null,
    os text not null,
    browser text not null,
    player text not null,
    player_version text not null,
    connection text not null,
    cdn text not null,
    age_band text not null,
    gender text not null,
    language text not null,
    unique (protocol, country, region, city, asn, device, os, browser, player, player_version, connection, cdn,
            age_band, gender, language)
);

create table sessions (
    broadcast integer not null,
    session integer not null,
    viewer integer not null,
    persistent_viewer integer not null,
    profile integer not null,
    started integer not null,
    first_frame integer,
    last_seen integer not null,
    ended integer,
    startup_ms integer,
    exit text not null,
    validity text not null,
    beaconed integer not null,
    edge_observed integer not null,
    play_ms integer not null,
    rebuffer_ms integer not null,
    rebuffers integer not null,
    micro_stalls integer not null,
    bitrate_kbps_ms integer not null,
    bitrate_ms integer not null,
    switches_up integer not null,
    switches_down integer not null,
    dropped_frames integer not null,
    total_frames integer not null,
    bytes integer not null,
    latency_ms_sum integer not null,
    latency_samples integer not null,
    throughput_kbps_sum integer not null,
    throughput_samples integer not null,
    upscale_permille_ms integer not null,
    errors integer not null,
    upscale_permille_max integer not null,
    error_list text not null,
    renditions text not null,
    played text not null,
    rebuffer_durations text not null,
    journal integer not null,
    sequence_seen integer not null,
    sequence_bits integer not null,
    primary key (broadcast, session)
) without rowid;
create index sessions_of_viewer on sessions (viewer, started);
create index sessions_by_start on sessions (started);
create index open_sessions on sessions (broadcast) where ended is null;

create table minutes (
    broadcast integer not null,
    minute integer not null,
    session integer not null,
    play_ms integer not null,
    rebuffer_ms integer not null,
    rebuffers integer not null,
    micro_stalls integer not null,
    bitrate_kbps_ms integer not null,
    bitrate_ms integer not null,
    switches_up integer not null,
    switches_down integer not null,
    dropped_frames integer not null,
    total_frames integer not null,
    bytes integer not null,
    latency_ms_sum integer not null,
    latency_samples integer not null,
    throughput_kbps_sum integer not null,
    throughput_samples integer not null,
    upscale_permille_ms integer not null,
    errors integer not null,
    primary key (broadcast, minute, session)
) without rowid;

-- Sums of `minutes` over the views that are not invalid, kept by whoever writes those.
create table minute_totals (
    broadcast integer not null,
    minute integer not null,
    views integer not null,
    play_ms integer not null,
    rebuffer_ms integer not null,
    rebuffers integer not null,
    micro_stalls integer not null,
    bitrate_kbps_ms integer not null,
    bitrate_ms integer not null,
    switches_up integer not null,
    switches_down integer not null,
    dropped_frames integer not null,
    total_frames integer not null,
    bytes integer not null,
    latency_ms_sum integer not null,
    latency_samples integer not null,
    throughput_kbps_sum integer not null,
    throughput_samples integer not null,
    upscale_permille_ms integer not null,
    errors integer not null,
    primary key (broadcast, minute)
) without rowid;

create table audience (
    broadcast integer not null,
    time integer not null,
    seconds integer not null,
    viewer_seconds integer not null,
    view_seconds integer not null,
    min_viewers integer not null,
    max_viewers integer not null,
    max_at integer not null,
    joins integer not null,
    leaves integer not null,
    primary key (broadcast, time)
) without rowid;

create table engagement (
    id text primary key,
    broadcast integer not null,
    session integer not null,
    viewer integer not null,
    type text not null,
    value text not null,
    media_time real,
    time integer not null
) without rowid;
create index engagement_by_time on engagement (broadcast, time);
create index engagement_of_viewer on engagement (viewer);

create table losses (
    broadcast integer not null,
    epoch integer not null,
    beacons integer not null,
    shed integer not null,
    duplicates integer not null,
    rejected integer not null,
    rate_limited integer not null,
    late integer not null,
    engagement_limited integer not null,
    engagement_duplicates integer not null,
    primary key (broadcast, epoch)
) without rowid;

-- Final answers, kept when the rows they were made from are gone.
create table reports (
    broadcast integer not null,
    kind text not null,
    document text not null,
    sketches blob not null,
    primary key (broadcast, kind)
) without rowid;
