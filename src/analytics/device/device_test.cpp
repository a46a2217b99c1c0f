#include "analytics/device/device.hpp"

#include <doctest/doctest.h>

namespace tally::analytics {
namespace {

const DeviceClassifier& classifier() {
    static const DeviceClassifier made;
    return made;
}

struct Known {
    std::string_view user_agent;
    Device device;
};

}  // namespace

TEST_CASE("User-Agents of browsers and players are told apart") {
    const auto known = std::to_array<Known>({
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 "
         "Safari/537.36",
         {"desktop", "Windows", "Chrome", "", ""}},
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 "
         "Safari/537.36 Edg/124.0.0.0",
         {"desktop", "Windows", "Edge", "", ""}},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 "
         "Safari/605.1.15",
         {"desktop", "macOS", "Safari", "", ""}},
        {"Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
         {"desktop", "Linux", "Firefox", "", ""}},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "Version/17.4 Mobile/15E148 Safari/604.1",
         {"mobile", "iOS", "Safari", "", ""}},
        {"Mozilla/5.0 (iPad; CPU OS 15_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "Version/15.6 "
         "Mobile/15E148 Safari/604.1",
         {"tablet", "iOS", "Safari", "", ""}},
        {"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 "
         "Mobile Safari/537.36",
         {"mobile", "Android", "Chrome", "", ""}},
        {"Mozilla/5.0 (Linux; Android 13; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 "
         "Safari/537.36",
         {"tablet", "Android", "Chrome", "", ""}},
        {"Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) 76.0.3809.146/6.0 "
         "TV "
         "Safari/537.36",
         {"tv", "Tizen", "Safari", "", ""}},
        {"Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "Version/13.0 "
         "Safari/605.1.15",
         {"console", "", "Safari", "", ""}},
        {"AppleCoreMedia/1.0.0.21E236 (iPhone; U; CPU OS 17_4_1 like Mac OS X; en_us)",
         {"mobile", "iOS", "", "AppleCoreMedia", "1.0.0.21"}},
        {"AppleCoreMedia/1.0.0.21L227 (Apple TV; U; CPU OS 17_4 like Mac OS X; en_us)",
         {"tv", "tvOS", "", "AppleCoreMedia", "1.0.0.21"}},
        {"MyApp/2.1 (Linux;Android 13) ExoPlayerLib/2.18.7", {"mobile", "Android", "", "ExoPlayer", "2.18.7"}
        },
        {"VLC/3.0.20 LibVLC/3.0.20", {"other", "", "", "VLC", "3.0.20"}},
        {"Lavf/59.27.100", {"other", "", "", "ffmpeg", "59.27.100"}},
        {"GStreamer souphttpsrc 1.22.0 libsoup/3.2.2", {"other", "", "", "GStreamer", ""}},
        {"", {"other", "", "", "", ""}},
    });
    for (const auto& [user_agent, device] : known) {
        CAPTURE(user_agent);
        const auto found = classifier().classify(user_agent);
        CHECK(found.type == device.type);
        CHECK(found.os == device.os);
        CHECK(found.browser == device.browser);
        CHECK(found.player == device.player);
        CHECK(found.player_version == device.player_version);
        CHECK_FALSE(found.robot);
    }
}

TEST_CASE("robots that say so are found") {
    const auto found =
        classifier().classify("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");
    CHECK(found.robot);
    CHECK(found.type == "other");
}

TEST_CASE("client hints win over a frozen User-Agent") {
    const auto found = classifier().classify(
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile "
        "Safari/537.36",
        {.brands = R"("Chromium";v="124", "Microsoft Edge";v="124", "Not-A.Brand";v="99")",
         .mobile = "?1",
         .platform = R"("Android")"}
    );
    CHECK(found.browser == "Edge");
    CHECK(found.os == "Android");
    CHECK(found.type == "mobile");
}

TEST_CASE("a player is found by the name it gives itself") {
    CHECK(find_player("hls.js/1.5.7") == Player{"hls.js", "1.5.7"});
    CHECK(find_player("dash.js/4.7.4") == Player{"dash.js", "4.7.4"});
    CHECK(find_player("Mozilla/5.0 (X11; Linux x86_64)") == Player{});
    CHECK(find_player("evlc/1").name.empty());
}

TEST_CASE("every pattern of uap-core compiles") {
    CHECK(AgentMatcher(browser_patterns()).size() == browser_patterns().size());
    CHECK(AgentMatcher(system_patterns()).size() == system_patterns().size());
    CHECK(AgentMatcher(robot_patterns()).size() == robot_patterns().size());
    CHECK(browser_patterns().size() > 200);
}

}  // namespace tally::analytics
