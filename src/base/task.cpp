#include "base/task.hpp"

#include <boost/asio/error.hpp>
#include <fmt/format.h>

namespace tally {

Error io_error(const boost::system::error_code& code, std::string_view what) {
    auto kind = Errc::io;
    if (code == asio::error::eof || code == asio::error::connection_reset ||
        code == asio::error::broken_pipe || code == asio::error::operation_aborted)
        kind = Errc::closed;
    else if (code == asio::error::connection_refused)
        kind = Errc::refused;
    else if (code == asio::error::timed_out)
        kind = Errc::timed_out;
    return {kind, fmt::format("{}: {}", what, code.message())};
}

}  // namespace tally
