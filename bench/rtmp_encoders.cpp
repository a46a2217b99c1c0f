// Many encoders that send one file in real time, each to a channel of its own, again and again. Who is hung
// up on dials in again.
#include "bench/rtmp_client.hpp"

#include <fstream>
#include <iostream>
#include <list>
#include <thread>

namespace tally::bench {
namespace {

using std::chrono::milliseconds;

/// What an encoder sends: an FLV tag (Adobe FLV 10.1 E.4.1) without its header.
struct Tag {
    rtmp::MessageType type;
    std::uint32_t time;  // ms
    Bytes payload;
};

std::vector<Tag> read_file(const std::string& path) {
    constexpr std::size_t file_header = 9 + 4;
    std::ifstream file(path, std::ios::binary);
    const Bytes bytes(std::istreambuf_iterator<char>(file), {});
    ByteReader reader(bytes);
    reader.skip(file_header);
    std::vector<Tag> tags;
    while (reader.remaining() > 0) {
        const auto type = reader.u8();
        const auto size = reader.u24();
        const auto low = reader.u24();
        const auto high = reader.u8();
        reader.skip(3);  // stream id
        const auto payload = reader.take(size);
        reader.skip(4);
        if (reader.failed()) break;
        const auto kind = static_cast<rtmp::MessageType>(type);
        if (kind == rtmp::MessageType::audio || kind == rtmp::MessageType::video)
            tags.push_back({kind, std::uint32_t{high} << 24 | low, Bytes(payload.begin(), payload.end())});
    }
    if (tags.empty()) throw std::runtime_error(path + " has no media");
    return tags;
}

class Encoder {
public:
    Encoder(std::uint16_t port, std::string channel) : target_{port, "live", std::move(channel)} {}

    /// All that is due by now.
    void send(const std::vector<Tag>& tags, SteadyClock::time_point now) try {
        if (now < next_try_) return;
        if (!publisher_) begin(now);
        while (now - began_ >= milliseconds(tags[next_].time - tags.front().time)) {
            publisher_->send(tags[next_].type, lap_ + tags[next_].time, tags[next_].payload);
            if (++next_ < tags.size()) continue;
            const auto length = tags.back().time - tags.front().time + 33;
            lap_ += length;
            began_ += milliseconds(length);
            next_ = 0;
        }
    } catch (const std::runtime_error&) {
        publisher_.reset();
        next_try_ = now + milliseconds(500);
    }

private:
    void begin(SteadyClock::time_point now) {
        publisher_.emplace(target_);
        began_ = now;
        lap_ = 0;
        next_ = 0;
    }

    Target target_;
    std::optional<Publisher> publisher_;
    SteadyClock::time_point began_;
    SteadyClock::time_point next_try_;
    std::uint32_t lap_ = 0;  // ms that the file was sent before
    std::size_t next_ = 0;
};

int run(std::uint16_t port, const std::string& file) {
    const auto tags = read_file(file);
    std::list<Encoder> encoders;
    for (std::string channel; std::getline(std::cin, channel);)
        encoders.emplace_back(port, channel);
    // Not all at once: their keyframes would come together.
    for (const auto start = SteadyClock::now();; std::this_thread::sleep_for(milliseconds(5))) {
        const auto now = SteadyClock::now();
        auto first = start;
        for (auto& encoder : encoders) {
            if (first > now) break;
            encoder.send(tags, now);
            first += milliseconds(30);
        }
    }
}

}  // namespace
}  // namespace tally::bench

/// rtmp_encoders PORT FILE.flv < CHANNELS, until it is ended
int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: rtmp_encoders PORT FILE.flv, with a channel per line on the standard input\n";
        return 2;
    }
    try {
        return tally::bench::run(static_cast<std::uint16_t>(std::stoi(argv[1])), argv[2]);
    } catch (const std::exception& error) {
        std::cerr << "rtmp_encoders: " << error.what() << '\n';
        return 1;
    }
}
