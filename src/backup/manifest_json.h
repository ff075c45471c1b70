#pragma once

#include "backup/manifest.h"
#include "base/json.h"

namespace kensho::backup {

/// The manifest as JSON, before it is sealed.
Json to_json(const Manifest& manifest);

/// The way back. Errors: invalid_argument naming the field; corrupted: chunks that do not fit.
Result<Manifest> read_manifest(const Json& document, const std::string& name);

}  // namespace kensho::backup
