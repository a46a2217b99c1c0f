// Where a viewer is: the databases that the operator named, asked as one.
#pragma once

#include "analytics/geo/geo_database.hpp"

#include <optional>
#include <string_view>

namespace tally::analytics {

/// Without databases every place is unknown. Any thread may ask.
class Places {
public:
    Places() = default;

    /// Empty paths are no database. `asn_database` is asked for the network's number alone, where `database`
    /// has none: they are often sold apart.
    static Result<Places> open(
        const std::filesystem::path& database, const std::filesystem::path& asn_database
    );

    /// Of an address as text; unknown when it is none.
    Place find(std::string_view text) const;

private:
    std::optional<GeoDatabase> places_;
    std::optional<GeoDatabase> networks_;
};

}  // namespace tally::analytics
