#include "analytics/store/row_binary.hpp"

namespace tally::analytics {

RowWriter& RowWriter::operator<<(std::string_view text) {
    auto size = text.size();
    for (; size >= 0x80; size >>= 7U)
        rows_ += static_cast<char>((size & 0x7FU) | 0x80U);
    rows_ += static_cast<char>(size);
    rows_ += text;
    return *this;
}

RowReader& RowReader::operator>>(std::string_view& text) {
    std::uint64_t size = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<std::uint8_t>(take(1).front());
        size |= std::uint64_t{byte & 0x7FU} << shift;
        if ((byte & 0x80U) == 0) break;
        if (shift >= 28) throw sql::Unavailable("analytics store: a text without end");
    }
    text = take(size);
    return *this;
}

std::string_view RowReader::take(std::uint64_t size) {
    if (size > rest_.size()) throw sql::Unavailable("analytics store: an answer that ends early");
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
}

}  // namespace tally::analytics
