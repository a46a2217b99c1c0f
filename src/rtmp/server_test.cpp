#include "rtmp/server.hpp"

#include "codec/aac.hpp"
#include "codec/fixtures.hpp"
#include "codec/h264.hpp"
#include "container/flv.hpp"
#include "net/runtime.hpp"
#include "rtmp/test_client.hpp"

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <thread>

using namespace tally;
using namespace tally::rtmp;
namespace flv = container::flv;

namespace {

/// Waits, with a deadline, for what another thread does.
bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

/// Knows one stream: published with the key "secret", played as "channel".
class OneStream : public Access {
public:
    explicit OneStream(const Executor& home)
        : stream(std::make_shared<media::Stream>(
              home,
              system_clock(),
              media::Stream::Start{StreamId::make(system_clock().now()), *ChannelId::parse("ch_001"), {}},
              media::StreamEvents{[] {}, [] {}, [this](bool goodbye) { ++(goodbye ? goodbyes : losses); }}
          )) {}

    Task<std::unique_ptr<media::Publisher>> publish(StreamRequest request) override {
        if (request.stream != "secret" || !request.loopback)
            co_return fail(Errc::refused, "no channel has this key");
        co_return stream->attach();
    }

    Task<std::shared_ptr<media::Stream>> play(StreamRequest request) override {
        if (request.stream != "channel") co_return fail(Errc::not_found, "no such stream");
        co_return stream;
    }

    std::shared_ptr<media::Stream> stream;
    std::atomic<int> goodbyes = 0;
    std::atomic<int> losses = 0;
};

/// A server with two network threads.
class Fixture {
public:
    explicit Fixture(std::size_t connections = 100)
        : server(Server::open(
                     runtime.executors(), {.port = 0, .connections = connections}, access, system_clock()
          )
                     .value()),
          thread([this] { runtime.run(); }) {}

    /// In order, as a server shuts down: what one thread holds of another goes before the threads do.
    ~Fixture() {
        server.close();
        end_stream();
        CHECK(eventually([&] { return server.connections() == 0 && access.stream.use_count() == 1; }));
        runtime.stop();
        thread.join();
    }

    std::size_t players() const { return server.players(access.stream->id()); }

    /// Ends the stream on its home thread.
    void end_stream() {
        asio::post(access.stream->home(), [stream = access.stream] { stream->end(); });
    }

    net::Runtime runtime{2};
    OneStream access{runtime.executor(0)};
    Server server;
    std::thread thread;
};

TestClient publisher(Fixture& fixture) {
    TestClient client(fixture.server.port());
    client.connect();
    client.command({"releaseStream", 2, amf0::Null{}, "secret"});
    client.command({"createStream", 3, amf0::Null{}});
    client.command({"FCPublish", 4, amf0::Null{}, "secret"});
    client.command({"publish", 5, amf0::Null{}, "secret", "live"});
    CHECK(client.next_status() == "NetStream.Publish.Start");
    return client;
}

TestClient player(Fixture& fixture, int receive_buffer = 0) {
    TestClient client(fixture.server.port(), receive_buffer);
    client.connect();
    client.command({"createStream", 2, amf0::Null{}});
    client.command({"play", 3, amf0::Null{}, "channel"});
    CHECK(client.next_status() == "NetStream.Play.Reset");
    CHECK(client.next_status() == "NetStream.Play.Start");
    return client;
}

void send_headers(TestClient& client) {
    const auto avc = codec::fixtures::avc_720p();
    const auto aac = codec::fixtures::aac_stereo();
    client.send(
        ChunkStream::video,
        {MessageType::video,
         0,
         1,
         flv::write_video({.packet = flv::PacketType::sequence_header, .keyframe = true, .body = avc})}
    );
    client.send(
        ChunkStream::audio,
        {MessageType::audio, 0, 1, flv::write_audio({.packet = flv::PacketType::sequence_header, .body = aac})
        }
    );
}

void send_video(TestClient& client, std::uint32_t timestamp, bool keyframe) {
    // One NAL unit: an IDR or non-IDR slice.
    const Bytes body{0, 0, 0, 3, static_cast<std::uint8_t>(keyframe ? 0x65 : 0x41), 0x88, 0x84};
    client.send(
        ChunkStream::video,
        {MessageType::video,
         timestamp,
         1,
         flv::write_video({.keyframe = keyframe, .composition_time = 66, .body = body})}
    );
}

void send_audio(TestClient& client, std::uint32_t timestamp) {
    const Bytes body{0x21, 0x10, 4};
    client.send(ChunkStream::audio, {MessageType::audio, timestamp, 1, flv::write_audio({.body = body})});
}

/// A frame of 150 000 bytes every 40 ms, a keyframe every tenth.
media::SourceFrame large_frame(int number) {
    const media::Ticks time = Milliseconds(40 * number);
    const bool keyframe = number % 10 == 0;
    Bytes payload(150'000);
    const Bytes slice{0, 2, 0x49, 0xEC, static_cast<std::uint8_t>(keyframe ? 0x65 : 0x41)};
    std::ranges::copy(slice, payload.begin());
    return {media::Kind::video, keyframe, time, time, system_clock().monotonic(), std::move(payload)};
}

flv::VideoTag video_of(const Message& message) {
    return flv::parse_video(message.payload).value();
}

}  // namespace

TEST_CASE("a player that comes late starts with metadata, headers and the newest keyframe, then follows live"
) {
    Fixture fixture;
    auto encoder = publisher(fixture);
    send_headers(encoder);
    for (std::uint32_t i = 0; i < 25; ++i) {
        send_video(encoder, i * 40, i % 10 == 0);
        send_audio(encoder, i * 40);
    }
    CHECK(eventually([&] {
        const auto keyframe = fixture.access.stream->newest_keyframe();
        return keyframe && keyframe->dts >= Milliseconds(800);
    }));

    auto client = player(fixture);
    CHECK(fixture.players() == 1);
    const auto metadata = parse_metadata(client.next().value());
    REQUIRE(metadata);
    CHECK(metadata->find("width")->number_or(0) == 1280);
    CHECK(metadata->find("audiosamplerate")->number_or(0) == 48000);
    const auto video_header = client.next().value();
    CHECK(video_of(video_header).packet == flv::PacketType::sequence_header);
    const auto configuration = video_of(video_header).body;
    CHECK(Bytes(configuration.begin(), configuration.end()) == codec::fixtures::avc_720p());
    CHECK(client.next().value().type == MessageType::audio);
    const auto first = client.next().value();
    CHECK(video_of(first).keyframe);
    CHECK(video_of(first).composition_time == 66);

    const auto live = first.timestamp + 5 * 40;
    send_video(encoder, 25 * 40, false);
    Message message = first;
    while (message.timestamp < live)
        message = client.next(MessageType::video);
    CHECK(message.timestamp == live);
}

TEST_CASE("audio alone is played from its newest frame") {
    Fixture fixture;
    auto encoder = publisher(fixture);
    const auto aac = codec::fixtures::aac_stereo();
    encoder.send(
        ChunkStream::audio,
        {MessageType::audio, 0, 1, flv::write_audio({.packet = flv::PacketType::sequence_header, .body = aac})
        }
    );
    encoder.send(ChunkStream::audio, {MessageType::audio, 0, 1, {}});  // silence
    send_audio(encoder, 0);
    auto client = player(fixture);
    send_audio(encoder, 21);
    CHECK(
        flv::parse_audio(client.next(MessageType::audio).payload)->packet == flv::PacketType::sequence_header
    );
    CHECK(flv::parse_audio(client.next(MessageType::audio).payload)->packet == flv::PacketType::frames);
}

TEST_CASE("a player that reads nothing slows no other, and goes on at a keyframe") {
    Fixture fixture;
    auto slow = player(fixture, 4096);
    auto fast = player(fixture);
    const auto feed = fixture.access.stream->attach().value();
    feed->set_format(media::Kind::video, codec::parse_avc_configuration(codec::fixtures::avc_720p()).value());
    int frames = 0;
    const auto feed_one = [&] {
        feed->push(large_frame(frames));
        auto message = fast.next(MessageType::video);
        if (video_of(message).packet == flv::PacketType::sequence_header)
            message = fast.next(MessageType::video);
        REQUIRE(message.timestamp == 40U * static_cast<unsigned>(frames++));
    };
    while (frames < 300)
        feed_one();

    // Whole messages only, in order, and after the hole a keyframe.
    std::atomic<bool> resumed = false;
    std::thread reader([&] {
        std::optional<std::uint32_t> last;
        while (const auto message = slow.next()) {
            if (message->type != MessageType::video) continue;
            const auto tag = video_of(*message);
            if (tag.packet != flv::PacketType::frames) continue;
            CHECK(tag.body.size() == 150'000);
            if (last && message->timestamp != *last + 40) {
                CHECK(message->timestamp > *last);
                CHECK(tag.keyframe);
                resumed = true;
            }
            last = message->timestamp;
        }
    });
    while (!resumed && frames < 3000)
        feed_one();
    CHECK(resumed);
    fixture.end_stream();
    reader.join();
}

TEST_CASE("players are told of the stream's end and closed") {
    Fixture fixture;
    auto client = player(fixture);
    fixture.end_stream();
    CHECK(client.next_status() == "NetStream.Play.UnpublishNotify");
    CHECK(client.closed_by_server());
    CHECK(eventually([&] { return fixture.players() == 0; }));
}

TEST_CASE("a goodbye is not a lost connection") {
    Fixture fixture;
    SUBCASE("deleteStream") {
        auto encoder = publisher(fixture);
        encoder.command({"deleteStream", 6, amf0::Null{}, 1});
        CHECK(eventually([&] { return fixture.access.goodbyes == 1; }));
        encoder.close();
        CHECK(fixture.access.losses == 0);
    }
    SUBCASE("a closed socket") {
        publisher(fixture).close();
        CHECK(eventually([&] { return fixture.access.losses == 1; }));
        CHECK(fixture.access.goodbyes == 0);
    }
}

TEST_CASE("refusals say why, and close") {
    Fixture fixture;
    TestClient client(fixture.server.port());
    client.connect();
    SUBCASE("a wrong key") {
        client.command({"publish", 2, amf0::Null{}, "wrong", "live"});
        CHECK(client.next_status() == "NetStream.Publish.Denied");
    }
    SUBCASE("a stream that another encoder feeds") {
        auto encoder = publisher(fixture);
        send_headers(encoder);
        send_video(encoder, 0, true);
        CHECK(eventually([&] { return fixture.access.stream->newest_keyframe() != nullptr; }));
        client.command({"publish", 2, amf0::Null{}, "secret", "live"});
        CHECK(client.next_status() == "NetStream.Publish.BadName");
    }
    SUBCASE("a stream that is not there") {
        client.command({"play", 2, amf0::Null{}, "nowhere"});
        CHECK(client.next_status() == "NetStream.Play.StreamNotFound");
    }
    CHECK(client.closed_by_server());
}

TEST_CASE("a codec that cannot be carried ends the publish with its name") {
    Fixture fixture;
    auto encoder = publisher(fixture);
    encoder.send(ChunkStream::video, {MessageType::video, 0, 1, {0x12, 0, 0}});  // Sorenson H.263
    const auto status = parse_command(encoder.next(MessageType::command_amf0)).value();
    CHECK(status.arguments.at(0).find("code")->text() == "NetStream.Publish.Failed");
    CHECK(status.arguments.at(0).find("description")->text().find("H.263") != std::string_view::npos);
    CHECK(encoder.closed_by_server());
}

TEST_CASE("garbage, and a player that leaves, free their connections") {
    Fixture fixture;
    TestClient garbage(fixture.server.port());
    garbage.write(bytes_of("GET / HTTP/1.1\r\n\r\n"));
    CHECK(garbage.closed_by_server());
    auto leaver = player(fixture);
    CHECK(fixture.players() == 1);
    leaver.command({"deleteStream", 0, amf0::Null{}, 1});
    CHECK(leaver.closed_by_server());
    CHECK(eventually([&] { return fixture.server.connections() == 0; }));
}

TEST_CASE("connections over the limit are closed at once") {
    Fixture fixture(1);
    auto client = player(fixture);
    TestClient second(fixture.server.port());
    CHECK(second.closed_by_server());
}

TEST_CASE("closing the server ends encoders and players") {
    Fixture fixture;
    auto encoder = publisher(fixture);
    auto client = player(fixture);
    fixture.server.close();
    CHECK(encoder.closed_by_server());
    CHECK(client.closed_by_server());
    CHECK(eventually([&] { return fixture.access.losses == 1 && fixture.server.connections() == 0; }));
}
