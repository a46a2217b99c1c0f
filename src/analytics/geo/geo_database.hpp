// Where an address is, by any database in MaxMind's DB format: GeoLite2, DB-IP, IPinfo and others.
#pragma once

#include "base/result.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct MMDB_s;

namespace tally::analytics {

/// Empty, and 0, is unknown.
struct Place {
    std::string country;  // ISO 3166-1: "IN"
    std::string region;   // ISO 3166-2: "IN-KA"
    std::string city;     // in English
    std::int64_t asn = 0;

    friend bool operator==(const Place&, const Place&) = default;
};

/// Mapped into memory, never read whole; any thread may ask.
class GeoDatabase {
public:
    /// Errors: no such file, or not in the format; both with its name.
    static Result<GeoDatabase> open(const std::filesystem::path& file);

    /// What the file says of the address; one with bytes in the wrong place says nothing. A truncated address
    /// will do: databases have no smaller networks than /24 and /48, but for a few.
    Place find(const boost::asio::ip::address& address) const;

private:
    struct Close {
        void operator()(MMDB_s* file) const;
    };

    explicit GeoDatabase(std::unique_ptr<MMDB_s, Close> file) : file_(std::move(file)) {}

    std::unique_ptr<MMDB_s, Close> file_;
};

}  // namespace tally::analytics
