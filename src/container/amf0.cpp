#include "container/amf0.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

namespace tally::container::amf0 {

namespace {

constexpr int max_depth = 16;
constexpr std::size_t max_values = 4096;

enum Marker : std::uint8_t {
    number_marker = 0,
    boolean_marker = 1,
    string_marker = 2,
    object_marker = 3,
    null_marker = 5,
    undefined_marker = 6,
    ecma_array_marker = 8,
    object_end_marker = 9,
    strict_array_marker = 10,
    date_marker = 11,
    long_string_marker = 12,
    unsupported_marker = 13,
    xml_document_marker = 15,
    typed_object_marker = 16,
};

class Decoder {
public:
    explicit Decoder(ByteView bytes) : reader_(bytes) {}

    bool done() const { return reader_.remaining() == 0; }

    Result<Value> value(int depth) {
        if (depth > max_depth)
            return fail(Errc::too_large, fmt::format("amf0: over {} levels deep", max_depth));
        if (++values_ > max_values)
            return fail(Errc::too_large, fmt::format("amf0: over {} values", max_values));
        const auto marker = reader_.u8();
        auto decoded = is_compound(marker) ? compound(marker, depth) : simple(marker);
        if (reader_.failed()) return fail(Errc::truncated, "amf0: a value ends too early");
        return decoded;
    }

private:
    static bool is_compound(std::uint8_t marker) {
        return marker == object_marker || marker == ecma_array_marker || marker == strict_array_marker ||
               marker == typed_object_marker;
    }

    Result<Value> simple(std::uint8_t marker) {
        switch (marker) {
            case number_marker:
                return Value(std::bit_cast<double>(reader_.u64()));
            case boolean_marker:
                return Value(reader_.u8() != 0);
            case string_marker:
                return Value(short_string());
            case null_marker:
                return Value(Null{});
            case undefined_marker:
            case unsupported_marker:
                return Value();
            case long_string_marker:
            case xml_document_marker:
                return Value(text_of(reader_.take(reader_.u32())));
            case date_marker: {
                const Date date{std::bit_cast<double>(reader_.u64())};
                reader_.skip(2);  // time zone: reserved, 0
                return Value(date);
            }
            default:
                return fail(Errc::malformed, fmt::format("amf0: marker {}", marker));
        }
    }

    Result<Value> compound(std::uint8_t marker, int depth) {
        if (marker == strict_array_marker) return strict_array(depth);
        if (marker == typed_object_marker) short_string();  // the class means nothing here
        if (marker == ecma_array_marker) reader_.skip(4);   // the count is only a hint
        return object(marker == ecma_array_marker, depth);
    }

    Result<Value> object(bool ecma_array, int depth) {
        Object object;
        object.ecma_array = ecma_array;
        for (;;) {
            const auto name = short_string();
            if (reader_.failed()) return fail(Errc::truncated, "amf0: an object without its end");
            if (name.empty() && next_is_object_end()) return Value(std::move(object));
            TRY(auto member, value(depth + 1));
            object.members.push_back({std::string(name), std::move(member)});
        }
    }

    Result<Value> strict_array(int depth) {
        StrictArray array;
        for (auto count = reader_.u32(); count > 0; --count) {
            TRY(auto item, value(depth + 1));
            array.items.push_back(std::move(item));
        }
        return Value(std::move(array));
    }

    bool next_is_object_end() {
        auto ahead = reader_;
        if (ahead.u8() != object_end_marker) return false;
        reader_ = ahead;
        return true;
    }

    std::string_view short_string() { return text_of(reader_.take(reader_.u16())); }

    ByteReader reader_;
    std::size_t values_ = 0;
};

class Encoder {
public:
    void value(const Value& value) {
        std::visit([this](const auto& data) { write(data); }, value.data);
    }

    Bytes take() { return writer_.take(); }

private:
    void write(Undefined) { writer_.u8(undefined_marker); }

    void write(Null) { writer_.u8(null_marker); }

    void write(bool boolean) {
        writer_.u8(boolean_marker);
        writer_.u8(boolean ? 1 : 0);
    }

    void write(double number) {
        writer_.u8(number_marker);
        writer_.u64(std::bit_cast<std::uint64_t>(number));
    }

    void write(const std::string& text) {
        if (text.size() <= longest_short_string) {
            writer_.u8(string_marker);
            name(text);
        } else {
            writer_.u8(long_string_marker);
            writer_.u32(static_cast<std::uint32_t>(text.size()));
            writer_.text(text);
        }
    }

    void write(const Object& object) {
        writer_.u8(object.ecma_array ? ecma_array_marker : object_marker);
        if (object.ecma_array) writer_.u32(static_cast<std::uint32_t>(object.members.size()));
        for (const auto& member : object.members) {
            name(member.name);
            value(member.value);
        }
        name({});
        writer_.u8(object_end_marker);
    }

    void write(const StrictArray& array) {
        writer_.u8(strict_array_marker);
        writer_.u32(static_cast<std::uint32_t>(array.items.size()));
        for (const auto& item : array.items)
            value(item);
    }

    void write(const Date& date) {
        writer_.u8(date_marker);
        writer_.u64(std::bit_cast<std::uint64_t>(date.milliseconds));
        writer_.u16(0);
    }

    void name(std::string_view text) {
        writer_.u16(static_cast<std::uint16_t>(text.size()));
        writer_.text(text);
    }

    static constexpr std::size_t longest_short_string = std::numeric_limits<std::uint16_t>::max();
    ByteWriter writer_;
};

}  // namespace

Object::Object(std::initializer_list<Member> list) : members(list) {}

Value::Value(Null null) : data(null) {}

Value::Value(bool boolean) : data(boolean) {}

Value::Value(double number) : data(number) {}

Value::Value(int number) : data(static_cast<double>(number)) {}

Value::Value(std::uint32_t number) : data(static_cast<double>(number)) {}

Value::Value(const char* text) : data(std::string(text)) {}

Value::Value(std::string_view text) : data(std::string(text)) {}

Value::Value(std::string text) : data(std::move(text)) {}

Value::Value(Object object) : data(std::move(object)) {}

Value::Value(StrictArray array) : data(std::move(array)) {}

Value::Value(Date date) : data(date) {}

double Value::number_or(double otherwise) const {
    const auto* number = get_if<double>();
    return number != nullptr ? *number : otherwise;
}

std::string_view Value::text() const {
    const auto* text = get_if<std::string>();
    return text != nullptr ? std::string_view(*text) : std::string_view();
}

const Value* Value::find(std::string_view name) const {
    const auto* object = get_if<Object>();
    if (object == nullptr) return nullptr;
    const auto member = std::ranges::find(object->members, name, &Member::name);
    return member != object->members.end() ? &member->value : nullptr;
}

Result<std::vector<Value>> decode(ByteView bytes) {
    std::vector<Value> values;
    Decoder decoder(bytes);
    while (!decoder.done()) {
        TRY(auto value, decoder.value(1));
        values.push_back(std::move(value));
    }
    return values;
}

Bytes encode(std::span<const Value> values) {
    Encoder encoder;
    for (const auto& value : values)
        encoder.value(value);
    return encoder.take();
}

}  // namespace tally::container::amf0
