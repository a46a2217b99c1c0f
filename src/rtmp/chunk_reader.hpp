// Chunks back into messages (specification 5.3), within bounds whatever the peer sends.
#pragma once

#include "base/result.hpp"
#include "rtmp/message.hpp"

#include <array>
#include <optional>
#include <vector>

namespace tally::rtmp {

class ChunkReader {
public:
    struct Limits {
        std::size_t message = 0;   // bytes of one message
        std::size_t buffered = 0;  // bytes of all messages begun and not complete
        std::size_t chunk_streams = 64;
    };

    explicit ChunkReader(Limits limits) : limits_(limits) {}

    /// Takes bytes from `input` until a message is complete; empty when `input` is used up before that. Set
    /// Chunk Size and Abort are obeyed here and not handed out. After an error the connection is of no more
    /// use: Errc::malformed, or Errc::too_large for what is over a limit.
    Result<std::optional<Message>> next(ByteView& input);

    void set_limits(Limits limits) { limits_ = limits; }

private:
    struct Stream {
        std::uint32_t id = 0;
        Message message;               // its timestamp stays after the message is handed out
        std::size_t length = 0;        // of the whole payload
        std::uint32_t time_field = 0;  // of the last header that had one: absolute or a difference
        bool extended = false;         // time_field was an extended timestamp
        bool open = false;             // part of a message is here
    };

    struct Header {
        unsigned format = 0;
        std::uint32_t chunk_stream = 0;
        std::size_t size = 0;  // bytes up to the extended timestamp
    };

    bool look(ByteView& input, std::size_t size);
    void drop(std::size_t size);
    std::optional<Header> look_header(ByteView& input);
    Result<Stream*> stream_of(const Header& header);
    std::optional<bool> look_repeated_time(ByteView& input, const Header& header, const Stream& stream);
    Result<bool> begin_chunk(ByteView& input);
    Result<void> apply(const Header& header, std::uint32_t time_field, Stream& stream);
    Result<bool> read_payload(ByteView& input);
    void take(ByteView bytes);
    Result<bool> obey(const Message& message);

    Limits limits_;
    std::size_t chunk_size_ = 128;
    std::size_t buffered_ = 0;
    std::vector<Stream> streams_;
    std::array<std::uint8_t, 18> ahead_{};  // a header so far: 3 basic, 11 message, 4 extended timestamp
    std::size_t ahead_size_ = 0;
    Stream* current_ = nullptr;  // whose chunk is being read; streams_ only grows between chunks
    std::size_t chunk_left_ = 0;
};

}  // namespace tally::rtmp
