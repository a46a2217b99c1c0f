// Identifiers: one type per kind of resource, so that a broadcast's id is never taken for a stream's.
#pragma once

#include "base/clock.hpp"

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tally {

/// 26 characters of Crockford base 32: 48 bits of milliseconds, then 80 random bits; sorts by creation time.
std::string make_ulid(Time now);

/// `size` bytes from the operating system's generator, in base64url: keys and secrets.
std::string random_token(std::size_t size);

/// True for ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$: what the API takes as an id.
bool is_identifier(std::string_view text);

template <class Kind>
class Id {
public:
    Id() = default;

    /// A new id, "bc_01J9Z...".
    static Id make(Time now) { return Id(std::string(Kind::prefix) + "_" + make_ulid(now)); }

    static std::optional<Id> parse(std::string_view text) {
        return is_identifier(text) ? std::optional(Id(std::string(text))) : std::nullopt;
    }

    const std::string& text() const { return text_; }

    bool empty() const { return text_.empty(); }

    friend auto operator<=>(const Id&, const Id&) = default;

private:
    explicit Id(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

struct ChannelKind {
    static constexpr std::string_view prefix = "ch";
};

struct BroadcastKind {
    static constexpr std::string_view prefix = "bc";
};

struct StreamKind {
    static constexpr std::string_view prefix = "st";
};

struct RecordingKind {
    static constexpr std::string_view prefix = "rec";
};

using ChannelId = Id<ChannelKind>;
using BroadcastId = Id<BroadcastKind>;
using StreamId = Id<StreamKind>;
using RecordingId = Id<RecordingKind>;

}  // namespace tally

template <class Kind>
struct std::hash<tally::Id<Kind>> {
    std::size_t operator()(const tally::Id<Kind>& id) const { return std::hash<std::string>{}(id.text()); }
};
