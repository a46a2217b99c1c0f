// Action Message Format 0: what RTMP's commands and metadata are written in (Adobe AMF0 specification).
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tally::container::amf0 {

struct Value;
struct Member;

struct Undefined {
    friend bool operator==(Undefined, Undefined) = default;
};

struct Null {
    friend bool operator==(Null, Null) = default;
};

/// Members keep their order. An ECMA array is an object that says how many members it has; peers mix the two.
struct Object {
    Object() = default;
    Object(std::initializer_list<Member> list);

    std::vector<Member> members;
    bool ecma_array = false;
    friend bool operator==(const Object&, const Object&) = default;
};

struct StrictArray {
    std::vector<Value> items;
    friend bool operator==(const StrictArray&, const StrictArray&) = default;
};

struct Date {
    double milliseconds = 0;  // since 1970 in UTC
    friend bool operator==(const Date&, const Date&) = default;
};

struct Value {
    Value() = default;
    Value(Null null);
    Value(bool boolean);
    Value(double number);
    Value(int number);
    Value(std::uint32_t number);
    Value(const char* text);
    Value(std::string_view text);
    Value(std::string text);
    Value(Object object);
    Value(StrictArray array);
    Value(Date date);

    /// Null when the value is of another type.
    template <class T>
    const T* get_if() const {
        return std::get_if<T>(&data);
    }

    double number_or(double otherwise) const;
    /// Empty when this is no string.
    std::string_view text() const;
    /// A member by name; null when there is none or this is no object.
    const Value* find(std::string_view name) const;

    std::variant<Undefined, Null, bool, double, std::string, Object, StrictArray, Date> data;
    friend bool operator==(const Value&, const Value&) = default;
};

struct Member {
    std::string name;
    Value value;
    friend bool operator==(const Member&, const Member&) = default;
};

/// All values of a message. Errc::too_large over 16 levels of nesting or 4096 values.
Result<std::vector<Value>> decode(ByteView bytes);

/// The values one after another.
Bytes encode(std::span<const Value> values);

inline Bytes encode(std::initializer_list<Value> values) {
    return encode(std::span(values.begin(), values.size()));
}

}  // namespace tally::container::amf0
