#include "rtmp/server_connection.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::rtmp;
using amf0::Null;
using amf0::Object;

namespace {

/// A client that has shaken hands with a ServerConnection, without a network between.
class Client {
public:
    Client() {
        Bytes hello(1 + 2 * handshake_size, 0);
        hello[0] = 3;
        ByteView input(hello);
        REQUIRE_FALSE(server.next(input).value().has_value());
        CHECK(server.take_output().size() == 1 + 2 * handshake_size);
    }

    Result<std::optional<Event>> feed(ByteView bytes) {
        auto event = server.next(bytes);
        const auto output = server.take_output();
        ByteView rest(output);
        while (auto message = reader_.next(rest).value())
            answers.push_back(std::move(*message));
        return event;
    }

    Result<std::optional<Event>> send(const Message& message) {
        Bytes bytes;
        write_chunks(bytes, ChunkStream::command, message, 128);
        return feed(bytes);
    }

    std::optional<Event> command(std::initializer_list<amf0::Value> values) {
        auto event = send(make_command(0, values));
        REQUIRE(event.has_value());
        return *std::move(event);
    }

    void connect(std::string_view app = "live") {
        command({"connect", 1, Object{{"app", app}, {"tcUrl", "rtmp://localhost/live"}}});
        answers.clear();
    }

    /// Name and transaction id of the last answer, "_result 4".
    std::string last_answer() const {
        REQUIRE_FALSE(answers.empty());
        const auto answer = parse_command(answers.back());
        REQUIRE(answer.has_value());
        return fmt::format("{} {}", answer->name, answer->transaction);
    }

    std::string last_code() const {
        const auto answer = parse_command(answers.back());
        REQUIRE(answer.has_value());
        REQUIRE(answer->arguments.size() == 1);
        return std::string(answer->arguments[0].find("code")->text());
    }

    ServerConnection server;
    std::vector<Message> answers;

private:
    ChunkReader reader_{{.message = 100'000, .buffered = 100'000}};
};

Client publishing() {
    Client client;
    client.connect();
    CHECK(client.command({"publish", 5, Null{}, "key", "live"}).has_value());
    client.server.accept_publish();
    client.feed({});
    client.answers.clear();
    return client;
}

}  // namespace

TEST_CASE("connect is answered after window, bandwidth and chunk size") {
    Client client;
    CHECK_FALSE(client.command({"connect", 1, Object{{"app", "live"}}}));
    REQUIRE(client.answers.size() == 3);  // the chunk size is obeyed by the reader
    CHECK(client.answers[0].type == MessageType::window_acknowledgement_size);
    CHECK(client.answers[1].type == MessageType::set_peer_bandwidth);
    CHECK(client.last_answer() == "_result 1");
    CHECK(client.last_code() == "NetConnection.Connect.Success");
}

TEST_CASE("every command is answered with its own transaction id, in any order") {
    Client client;
    client.connect();
    for (const auto* name :
         {"createStream",
          "FCPublish",
          "releaseStream",
          "_checkbw",
          "getStreamLength",
          "FCUnpublish",
          "deleteStream"}) {
        CAPTURE(name);
        CHECK_FALSE(client.command({name, 42, Null{}, "key"}));
        CHECK(client.last_answer() == "_result 42");
    }
    CHECK_FALSE(client.command({"somethingNew", 43, Null{}}));
    CHECK(client.last_answer() == "_error 43");
    const auto answers = client.answers.size();
    CHECK_FALSE(client.command({"closeStream", 0, Null{}}));
    CHECK_FALSE(client.command({"somethingNew", 0, Null{}}));
    CHECK(client.answers.size() == answers);
}

TEST_CASE("releaseStream and FCPublish alone never ask for a publish") {
    Client client;
    client.connect();
    CHECK_FALSE(client.command({"releaseStream", 2, Null{}, "key"}));
    CHECK_FALSE(client.command({"FCPublish", 3, Null{}, "key"}));
}

TEST_CASE("a publish names app, stream and the parameters of both") {
    Client client;
    client.connect("live/?key=abc&x");
    const auto event = client.command({"publish", 5, Null{}, "ch_001?key2=d%3D=&", "live"});
    REQUIRE(event);
    const auto& request = std::get<PublishAsked>(*event).request;
    CHECK(request.app == "live");
    CHECK(request.stream == "ch_001");
    CHECK(request.parameter("key") == "abc");
    CHECK(request.parameter("key2") == "d%3D=");
    CHECK(request.parameter("x").empty());
    CHECK(request.parameters.size() == 3);
}

TEST_CASE("an accepted publish hands out media, metadata and the goodbye") {
    auto client = publishing();
    const auto media = client.send({MessageType::video, 40, 1, {0x17, 1, 0, 0, 0, 9}});
    REQUIRE(media.value());
    CHECK(std::get<Message>(**media).timestamp == 40);
    const auto metadata =
        client.send(make_data(1, 0, {"@setDataFrame", "onMetaData", Object{{"width", 1280}}}));
    REQUIRE(metadata.value());
    CHECK(std::get<Metadata>(**metadata).values.find("width")->number_or(0) == 1280);

    const auto goodbye = client.command({"FCUnpublish", 6, Null{}, "key"});
    REQUIRE(goodbye);
    CHECK(std::holds_alternative<Goodbye>(*goodbye));
    CHECK_FALSE(client.command({"deleteStream", 7, Null{}, 1}));  // the same goodbye again
    CHECK(client.command({"publish", 8, Null{}, "key"}));         // and it may come back
}

TEST_CASE("media without a publish is dropped, and undecodable data is no reason to hang up") {
    Client client;
    client.connect();
    CHECK_FALSE(client.send({MessageType::video, 40, 1, {0x17, 1}}).value());
    CHECK_FALSE(publishing().send({MessageType::data_amf0, 0, 1, {0xFF, 0xFF}}).value());
}

TEST_CASE("a refused publish tells code and reason") {
    Client client;
    client.connect();
    CHECK(client.command({"publish", 5, Null{}, "key", "live"}));
    client.server.refuse_publish("NetStream.Publish.Denied", "No channel has this key.");
    client.feed({});
    CHECK(client.last_answer() == "onStatus 0");
    CHECK(client.last_code() == "NetStream.Publish.Denied");
}

TEST_CASE("one connection carries one stream") {
    auto client = publishing();
    CHECK_FALSE(client.command({"publish", 9, Null{}, "other", "live"}));
    CHECK(client.last_code() == "NetStream.Publish.BadName");
    CHECK_FALSE(client.command({"play", 9, Null{}, "other"}));
    CHECK(client.last_code() == "NetStream.Play.Failed");
}

TEST_CASE("an AMF3 command is AMF0 after one byte") {
    Client client;
    client.connect();
    auto message = make_command(0, {"play", 2, Null{}, "ch_001"});
    message.type = MessageType::command_amf3;
    message.payload.insert(message.payload.begin(), 0);
    const auto event = client.send(message);
    REQUIRE(event.value());
    CHECK(std::get<PlayAsked>(**event).request.stream == "ch_001");
}

TEST_CASE("what breaks the protocol is an error") {
    Client early;
    CHECK_FALSE(early.send(make_command(0, {"publish", 2, Null{}, "key"})).has_value());
    Client nameless;
    CHECK_FALSE(nameless.send(make_command(0, {1, 2})).has_value());
    Client nested;
    Bytes deep;
    for (int i = 0; i < 10'000; ++i)
        deep.insert(deep.end(), {3, 0, 1, 'a'});
    CHECK_FALSE(nested.send({MessageType::command_amf0, 0, 0, deep}).has_value());
    Client large;
    large.connect();
    CHECK_FALSE(large.send({MessageType::video, 0, 1, Bytes(65 * 1024)}).has_value()
    );  // nothing was accepted yet
}

TEST_CASE("received bytes are acknowledged per window") {
    auto client = publishing();
    client.send(make_window_acknowledgement_size(5000));
    CHECK(client.answers.empty());
    client.send({MessageType::audio, 0, 1, Bytes(2000)});
    REQUIRE(client.answers.size() == 1);
    CHECK(client.answers[0].type == MessageType::acknowledgement);
    client.send({MessageType::audio, 0, 1, Bytes(2000)});
    CHECK(client.answers.size() == 1);
}
