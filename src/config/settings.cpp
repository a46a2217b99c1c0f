#include "config/settings.hpp"

#include "base/secrets.hpp"

#include <boost/asio/ip/address.hpp>

#include <fstream>
#include <iterator>
#include <map>

namespace tally::config {

namespace {

constexpr auto comments = std::to_array<Comment>({
    {"server.bind", "IP address that every port listens on. \"0.0.0.0\" opens Tally to the network."},
    {"server.public_host", "Host name in the URLs given to encoders and players."},
    {"server.threads", "Network threads; 0 is one per core."},
    {"server.data", "Directory of the database and the recordings, made at the first start."},
    {"server.trusted_proxies",
     "Addresses and networks (\"10.0.0.0/8\") of proxies whose X-Forwarded-For header is believed."},
    {"server.roles",
     "Services of this process: \"streaming\" (with RTMP), \"broadcast\", \"cdn\", \"analytics\"; also "
     "--roles."},
    {"database.url",
     "\"postgresql://user@host/name\"; empty: SQLite in server.data. A password is better kept in ~/.pgpass."
    },
    {"ports.console",
     "Pages and gateway: everything below on one HTTP port. 0 picks any free port, here and below."},
    {"ports.streaming", "Streaming API (HTTP)."},
    {"ports.broadcast", "Broadcast and channel API (HTTP)."},
    {"ports.cdn", "Playlists, segments, recordings and thumbnails (HTTP)."},
    {"ports.analytics", "Analytics API (HTTP)."},
    {"ports.rtmp", "RTMP, for encoders and for players."},
    {"auth.mode",
     "\"open\": whoever reaches the APIs may do everything, so only on loopback. \"required\": API keys."},
    {"auth.reads_per_second", "GET requests per second of one API key."},
    {"auth.writes_per_second", "Other requests per second of one API key."},
    {"log.level", "Least severe events written: \"debug\", \"info\", \"warn\" or \"error\"."},
    {"log.format", "\"text\", \"json\", or \"auto\": text on a terminal and JSON elsewhere."},
    {"log.access", "One line per HTTP request, at this level: \"debug\", \"info\", or \"off\"."},
    {"channels.auto_provision",
     "Create a channel the first time an unknown id is used, instead of answering 404."},
    {"ingest.public_hosts", "Host names, beside server.public_host, by which encoders reach this server."},
    {"limits.http_connections", "Open connections per HTTP port; further ones are closed at once."},
    {"limits.rtmp_connections", "Open RTMP connections; further ones are closed at once."},
    {"live.segment_duration",
     "Target length of a segment; segments end at the next keyframe. \"500ms\" to \"10s\"."},
    {"live.part_duration",
     "Target length of a part, the unit that is packaged and recorded. \"100ms\" to a segment."},
    {"live.window", "How far back the live playlists reach; at least three segments."},
    {"content.picture", "Look for pictures that are black or stand still: one keyframe in 4 s is decoded."},
    {"content.sound",
     "Listen for sound that is silent, distorted or too loud: half a second in 2 s is decoded."},
    {"recording.enabled", "Record every broadcast, for video on demand."},
    {"analytics.url",
     "\"clickhouse://user:password@host:8123/database\", \"?secure=true\" for TLS; empty: SQLite in "
     "server.data."},
    {"analytics.geo.database",
     "File in MaxMind's DB format that tells where viewers are; without one that is unknown."},
    {"analytics.geo.asn_database", "Another one for their networks' numbers, where the first has none."},
    {"hooks.publish", "http(s) address asked before an encoder with a good key is let in; empty: none is."},
    {"hooks.play", "The same for viewers, at their first playlist, manifest or RTMP play."},
    {"hooks.secret",
     "Signs what the two are asked (Standard Webhooks): \"whsec_\" and base64 of 24 bytes or more."},
    {"hooks.timeout", "How long they may take to answer. \"100ms\" to \"5s\"."},
    {"hooks.on_failure", "Without an answer: \"deny\", or \"allow\"."},
    {"hooks.private_targets",
     "Let webhooks go to private and loopback addresses, and without TLS: \"allow\", \"refuse\", or "
     "\"auto\": only"
     " while server.bind is a loopback address."},
    {"demo.enabled", "Publish a generated picture and tone to channel ch_001; also --demo."},
});

Result<> invalid(std::string_view key, std::string_view reason) {
    return fail(Errc::malformed, fmt::format("{}: {}", key, reason));
}

Result<std::string> read_file(const std::filesystem::path& file) {
    std::ifstream input(file, std::ios::binary);
    input.peek();  // a directory opens, and fails here
    if (!input.is_open() || input.bad()) return fail(Errc::io, file.native() + ": cannot be read");
    return std::string(std::istreambuf_iterator<char>(input), {});
}

Result<> validate_roles(const Strings& roles) {
    const auto known = Server().roles;
    if (roles.empty()) return invalid("server.roles", "must name one at least");
    for (const auto& role : roles) {
        if (std::ranges::find(known, role) == known.end())
            return invalid(
                "server.roles", fmt::format("{} is none of {}", string_literal(role), fmt::join(known, ", "))
            );
    }
    return {};
}

/// A name, an IPv4 address, or an IPv6 address in brackets, as URLs have it.
bool is_host(std::string_view text) {
    const bool bracketed = text.starts_with('[') && text.ends_with(']');
    constexpr std::string_view others = "/:?#@[]\\ \t\n";
    return bracketed ? text.size() > 2 : text.find_first_of(others) == std::string_view::npos;
}

Result<> validate_server(const Server& server) {
    boost::system::error_code error;
    boost::asio::ip::make_address(server.bind, error);
    if (error) return invalid("server.bind", string_literal(server.bind) + " is not an IP address");
    if (server.public_host.empty()) return invalid("server.public_host", "must not be empty");
    if (!is_host(server.public_host))
        return invalid(
            "server.public_host",
            string_literal(server.public_host) + " is not a host name alone, without scheme, port and path"
        );
    if (server.data.empty()) return invalid("server.data", "must not be empty");
    return validate_roles(server.roles);
}

/// `bind` is an IP address. An open API on the network would hand every channel to whoever finds it.
Result<> validate_auth(const Auth& auth, const std::string& bind) {
    if (auth.mode == AuthMode::open && !boost::asio::ip::make_address(bind).is_loopback())
        return invalid(
            "auth.mode",
            fmt::format(
                "\"open\" is for loopback alone, and server.bind is {}; set \"required\", and make a key "
                "with "
                "tally keys create",
                string_literal(bind)
            )
        );
    if (auth.reads_per_second == 0) return invalid("auth.reads_per_second", "must be at least 1");
    if (auth.writes_per_second == 0) return invalid("auth.writes_per_second", "must be at least 1");
    return {};
}

Result<> validate_ports(Settings settings) {
    std::map<std::string, std::string> owners;
    for (const auto& key : keys_of(settings)) {
        const auto port = key.literal();
        if (!key.name.starts_with("ports.") || port == "0") continue;
        const auto [owner, free] = owners.emplace(port, key.name);
        if (!free) return invalid(key.name, port + " is also " + owner->second);
    }
    return {};
}

Result<> validate_live(const Live& live) {
    using namespace std::chrono_literals;
    if (live.segment_duration < 500ms || live.segment_duration > 10s) {
        return invalid("live.segment_duration", "must be from \"500ms\" to \"10s\"");
    }
    if (live.part_duration < 100ms || live.part_duration > live.segment_duration) {
        return invalid("live.part_duration", "must be from \"100ms\" to live.segment_duration");
    }
    if (live.window < 3 * live.segment_duration || live.window > 10min) {
        return invalid("live.window", "must be from three times live.segment_duration to \"10m\"");
    }
    return {};
}

Result<> validate_limits(const Limits& limits) {
    if (limits.http_connections == 0) return invalid("limits.http_connections", "must be at least 1");
    if (limits.rtmp_connections == 0) return invalid("limits.rtmp_connections", "must be at least 1");
    return {};
}

Result<> validate_hooks(const Hooks& hooks) {
    using namespace std::chrono_literals;
    using Setting = std::pair<std::string_view, std::string_view>;
    const auto addresses =
        std::to_array<Setting>({{"hooks.publish", hooks.publish}, {"hooks.play", hooks.play}});
    for (const auto& [key, address] : addresses) {
        if (address.empty()) continue;
        if (!address.starts_with("http://") && !address.starts_with("https://"))
            return invalid(key, "must be an http or https address");
        if (!hooks.secret.starts_with("whsec_"))
            return invalid("hooks.secret", fmt::format("must be \"whsec_...\", as {} is set", key));
    }
    if (hooks.timeout < 100ms || hooks.timeout > 5s)
        return invalid("hooks.timeout", "must be from \"100ms\" to \"5s\"");
    return {};
}

/// "scheme://user:***@host/…"
std::string without_password(std::string url) {
    const auto start = url.find("://");
    const auto at = url.rfind('@');
    if (start == std::string::npos || at == std::string::npos) return url;
    const auto colon = url.find(':', start + 3);
    if (colon < at) url.replace(colon + 1, at - colon - 1, "***");
    return url;
}

}  // namespace

std::span<const Comment> settings_comments() {
    return comments;
}

Result<Settings> load(const std::optional<std::filesystem::path>& file, const Environment& environment) {
    Settings settings;
    const auto keys = keys_of(settings);
    if (file) {
        TRY(const auto text, read_file(*file));
        if (auto applied = apply_toml(keys, text, file->native()); !applied) {
            return std::unexpected(applied.error());
        }
    }
    if (auto applied = apply_environment(keys, environment); !applied)
        return std::unexpected(applied.error());
    if (auto valid = validate(settings); !valid) return std::unexpected(valid.error());
    return settings;
}

Result<> validate(const Settings& settings) {
    if (auto valid = validate_server(settings.server); !valid) return valid;
    if (auto valid = validate_auth(settings.auth, settings.server.bind); !valid) return valid;
    if (auto valid = validate_ports(settings); !valid) return valid;
    if (auto valid = validate_limits(settings.limits); !valid) return valid;
    if (auto valid = validate_hooks(settings.hooks); !valid) return valid;
    return validate_live(settings.live);
}

std::string print(Settings settings) {
    Settings defaults;
    settings.database.url = without_password(settings.database.url);
    settings.analytics.url = without_password(settings.analytics.url);
    settings.hooks.secret = mask_secrets(settings.hooks.secret);
    return "# Every setting of Tally. Each is also an environment variable: server.bind is "
           "TALLY_SERVER_BIND.\n" +
           render(keys_of(settings), keys_of(defaults), comments);
}

}  // namespace tally::config
