// Files over POSIX: pread and pwrite until everything is done.
#include "base/file.hpp"

#include "base/task.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace tally {
namespace {

Error system_failure(std::string_view operation, const std::filesystem::path& path) {
    const int code = errno;
    auto error =
        io_error({code, boost::system::system_category()}, fmt::format("{} {}", operation, path.string()));
    if (code == ENOENT) error.code = Errc::not_found;
    return error;
}

}  // namespace

Result<File> File::open_read(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return std::unexpected(system_failure("open", path));
    return File(path, descriptor);
}

Result<File> File::open_write(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) return std::unexpected(system_failure("open", path));
    return File(path, descriptor);
}

Result<File> File::in_memory(const char* name) {
    const int descriptor = ::memfd_create(name, MFD_CLOEXEC);
    if (descriptor < 0) return std::unexpected(system_failure("create in memory", name));
    return File(name, descriptor);
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

File::~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::uint64_t> File::size() const {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) return failure("stat");
    return static_cast<std::uint64_t>(status.st_size);
}

Result<std::size_t> File::read(std::uint64_t offset, std::span<std::uint8_t> into) const {
    std::size_t done = 0;
    while (done < into.size()) {
        const auto count =
            ::pread(descriptor_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure("read");
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

Result<> File::write(std::uint64_t offset, ByteView bytes) const {
    while (!bytes.empty()) {
        const auto count = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure("write");
        offset += static_cast<std::uint64_t>(count);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

Result<> File::truncate(std::uint64_t size) const {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return failure("truncate");
    return {};
}

Result<> File::sync() const {
    if (::fdatasync(descriptor_) != 0) return failure("sync");
    return {};
}

std::unexpected<Error> File::failure(std::string_view operation) const {
    auto error = system_failure(operation, path_);
    error.code = Errc::io;
    return std::unexpected(std::move(error));
}

}  // namespace tally
