#include "analytics/geo/geo_database.hpp"

#include <boost/asio/detail/socket_types.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <maxminddb.h>

#include <charconv>
#include <optional>

namespace tally::analytics {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t longest_name = 128;

template <class... Path>
std::optional<MMDB_entry_data_s> value_at(MMDB_entry_s entry, Path... path) {
    MMDB_entry_data_s data{};
    const char* const none = nullptr;
    if (MMDB_get_value(&entry, &data, path..., none) != MMDB_SUCCESS || !data.has_data) return std::nullopt;
    return data;
}

template <class... Path>
std::string text_at(const MMDB_entry_s& entry, Path... path) {
    const auto data = value_at(entry, path...);
    if (!data || data->type != MMDB_DATA_TYPE_UTF8_STRING) return {};
    return {data->utf8_string, std::min<std::size_t>(data->data_size, longest_name)};
}

/// GeoLite2 and DB-IP nest the code, IPinfo and ip-location-db do not.
std::string country_of(const MMDB_entry_s& entry) {
    auto code = text_at(entry, "country", "iso_code");
    if (code.empty()) code = text_at(entry, "country_code");
    if (code.empty()) code = text_at(entry, "country");
    const auto is_upper = [](char letter) { return letter >= 'A' && letter <= 'Z'; };
    return code.size() == 2 && std::ranges::all_of(code, is_upper) ? code : std::string();
}

std::string city_of(const MMDB_entry_s& entry) {
    auto name = text_at(entry, "city", "names", "en");
    return name.empty() ? text_at(entry, "city") : name;
}

/// A number, or the text "AS55836".
std::int64_t asn_of(const MMDB_entry_s& entry) {
    if (const auto data = value_at(entry, "autonomous_system_number"))
        if (data->type == MMDB_DATA_TYPE_UINT32) return data->uint32;
    const auto text = text_at(entry, "asn");
    std::uint32_t number = 0;
    if (text.starts_with("AS")) std::from_chars(text.data() + 2, text.data() + text.size(), number);
    return number;
}

Place place_of(const MMDB_entry_s& entry) {
    Place place{.country = country_of(entry), .region = {}, .city = city_of(entry), .asn = asn_of(entry)};
    const auto region = text_at(entry, "subdivisions", "0", "iso_code");
    if (!place.country.empty() && !region.empty()) place.region = place.country + '-' + region;
    return place;
}

}  // namespace

void GeoDatabase::Close::operator()(MMDB_s* file) const {
    MMDB_close(file);
    delete file;
}

Result<GeoDatabase> GeoDatabase::open(const std::filesystem::path& file) {
    auto opened = std::make_unique<MMDB_s>();
    if (const int status = MMDB_open(file.c_str(), MMDB_MODE_MMAP, opened.get()); status != MMDB_SUCCESS)
        return fail(Errc::io, fmt::format("{}: {}", file.native(), MMDB_strerror(status)));
    return GeoDatabase(std::unique_ptr<MMDB_s, Close>(opened.release()));
}

Place GeoDatabase::find(const ip::address& address) const {
    const ip::tcp::endpoint endpoint(address, 0);
    int error = MMDB_SUCCESS;
    const auto found = MMDB_lookup_sockaddr(file_.get(), endpoint.data(), &error);
    if (error != MMDB_SUCCESS || !found.found_entry) return {};
    return place_of(found.entry);
}

}  // namespace tally::analytics
