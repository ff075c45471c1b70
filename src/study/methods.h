// The one table of the study's methods.
#pragma once

#include <optional>
#include <span>

#include "base/json.h"
#include "study/dataset.h"
#include "study/protocol.h"

namespace kensho::study {

/// What a method works on.
struct MethodInput {
  const Dataset& dataset;
  const Protocol& protocol;
  const Analysis& analysis;
};

/// A method that a protocol can name. Its card is docs/methods/<name>.md.
struct Method {
  std::string_view name;
  int version;                                // rises when a number it gives could change
  std::optional<EndpointType> endpoint_type;  // none: it needs no endpoint
  bool needs_groups;
  /// The result document of one analysis. Errors: invalid_argument where the data cannot bear it.
  Result<Json> (*run)(const MethodInput&);
};

std::span<const Method> methods();
const Method* find_method(std::string_view name);

}  // namespace kensho::study
