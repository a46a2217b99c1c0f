#include "rtmp/handshake.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace tally::rtmp {
namespace {

constexpr std::uint8_t version = 3;  // 6 and above are encrypted forms
constexpr std::size_t digest_size = 32;
// Where the four bytes that place the digest may stand.
constexpr std::array<std::size_t, 2> schemes{8, 772};

using Digest = std::array<std::uint8_t, digest_size>;
using Block = std::array<std::uint8_t, handshake_size>;

// The published keys of the digest form. The name signs C1 or S1; with the common part behind it derives the
// key that signs C2 or S2.
constexpr std::string_view client_key = "Genuine Adobe Flash Player 001";
constexpr std::string_view server_key = "Genuine Adobe Flash Media Server 001";
constexpr std::array<std::uint8_t, 32> common_key{
    0xf0, 0xee, 0xc2, 0x4a, 0x80, 0x68, 0xbe, 0xe8, 0x2e, 0x00, 0xd0, 0xd1, 0x02, 0x9e, 0x7e, 0x57,
    0x6e, 0xec, 0x5d, 0x2d, 0x29, 0x80, 0x6f, 0xab, 0x93, 0xb8, 0xe6, 0x36, 0xcf, 0xeb, 0x31, 0xae,
};

void append(Bytes& output, ByteView bytes) {
    output.insert(output.end(), bytes.begin(), bytes.end());
}

Digest hmac(ByteView key, ByteView message) {
    Digest digest{};
    HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        message.data(),
        message.size(),
        digest.data(),
        nullptr
    );
    return digest;
}

std::size_t digest_position(ByteView block, std::size_t scheme) {
    const auto sum = block[scheme] + block[scheme + 1] + block[scheme + 2] + block[scheme + 3];
    return static_cast<std::size_t>(sum) % 728 + scheme + 4;
}

/// Over the block without the digest itself.
Digest sign(ByteView block, std::size_t position, std::string_view key) {
    Bytes message(block.begin(), block.end());
    const auto digest = message.begin() + static_cast<std::ptrdiff_t>(position);
    message.erase(digest, digest + digest_size);
    return hmac(bytes_of(key), message);
}

/// The digest of C1 or S1; empty when the block is of the simple form.
std::optional<Digest> find_digest(ByteView block, std::string_view key) {
    for (const auto scheme : schemes) {
        const auto position = digest_position(block, scheme);
        const auto digest = sign(block, position, key);
        if (CRYPTO_memcmp(digest.data(), block.data() + position, digest_size) == 0) return digest;
    }
    return {};
}

Block random_block() {
    Block block{};
    RAND_bytes(block.data(), static_cast<int>(block.size()));
    return block;
}

/// C1 or S1. In the simple form the second word is zero; in the digest form it is a version.
Block make_first(std::string_view key, bool with_digest) {
    auto block = random_block();
    std::fill_n(block.begin(), 8, std::uint8_t{0});  // time and version
    if (!with_digest) return block;
    block[4] = version;
    const auto position = digest_position(block, schemes[0]);
    std::ranges::copy(sign(block, position, key), block.begin() + static_cast<std::ptrdiff_t>(position));
    return block;
}

/// C2 or S2 to the peer's first block: an echo in the simple form, signed with a key made of its digest
/// otherwise.
Block make_second(ByteView peer_first, const std::optional<Digest>& peer_digest, std::string_view key) {
    Block block{};
    if (!peer_digest) {
        std::ranges::copy(peer_first, block.begin());
        return block;
    }
    block = random_block();
    Bytes full_key(key.begin(), key.end());
    append(full_key, common_key);
    const auto signed_part = ByteView(block).first(handshake_size - digest_size);
    const auto digest = hmac(hmac(full_key, *peer_digest), signed_part);
    std::ranges::copy(digest, block.end() - digest_size);
    return block;
}

/// Moves bytes until `received` holds `size`; true when it does.
bool fill(Bytes& received, ByteView& input, std::size_t size) {
    const auto count = std::min(input.size(), size - received.size());
    append(received, input.first(count));
    input = input.subspan(count);
    return received.size() == size;
}

bool right_version(const Bytes& received) {
    return received.empty() || received[0] == version;
}

std::unexpected<Error> wrong_version(const Bytes& received) {
    return fail(Errc::unsupported, fmt::format("rtmp: handshake version {}, not {}", received[0], version));
}

}  // namespace

Result<bool> ServerHandshake::feed(ByteView& input, Bytes& output) {
    if (!answered_) {
        const bool complete = fill(received_, input, 1 + handshake_size);
        if (!right_version(received_)) return wrong_version(received_);
        if (!complete) return false;
        const auto c1 = ByteView(received_).subspan(1);
        const auto digest = find_digest(c1, client_key);
        output.push_back(version);
        append(output, make_first(server_key, digest.has_value()));
        append(output, make_second(c1, digest, server_key));
        received_.clear();
        answered_ = true;
    }
    // C2 is not compared: encoders in the field leave it empty, echo S1 or sign it.
    return fill(received_, input, handshake_size);
}

void ClientHandshake::start(Bytes& output) {
    output.push_back(version);
    append(output, make_first(client_key, true));
}

Result<bool> ClientHandshake::feed(ByteView& input, Bytes& output) {
    const bool complete = fill(received_, input, 1 + 2 * handshake_size);
    if (!right_version(received_)) return wrong_version(received_);
    if (!complete) return false;
    const auto s1 = ByteView(received_).subspan(1, handshake_size);
    append(output, make_second(s1, find_digest(s1, server_key), client_key));
    return true;
}

}  // namespace tally::rtmp
