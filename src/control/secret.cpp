#include "control/secret.hpp"

#include "base/id.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace tally::control {

namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t least_text = 43;  // 32 bytes in base64url

Error file_error(const std::filesystem::path& file, std::string_view what) {
    return {Errc::io, fmt::format("cannot {} {}: {}", what, file.string(), std::strerror(errno))};
}

/// Written whole under another name first: a crash leaves no half secret behind.
Result<> write_private(const std::filesystem::path& file, std::string_view text) {
    auto part = file;
    part += ".part";
    const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return std::unexpected(file_error(part, "create"));
    const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!written || ::rename(part.c_str(), file.c_str()) != 0)
        return std::unexpected(file_error(file, "write"));
    return {};
}

}  // namespace

Result<Secret> Secret::open(const std::filesystem::path& file) {
    if (std::ifstream existing(file); existing) {
        std::string text;
        existing >> text;
        if (text.size() < least_text) return fail(Errc::malformed, file.string() + " holds no secret");
        return Secret(std::move(text));
    }
    if (std::filesystem::exists(file)) return std::unexpected(file_error(file, "read"));
    Secret secret(random_token(secret_bytes));
    if (auto written = write_private(file, secret.text_); !written)
        return std::unexpected(std::move(written).error());
    return secret;
}

std::string Secret::seal(std::string_view purpose, std::string_view text) const {
    return to_base64url(encrypt(sign("seal", purpose), text));
}

std::optional<std::string> Secret::unseal(std::string_view purpose, std::string_view sealed) const {
    const auto bytes = from_base64url(sealed);
    return bytes ? decrypt(sign("seal", purpose), *bytes) : std::nullopt;
}

Digest Secret::sign(std::string_view purpose, std::string_view text) const {
    return hmac_sha256(bytes_of(text_), fmt::format("{}\n{}", purpose, text));
}

}  // namespace tally::control
