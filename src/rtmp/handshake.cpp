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
constexpr std::size_t schemes[] = {8, 772};  // where the four bytes that place the digest stand

using Digest = std::array<std::uint8_t, digest_size>;
using Block = std::array<std::uint8_t, handshake_size>;

/// The published keys of the digest form: a name, and 32 bytes common to both.
struct Keys {
    std::string_view name;  // signs C1 or S1
    std::string_view full;  // with the common part: derives the key that signs C2 or S2
};

#define COMMON_KEY                                                     \
    "\xf0\xee\xc2\x4a\x80\x68\xbe\xe8\x2e\x00\xd0\xd1\x02\x9e\x7e\x57" \
    "\x6e\xec\x5d\x2d\x29\x80\x6f\xab\x93\xb8\xe6\x36\xcf\xeb\x31\xae"
constexpr char client_key[] = "Genuine Adobe Flash Player 001" COMMON_KEY;
constexpr char server_key[] = "Genuine Adobe Flash Media Server 001" COMMON_KEY;
#undef COMMON_KEY
constexpr Keys client_keys{{client_key, 30}, {client_key, 62}};
constexpr Keys server_keys{{server_key, 36}, {server_key, 68}};

Digest hmac(ByteView key, ByteView message) {
    Digest digest;
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
Digest sign(ByteView block, std::size_t position, const Keys& keys) {
    Bytes message(block.begin(), block.end());
    const auto digest = message.begin() + static_cast<std::ptrdiff_t>(position);
    message.erase(digest, digest + digest_size);
    return hmac(bytes_of(keys.name), message);
}

/// The digest of C1 or S1; empty when the block is of the simple form.
std::optional<Digest> find_digest(ByteView block, const Keys& keys) {
    for (const auto scheme : schemes) {
        const auto position = digest_position(block, scheme);
        const auto digest = sign(block, position, keys);
        if (CRYPTO_memcmp(digest.data(), block.data() + position, digest_size) == 0) return digest;
    }
    return {};
}

Block random_block() {
    Block block;
    RAND_bytes(block.data(), static_cast<int>(block.size()));
    return block;
}

/// C1 or S1. In the simple form the second word is zero; in the digest form it is a version.
Block make_first(const Keys& keys, bool with_digest) {
    auto block = random_block();
    std::fill_n(block.begin(), 8, std::uint8_t{0});  // time and version
    if (!with_digest) return block;
    block[4] = version;
    const auto position = digest_position(block, schemes[0]);
    std::ranges::copy(sign(block, position, keys), block.begin() + static_cast<std::ptrdiff_t>(position));
    return block;
}

/// C2 or S2 to the peer's first block: an echo in the simple form, signed with a key made of its digest
/// otherwise.
Block make_second(ByteView peer_first, const std::optional<Digest>& peer_digest, const Keys& keys) {
    Block block;
    if (!peer_digest) {
        std::ranges::copy(peer_first, block.begin());
        return block;
    }
    block = random_block();
    const auto signed_part = ByteView(block).first(handshake_size - digest_size);
    const auto digest = hmac(hmac(bytes_of(keys.full), *peer_digest), signed_part);
    std::ranges::copy(digest, block.end() - digest_size);
    return block;
}

void append(Bytes& output, ByteView bytes) {
    output.insert(output.end(), bytes.begin(), bytes.end());
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
        const auto digest = find_digest(c1, client_keys);
        output.push_back(version);
        append(output, make_first(server_keys, digest.has_value()));
        append(output, make_second(c1, digest, server_keys));
        received_.clear();
        answered_ = true;
    }
    // C2 is not compared: encoders in the field leave it empty, echo S1 or sign it.
    return fill(received_, input, handshake_size);
}

void ClientHandshake::start(Bytes& output) {
    output.push_back(version);
    append(output, make_first(client_keys, true));
}

Result<bool> ClientHandshake::feed(ByteView& input, Bytes& output) {
    const bool complete = fill(received_, input, 1 + 2 * handshake_size);
    if (!right_version(received_)) return wrong_version(received_);
    if (!complete) return false;
    const auto s1 = ByteView(received_).subspan(1, handshake_size);
    append(output, make_second(s1, find_digest(s1, server_keys), client_keys));
    return true;
}

}  // namespace tally::rtmp
