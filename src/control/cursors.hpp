// Page positions as clients carry them: opaque and signed, so that only our own come back.
#pragma once

#include "control/page.hpp"
#include "control/secret.hpp"

namespace tally::control {

class Cursors {
public:
    explicit Cursors(Secret secret) : secret_(std::move(secret)) {}

    /// `list` names the list and its order: a cursor of one is no cursor of another.
    std::string print(std::string_view list, const Position& position) const;
    std::optional<Position> parse(std::string_view list, std::string_view cursor) const;

private:
    Secret secret_;
};

}  // namespace tally::control
