// A file, read and written at positions: no shared cursor, so any thread may read.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <span>

namespace tally {

/// Owns the descriptor. All calls block; errors are Errc::io, or Errc::not_found when opening.
class File {
public:
    static Result<File> open_read(const std::filesystem::path& path);
    /// Creates it when it is not there.
    static Result<File> open_write(const std::filesystem::path& path);
    /// Memory behind a descriptor, gone when it and whoever took its pages are: memfd_create(2).
    static Result<File> in_memory(const char* name);

    File(const File&) = delete;
    File& operator=(const File&) = delete;
    File(File&& other) noexcept;
    File& operator=(File&& other) noexcept;
    ~File();

    Result<std::uint64_t> size() const;
    /// Fills `into` from `offset`; how many bytes there were, fewer only at the end of the file.
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) const;
    Result<> write(std::uint64_t offset, ByteView bytes) const;
    Result<> truncate(std::uint64_t size) const;
    /// Returns once the bytes would survive a loss of power.
    Result<> sync() const;

    int descriptor() const { return descriptor_; }

private:
    File(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

    std::unexpected<Error> failure(std::string_view operation) const;

    std::filesystem::path path_;
    int descriptor_ = -1;
};

}  // namespace tally
