#include "analytics/geo/places.hpp"

namespace tally::analytics {
namespace {

Result<std::optional<GeoDatabase>> open_if_named(const std::filesystem::path& file) {
    if (file.empty()) return std::nullopt;
    return GeoDatabase::open(file);
}

}  // namespace

Result<Places> Places::open(
    const std::filesystem::path& database, const std::filesystem::path& asn_database
) {
    Places places;
    TRY(places.places_, open_if_named(database));
    TRY(places.networks_, open_if_named(asn_database));
    return places;
}

Place Places::find(std::string_view text) const {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(text, error);
    if (error) return {};
    auto place = places_ ? places_->find(address) : Place{};
    if (place.asn == 0 && networks_) place.asn = networks_->find(address).asn;
    return place;
}

}  // namespace tally::analytics
