#include "app/command_line.hpp"

#include "app/usage.hpp"

#include <doctest/doctest.h>

namespace tally::app {

TEST_CASE("serve takes its options in any order") {
    const auto line =
        parse_command_line({"serve", "--demo", "--data", "/srv/tally", "--config", "tally.toml"});
    REQUIRE(line);
    CHECK(line->command == Command::serve);
    CHECK(line->demo);
    CHECK(line->data == "/srv/tally");
    CHECK(line->config == "tally.toml");
}

TEST_CASE("no command and help print the usage") {
    CHECK(parse_command_line({})->command == Command::help);
    CHECK(parse_command_line({"--help"})->command == Command::help);
}

TEST_CASE("help is given wherever it is asked for, on the command that it is asked for") {
    const auto load = parse_command_line({"load", "--url", "x", "--help"});
    REQUIRE(load);
    CHECK(load->command == Command::help);
    CHECK(load->about == Command::load);
    CHECK(parse_command_line({"help", "serve"})->about == Command::serve);
    CHECK(parse_command_line({"keys", "-h"})->about == Command::keys_create);
    CHECK_FALSE(parse_command_line({"help"})->about);
    CHECK(parse_command_line({"keys", "create", "--name", "help"})->name == "help");

    const auto serve = usage_of(Command::serve);
    CHECK(serve.starts_with("usage: tally serve [--config FILE]"));
    CHECK(serve.contains("\n  --demo "));
    CHECK_FALSE(serve.contains("--viewers"));
    const auto all = usage_of(std::nullopt);
    CHECK(all.contains("\n       tally version\n"));
    CHECK(all.contains("\n  --viewers N "));
}

TEST_CASE("config is followed by what to do with it") {
    CHECK(parse_command_line({"config", "print"})->command == Command::config_print);
    CHECK(parse_command_line({"config", "check", "--config", "x"})->config == "x");
    CHECK_FALSE(parse_command_line({"config"}));
    CHECK_FALSE(parse_command_line({"config", "erase"}));
}

TEST_CASE("a load of viewers needs a URL, and bounds for the rest") {
    const auto line = parse_command_line(
        {"load", "--url", "http://h/live/x/playlist.m3u8", "--viewers", "500", "--duration", "2m", "--json"}
    );
    REQUIRE(line);
    CHECK(line->command == Command::load);
    CHECK(line->url == "http://h/live/x/playlist.m3u8");
    CHECK(line->viewers == 500);
    CHECK(line->duration == std::chrono::minutes(2));
    CHECK(line->json);
    CHECK(line->protocol == load::Protocol::hls);
    CHECK_FALSE(line->beacons);
    CHECK_FALSE(parse_command_line({"load"}));
    CHECK_FALSE(parse_command_line({"load", "--url", "x", "--viewers", "0"}));
    CHECK_FALSE(parse_command_line({"load", "--url", "x", "--viewers", "5x"}));
    CHECK_FALSE(parse_command_line({"load", "--url", "x", "--duration", "soon"}));
    CHECK_FALSE(parse_command_line({"serve", "--viewers", "5"}));
}

TEST_CASE("viewers play what the URL looks like, unless it is said") {
    const auto protocol = [](std::vector<std::string_view> more) {
        std::vector<std::string_view> words{"load"};
        words.insert(words.end(), more.begin(), more.end());
        const auto line = parse_command_line(words);
        return line ? line->protocol : std::nullopt;
    };
    CHECK(protocol({"--url", "http://h/live/x/manifest.mpd?token=t"}) == load::Protocol::dash);
    CHECK(protocol({"--url", "rtmp://h/live/x"}) == load::Protocol::rtmp);
    CHECK(protocol({"--url", "http://h/x", "--protocol", "dash", "--beacons"}) == load::Protocol::dash);
    CHECK_FALSE(protocol({"--url", "http://h/x", "--protocol", "srt"}));
    CHECK_FALSE(protocol({"--url", "rtmp://h/live/x", "--beacons"}));
}

TEST_CASE("a key is created with what it is for, may do and is limited to") {
    const auto line = parse_command_line(
        {"keys",
         "create",
         "--name",
         "CI",
         "--scopes",
         "streams:*,cdn:sign",
         "--channels",
         "ch_001,stage",
         "--data",
         "d"}
    );
    REQUIRE(line);
    CHECK(line->command == Command::keys_create);
    CHECK(line->name == "CI");
    CHECK(line->scopes == std::vector<std::string>{"streams:*", "cdn:sign"});
    CHECK(line->channels == std::vector<std::string>{"ch_001", "stage"});
    CHECK(line->data == "d");
    CHECK_FALSE(parse_command_line({"keys"}));
    CHECK_FALSE(parse_command_line({"serve", "--scopes", "admin"}));
}

TEST_CASE("roles are a list of what this process serves") {
    const auto line = parse_command_line({"serve", "--roles", "streaming,cdn"});
    REQUIRE(line);
    CHECK(line->roles == std::vector<std::string>{"streaming", "cdn"});
    CHECK_FALSE(parse_command_line({"serve"})->roles);
    CHECK_FALSE(parse_command_line({"config", "print", "--roles", "cdn"}));
}

TEST_CASE("what is not understood is named, never ignored") {
    CHECK(parse_command_line({"sevre"}).error().context == "\"sevre\" is not a command");
    CHECK(parse_command_line({"serve", "--dmeo"}).error().context == "\"--dmeo\" is not an option here");
    CHECK(parse_command_line({"serve", "--config"}).error().context == "\"--config\" needs a value");
    CHECK_FALSE(parse_command_line({"version", "--demo"}));
}

}  // namespace tally::app
