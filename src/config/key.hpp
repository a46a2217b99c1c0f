// A setting by its dotted name, whatever its type; and the keys of described structs within one another.
#pragma once

#include "config/codec.hpp"

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tally::config {

struct Key {
    std::string name;      // "server.bind"
    std::string expected;  // what a value of it is: "a duration such as \"2s\""
    bool textual = false;  // its TOML form is a string
    std::function<bool(const Value&)> assign;
    std::function<std::string()> literal;  // the value as TOML
};

template <class T>
Key make_key(std::string name, T& field) {
    Key key;
    key.name = std::move(name);
    key.expected = Codec<T>::expected();
    key.textual = Codec<T>::textual;
    key.assign = [&field](const Value& value) {
        auto read = Codec<T>::read(value);
        if (!read) return false;
        field = *std::move(read);
        return true;
    };
    key.literal = [&field] { return Codec<T>::write(field); };
    return key;
}

template <class Struct>
void append_keys(const std::string& prefix, Struct& settings, std::vector<Key>& keys) {
    using boost::describe::describe_members;
    using boost::describe::mod_public;
    boost::mp11::mp_for_each<describe_members<Struct, mod_public>>([&](auto member) {
        auto& field = settings.*member.pointer;
        using Field = std::remove_reference_t<decltype(field)>;
        if constexpr (boost::describe::has_describe_members<Field>::value)
            append_keys(fmt::format("{}{}.", prefix, member.name), field, keys);
        else
            keys.push_back(make_key(fmt::format("{}{}", prefix, member.name), field));
    });
}

/// Every key of `settings`, in the order they are declared. They refer to it: it must outlive them.
template <class Settings>
std::vector<Key> keys_of(Settings& settings) {
    std::vector<Key> keys;
    append_keys("", settings, keys);
    return keys;
}

}  // namespace tally::config
