// The RTMP handshake (specification 5.2) and its digest form, which Flash-derived encoders and players use.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <array>

namespace tally::rtmp {

/// C1, C2, S1 and S2 each.
inline constexpr std::size_t handshake_size = 1536;

/// Answers a client: C0 C1 in, S0 S1 S2 out, C2 in. S1 and S2 carry digests when C1 does.
class ServerHandshake {
public:
    /// Takes from `input` what belongs to the handshake and appends the answer to `output`. True once
    /// complete; bytes still in `input` are then chunks. Errc::unsupported unless the version is 3.
    Result<bool> feed(ByteView& input, Bytes& output);

private:
    Bytes received_;
    bool answered_ = false;
};

/// Greets a server in the digest form, and finishes in the form that the server answers in.
class ClientHandshake {
public:
    /// Appends C0 and C1.
    void start(Bytes& output);
    /// As ServerHandshake::feed: S0 S1 S2 in, C2 out.
    Result<bool> feed(ByteView& input, Bytes& output);

private:
    Bytes received_;
};

}  // namespace tally::rtmp
