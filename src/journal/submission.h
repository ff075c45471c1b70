// The member `submission` of a payload: which client sent the entry, under which key of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace kensho::journal {

/// What makes a repeated request known: the client and the key it gave the request. Part of the
/// payload, so the view of it is made from the journal alone and goes with the payload.
struct SubmissionKey {
  std::string client;
  std::string key;

  friend auto operator<=>(const SubmissionKey&, const SubmissionKey&) = default;
};

Json to_json(const SubmissionKey& submission);

/// The submission a payload came by; empty where it came another way.
/// Errors: invalid_argument naming place, field and rule.
Result<std::optional<SubmissionKey>> read_submission(const Json& payload, std::string_view name);

}  // namespace kensho::journal
