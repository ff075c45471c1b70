#include "journal/submission.h"

#include "base/json_read.h"

namespace kensho::journal {

Json to_json(const SubmissionKey& submission) {
  return Json::object().set("client", submission.client).set("key", submission.key);
}

Result<std::optional<SubmissionKey>> read_submission(const Json& payload, std::string_view name) {
  const JsonReader reader(payload, name);
  if (!reader.has("submission")) return std::optional<SubmissionKey>();
  const JsonReader member = TRY(reader.object("submission"));
  std::string client = TRY(member.text("client"));
  return std::optional(SubmissionKey{std::move(client), TRY(member.text("key"))});
}

}  // namespace kensho::journal
