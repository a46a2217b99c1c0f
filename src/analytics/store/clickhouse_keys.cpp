#include "analytics/store/clickhouse_keys.hpp"

#include "analytics/store/row_binary.hpp"
#include "analytics/store/rows.hpp"

#include <openssl/evp.h>

namespace tally::analytics {

namespace {

std::uint64_t digest_of(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    std::uint64_t number = 0;
    std::memcpy(&number, digest.data(), sizeof number);
    return number;
}

}  // namespace

std::uint64_t number_of(const BroadcastId& broadcast) {
    return digest_of(broadcast.text());
}

std::uint64_t number_of(const Dimensions& dimensions, const Claims& claims) {
    RowWriter row;
    write_members(write_members(row, dimensions), claims);
    return digest_of(row.take());
}

std::string text_literal(std::string_view text) {
    std::string literal = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') literal += '\\';
        literal += c;
    }
    return literal + "'";
}

}  // namespace tally::analytics
