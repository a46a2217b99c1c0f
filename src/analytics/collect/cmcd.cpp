#include "analytics/collect/cmcd.hpp"

#include "analytics/collect/cmcd_value.hpp"

#include <charconv>
#include <cmath>

namespace tally::analytics {
namespace {

std::unexpected<Error> malformed(std::string_view what) {
    return fail(Errc::malformed, fmt::format("cmcd: {}", what));
}

/// Walks over one record; every step takes at least one letter, so it ends.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }

    void skip_spaces() {
        while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t' || rest_.front() == '\r'))
            rest_.remove_prefix(1);
    }

    bool take(char letter) {
        if (rest_.empty() || rest_.front() != letter) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::string_view key() {
        return take_while([](char letter) {
            return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
                   letter == '.' || letter == '_' || letter == '*';
        });
    }

    /// An item or an inner list, and its parameters.
    Result<CmcdValue> value() {
        CmcdValue value;
        if (take('(')) {
            for (std::size_t count = 0; skip_spaces(), !take(')'); ++count) {
                if (at_end()) return malformed("a list without an end");
                if (auto read = item(value, count); !read) return std::unexpected(read.error());
            }
            if (auto read = parameters(); !read) return std::unexpected(read.error());
        } else if (auto read = item(value, 0); !read) {
            return std::unexpected(read.error());
        }
        return value;
    }

private:
    template <class Test>
    std::string_view take_while(Test test) {
        std::size_t size = 0;
        while (size < rest_.size() && test(rest_[size]))
            ++size;
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    /// `count`: of items before it in its list. The first text and the first two numbers are kept.
    Result<> item(CmcdValue& value, std::size_t count) {
        auto read = take('"') ? quoted(value, count) : token(value, count);
        return read ? parameters() : std::move(read);
    }

    /// What follows the opening quote.
    Result<> quoted(CmcdValue& value, std::size_t count) {
        std::size_t size = 0;
        while (size < rest_.size() && rest_[size] != '"')
            size += rest_[size] == '\\' ? 2 : 1;
        if (size >= rest_.size()) return malformed("a text without an end");
        if (count == 0 && size <= longest_cmcd_text) value.text = rest_.substr(0, size);
        rest_.remove_prefix(size + 1);
        return {};
    }

    Result<> token(CmcdValue& value, std::size_t count) {
        const auto token = take_while([](char letter) {
            return letter != ',' && letter != ';' && letter != ')' && letter != ' ' && letter != '"' &&
                   letter != '(' && letter != '\n';
        });
        if (token.empty()) return malformed("a key without a value");
        if (count == 0 && token.size() <= longest_cmcd_text) value.text = token;
        if (count == 0) value.truth = token == "?1" || token == "true";
        if (count < value.numbers.size()) value.numbers[count] = number(token);
        return {};
    }

    Result<> parameters() {
        while (take(';')) {
            key();
            CmcdValue ignored;
            if (take('='))
                if (auto read = item_only(ignored); !read) return read;
        }
        return {};
    }

    /// A parameter's value has no parameters of its own.
    Result<> item_only(CmcdValue& value) {
        if (!take('"')) {
            take_while([](char letter) {
                return letter != ',' && letter != ';' && letter != ')' && letter != ' ';
            });
            return {};
        }
        value.text = take_while([](char letter) { return letter != '"'; });
        return take('"') ? Result<>{} : malformed("a text without an end");
    }

    /// Whole or decimal; negative and absurd ones count as absent.
    static std::int64_t number(std::string_view token) {
        std::int64_t whole = absent;
        const auto [end, error] = std::from_chars(token.begin(), token.end(), whole);
        constexpr std::int64_t largest = 1'000'000'000'000'000;
        if (error != std::errc() || whole < 0 || whole > largest) return absent;
        const bool round_up = end + 1 < token.end() && *end == '.' && end[1] >= '5' && end[1] <= '9';
        return round_up ? whole + 1 : whole;
    }

    std::string_view rest_;
};

}  // namespace

Result<CmcdRecord> parse_cmcd(std::string_view text) {
    Reader reader(text);
    CmcdRecord record;
    for (reader.skip_spaces(); !reader.at_end(); reader.skip_spaces()) {
        const auto key = reader.key();
        if (key.empty()) return malformed("no key where one has to be");
        CmcdValue value;
        value.truth = true;
        if (reader.take('=')) {
            TRY(value, reader.value());
        }
        set_cmcd(record, key, value);
        reader.skip_spaces();
        if (!reader.at_end() && !reader.take(',')) return malformed("no comma after a value");
    }
    return record;
}

}  // namespace tally::analytics
