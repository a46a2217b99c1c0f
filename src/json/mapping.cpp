#include "json/mapping.hpp"

#include <iterator>

namespace tally::json::detail {

void add_below(FieldErrors& errors, std::string_view name, FieldErrors inner) {
    for (auto& error : inner) {
        error.pointer = "/" + std::string(name) + error.pointer;
        errors.push_back(std::move(error));
    }
}

}  // namespace tally::json::detail
