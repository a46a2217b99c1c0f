// Outcomes of work that may fail: untrusted input and the outside world are error values, never exceptions.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace tally {

/// What kind of failure, for the program to act on. The text for people is Error::context.
enum class Errc : unsigned char {
    malformed,    // the bytes break their format
    truncated,    // the bytes end too early
    unsupported,  // well-formed, but nothing Tally handles
    too_large,    // over a bound that Tally sets
    refused,      // policy or the peer said no
    not_found,
    conflict,
    timed_out,
    closed,  // the peer or the server is going away
    io,      // the operating system failed the call
};

struct Error {
    Errc code = Errc::io;
    std::string context;  // one line, without secrets: "flv: audio tag of 0 bytes"
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Errc code, std::string context) {
    return std::unexpected(Error{code, std::move(context)});
}

}  // namespace tally

// Unwraps a Result into `declaration`, or returns its error. CO_TRY is the same inside a coroutine.
#define TALLY_CAT_(a, b) a##b
#define TALLY_CAT(a, b) TALLY_CAT_(a, b)
#define TALLY_TRY_(return_keyword, declaration, ...)                                      \
    auto TALLY_CAT(outcome_, __LINE__) = __VA_ARGS__;                                     \
    if (!TALLY_CAT(outcome_, __LINE__))                                                   \
        return_keyword std::unexpected(std::move(TALLY_CAT(outcome_, __LINE__)).error()); \
    declaration = *std::move(TALLY_CAT(outcome_, __LINE__))
#define TRY(declaration, ...) TALLY_TRY_(return, declaration, __VA_ARGS__)
#define CO_TRY(declaration, ...) TALLY_TRY_(co_return, declaration, __VA_ARGS__)
