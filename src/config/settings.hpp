// Every setting of the program, with its default: the one list that files, environment and documentation
// follow.
#pragma once

#include "base/log.hpp"
#include "config/mapping.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace tally::config {

struct Server {
    std::string bind = "127.0.0.1";
    std::string public_host = "localhost";
    unsigned threads = 0;
    std::filesystem::path data = "data";
    Strings trusted_proxies;
    Strings roles{"streaming", "broadcast", "cdn", "analytics"};

    bool has_role(std::string_view role) const { return std::ranges::find(roles, role) != roles.end(); }
};
BOOST_DESCRIBE_STRUCT(Server, (), (bind, public_host, threads, data, trusted_proxies, roles))

struct Database {
    std::string url;
};
BOOST_DESCRIBE_STRUCT(Database, (), (url))

struct Ports {
    std::uint16_t console = 3000;
    std::uint16_t streaming = 3002;
    std::uint16_t broadcast = 3003;
    std::uint16_t cdn = 3004;
    std::uint16_t analytics = 3005;
    std::uint16_t rtmp = 1935;
};
BOOST_DESCRIBE_STRUCT(Ports, (), (console, streaming, broadcast, cdn, analytics, rtmp))

enum class AuthMode : std::uint8_t { open, required };

struct Auth {
    AuthMode mode = AuthMode::open;
    unsigned reads_per_second = 50;   // of each key
    unsigned writes_per_second = 10;  // of each key
};
BOOST_DESCRIBE_STRUCT(Auth, (), (mode, reads_per_second, writes_per_second))

enum class AccessLog : std::uint8_t { off, debug, info };

struct Logging {
    log::Level level = log::Level::info;
    log::Format format = log::Format::automatic;
    AccessLog access = AccessLog::debug;
};
BOOST_DESCRIBE_STRUCT(Logging, (), (level, format, access))

struct Channels {
    bool auto_provision = false;
};
BOOST_DESCRIBE_STRUCT(Channels, (), (auto_provision))

struct Ingest {
    Strings public_hosts{"ingest.example.com", "localhost", "127.0.0.1"};
};
BOOST_DESCRIBE_STRUCT(Ingest, (), (public_hosts))

struct Limits {
    std::size_t http_connections = 20'000;
    std::size_t rtmp_connections = 10'000;
};
BOOST_DESCRIBE_STRUCT(Limits, (), (http_connections, rtmp_connections))

struct Live {
    Milliseconds segment_duration{2000};
    Milliseconds part_duration{333};
    Milliseconds window{30'000};
};
BOOST_DESCRIBE_STRUCT(Live, (), (segment_duration, part_duration, window))

struct Content {
    bool picture = true;
    bool sound = true;
};
BOOST_DESCRIBE_STRUCT(Content, (), (picture, sound))

struct Recording {
    bool enabled = true;
};
BOOST_DESCRIBE_STRUCT(Recording, (), (enabled))

struct Geo {
    std::filesystem::path database;
    std::filesystem::path asn_database;
};
BOOST_DESCRIBE_STRUCT(Geo, (), (database, asn_database))

struct Analytics {
    std::string url;
    Geo geo;
};
BOOST_DESCRIBE_STRUCT(Analytics, (), (url, geo))

/// Whether hooks may go to loopback and private addresses, and without TLS.
enum class PrivateTargets : std::uint8_t { automatic, allow, refuse };

/// Of an admission hook that gives no answer.
enum class OnFailure : std::uint8_t { allow, deny };

struct Hooks {
    std::string publish;
    std::string play;
    std::string secret;
    Milliseconds timeout{2000};
    OnFailure on_failure = OnFailure::deny;
    PrivateTargets private_targets = PrivateTargets::automatic;
};
BOOST_DESCRIBE_STRUCT(Hooks, (), (publish, play, secret, timeout, on_failure, private_targets))

struct Demo {
    bool enabled = false;
};
BOOST_DESCRIBE_STRUCT(Demo, (), (enabled))

struct Settings {
    Server server;
    Database database;
    Ports ports;
    Auth auth;
    Logging log;
    Channels channels;
    Ingest ingest;
    Limits limits;
    Live live;
    Content content;
    Recording recording;
    Analytics analytics;
    Hooks hooks;
    Demo demo;
};
BOOST_DESCRIBE_STRUCT(
    Settings,
    (),
    (server,
     database,
     ports,
     auth,
     log,
     channels,
     ingest,
     limits,
     live,
     content,
     recording,
     analytics,
     hooks,
     demo)
)

template <>
inline constexpr std::array<std::string_view, 2> enum_names<AuthMode> = {"open", "required"};
template <>
inline constexpr std::array<std::string_view, 3> enum_names<AccessLog> = {"off", "debug", "info"};
template <>
inline constexpr std::array<std::string_view, 4> enum_names<log::Level> = {"debug", "info", "warn", "error"};
template <>
inline constexpr std::array<std::string_view, 3> enum_names<PrivateTargets> = {"auto", "allow", "refuse"};
template <>
inline constexpr std::array<std::string_view, 2> enum_names<OnFailure> = {"allow", "deny"};
template <>
inline constexpr std::array<std::string_view, 3> enum_names<log::Format> = {"auto", "text", "json"};

/// One for every key.
std::span<const Comment> settings_comments();

/// Defaults, then the file, then the environment; validated. Errors are one line that names file and line, or
/// variable, and the key.
Result<Settings> load(const std::optional<std::filesystem::path>& file, const Environment& environment);

/// What no single key can check: ports that clash, durations that do not fit one another.
Result<> validate(const Settings& settings);

/// The settings as a commented TOML file that load() reads back, but for passwords and secrets: "***".
std::string print(Settings settings);

}  // namespace tally::config
