#include "control/crypto.hpp"

#include <fmt/ranges.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <memory>
#include <stdexcept>

namespace tally::control {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Cipher make_cipher() {
    return {EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
}

}  // namespace

Digest sha256(std::string_view text) {
    Digest digest;
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    return digest;
}

Digest hmac_sha256(ByteView key, std::string_view text) {
    Digest digest;
    const auto bytes = bytes_of(text);
    HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        bytes.data(),
        bytes.size(),
        digest.data(),
        nullptr
    );
    return digest;
}

Bytes encrypt(const Digest& key, std::string_view text) {
    Bytes bytes(nonce_size + text.size() + tag_size);
    auto* const body = bytes.data() + nonce_size;
    int size = 0;
    const auto cipher = make_cipher();
    const auto plain = bytes_of(text);
    if (RAND_bytes(bytes.data(), nonce_size) != 1 ||
        EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes.data()) != 1 ||
        EVP_EncryptUpdate(cipher.get(), body, &size, plain.data(), static_cast<int>(plain.size())) != 1 ||
        EVP_EncryptFinal_ex(cipher.get(), body + size, &size) != 1 ||
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, body + text.size()) != 1)
        throw std::runtime_error("cannot encrypt");
    return bytes;
}

std::optional<std::string> decrypt(const Digest& key, ByteView bytes) {
    if (bytes.size() < nonce_size + tag_size) return std::nullopt;
    const auto sealed = bytes.subspan(nonce_size, bytes.size() - nonce_size - tag_size);
    Bytes plain(sealed.size() + 1);  // never a null pointer
    Bytes tag(bytes.end() - tag_size, bytes.end());
    int size = 0;
    const auto cipher = make_cipher();
    if (EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes.data()) != 1 ||
        EVP_DecryptUpdate(
            cipher.get(), plain.data(), &size, sealed.data(), static_cast<int>(sealed.size())
        ) != 1 ||
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) != 1 ||
        EVP_DecryptFinal_ex(cipher.get(), plain.data() + size, &size) != 1)
        return std::nullopt;
    return std::string(text_of(ByteView(plain).first(sealed.size())));
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string to_hex(ByteView bytes) {
    return fmt::format("{:02x}", fmt::join(bytes, ""));
}

std::string to_base64url(ByteView bytes) {
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const auto byte : bytes) {
        bits = bits << 8 | byte;
        for (held += 8; held >= 6; held -= 6)
            text += alphabet[bits >> (held - 6) & 63];
    }
    if (held > 0) text += alphabet[bits << (6 - held) & 63];
    return text;
}

std::optional<Bytes> from_base64url(std::string_view text) {
    Bytes bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char letter : text) {
        const auto digit = alphabet.find(letter);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes.push_back(static_cast<std::uint8_t>(bits >> held));
    }
    return bytes;
}

}  // namespace tally::control
