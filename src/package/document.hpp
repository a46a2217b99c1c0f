// Texts that many clients fetch: compressed and tagged once, when they are rendered.
#pragma once

#include "package/output.hpp"

#include <string>

namespace tally::package {

Document make_document(std::string_view text);

}  // namespace tally::package
