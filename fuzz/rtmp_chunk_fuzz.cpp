// What an RTMP client may send after its handshake: how the network cuts it makes no difference.
#include "fuzz/check.hpp"
#include "rtmp/server_connection.hpp"

#include <vector>

namespace {

using namespace tally;
using namespace tally::rtmp;

constexpr ChunkReader::Limits limits{.message = 64 * 1024, .buffered = 128 * 1024};

ByteView next_piece(ByteView& input, std::size_t size) {
    const auto piece = input.first(std::min(size, input.size()));
    input = input.subspan(piece.size());
    return piece;
}

std::vector<Message> read_messages(ByteView input, std::size_t piece_size) {
    ChunkReader reader(limits);
    std::vector<Message> messages;
    while (!input.empty()) {
        auto piece = next_piece(input, piece_size);
        for (;;) {
            auto message = reader.next(piece);
            if (!message) return messages;
            if (!*message) break;
            messages.push_back(std::move(**message));
        }
    }
    return messages;
}

void chunks(ByteView input) {
    const auto whole = read_messages(input, input.size());
    const auto cut = read_messages(input, 1);
    fuzz::check(whole.size() == cut.size());
    for (std::size_t i = 0; i < whole.size(); ++i)
        fuzz::check(whole[i].timestamp == cut[i].timestamp && whole[i].payload == cut[i].payload);
}

void connection(ByteView input) {
    ServerConnection server;
    Bytes handshake(1 + 2 * handshake_size, 0);
    handshake[0] = 3;
    ByteView hello(handshake);
    fuzz::check(server.next(hello).has_value());
    for (;;) {
        const auto event = server.next(input);
        const auto output = server.take_output();
        fuzz::check(output.size() < 8 * 1024 * 1024);
        if (!event || !*event) return;
        if (std::holds_alternative<PublishAsked>(**event)) server.accept_publish();
        if (std::holds_alternative<PlayAsked>(**event)) server.refuse_play("offline");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chunks({data, size});
    connection({data, size});
    return 0;
}
