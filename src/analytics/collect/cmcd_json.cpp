#include "analytics/collect/cmcd_json.hpp"

#include "analytics/collect/cmcd_value.hpp"

#include <boost/json.hpp>

#include <cmath>

namespace tally::analytics {
namespace {

std::int64_t number_of(const boost::json::value& value) {
    boost::system::error_code error;
    const auto number = value.to_number<double>(error);
    constexpr double largest = 1e15;
    return error || !(number >= 0) || number > largest ? absent : std::llround(number);
}

CmcdValue value_of(const boost::json::value& from) {
    CmcdValue value;
    if (const auto* text = from.if_string()) {
        if (text->size() <= longest_cmcd_text) value.text = *text;
    } else if (const auto* list = from.if_array()) {
        for (std::size_t i = 0; i < std::min(list->size(), value.numbers.size()); ++i)
            value.numbers[i] = number_of((*list)[i]);
        if (!list->empty())
            if (const auto* first = list->front().if_string(); first && first->size() <= longest_cmcd_text)
                value.text = *first;
    } else if (from.is_bool()) {
        value.truth = from.get_bool();
    } else {
        value.numbers[0] = number_of(from);
    }
    return value;
}

Result<CmcdRecord> record_of(const boost::json::value& from) {
    const auto* object = from.if_object();
    if (!object) return fail(Errc::malformed, "cmcd: a record is an object");
    CmcdRecord record;
    for (const auto& [key, value] : *object)
        set_cmcd(record, key, value_of(value));
    return record;
}

}  // namespace

Result<std::vector<CmcdRecord>> read_cmcd(const boost::json::value& document) {
    std::vector<CmcdRecord> records;
    const auto* list = document.if_array();
    if (!list) {
        TRY(auto record, record_of(document));
        records.push_back(std::move(record));
        return records;
    }
    for (const auto& each : *list) {
        TRY(auto record, record_of(each));
        records.push_back(std::move(record));
    }
    return records;
}

}  // namespace tally::analytics
