// Texts that many clients fetch: compressed and tagged once, when they are rendered.
#pragma once

#include "package/output.hpp"

#include <string>

namespace tally::package {

Document make_document(std::string text);

}  // namespace tally::package
