// XML as far as manifests need it: tags in order, their attributes, and the text behind them. Namespaces,
// processing instructions and document types are passed over.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tally::load {

struct XmlTag {
    std::string_view name;  // without a prefix
    std::string_view attributes;
    bool closes = false;  // </name>
    bool empty = false;   // <name/>

    /// Its value with entities resolved; empty when there is none.
    std::string attribute(std::string_view wanted) const;
};

class XmlReader {
public:
    /// `text` outlives the reader and its tags.
    explicit XmlReader(std::string_view text) : rest_(text) {}

    /// The next tag; empty at the end, and at what is no XML.
    std::optional<XmlTag> next();
    /// What stands between the tag that was read last and the next.
    std::string text() const;

private:
    std::string_view rest_;
};

}  // namespace tally::load
