// A setting by its dotted name, whatever its type; and the keys of a described struct of described structs.
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

/// Every key of `settings`, in the order they are declared. They refer to it: it must outlive them.
template <class Settings>
std::vector<Key> keys_of(Settings& settings) {
    using boost::describe::describe_members;
    using boost::describe::mod_public;
    std::vector<Key> keys;
    boost::mp11::mp_for_each<describe_members<Settings, mod_public>>([&](auto section) {
        auto& table = settings.*section.pointer;
        using Table = std::remove_reference_t<decltype(table)>;
        boost::mp11::mp_for_each<describe_members<Table, mod_public>>([&](auto member) {
            keys.push_back(make_key(fmt::format("{}.{}", section.name, member.name), table.*member.pointer));
        });
    });
    return keys;
}

}  // namespace tally::config
