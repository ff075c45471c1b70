#include "http/witness/witness_routes.h"

#include <fmt/format.h>

#include "base/json.h"
#include "http/error_response.h"
#include "http/status.h"
#include "ledger/add_checkpoint.h"

namespace kensho::witness_api {
namespace {

using witness::Answer;
using witness::LogState;
using witness::Outcome;
using witness::Witness;

constexpr const char* plain_text = "text/plain; charset=utf-8";

// A problem document with one member more, by which a program knows that this is no usual refusal.
Response stopped(const std::string& id) {
  const Json problem = Json::object()
                           .set("type", "about:blank")
                           .set("title", status_reason(403))
                           .set("status", 403)
                           .set("detail",
                                "this log signed two histories; this witness cosigns nothing of it "
                                "until its operator has acted")
                           .set("split_view", fmt::format("/logs/{}/split-view.json", id));
  return respond(403, "application/problem+json", to_json_text(problem));
}

Response to_response(const Answer& answer) {
  switch (answer.outcome) {
    case Outcome::cosigned:
      return respond(200, plain_text, answer.body);
    case Outcome::malformed:
      return problem_response(400, answer.body);
    case Outcome::unknown_log:
      return problem_response(404, "this witness does not watch a log of this origin");
    case Outcome::not_signed:
      return problem_response(403, "no key that this witness trusts for the origin signed it");
    case Outcome::old_size_too_big:
      return problem_response(400, "the old size is above the size of the checkpoint");
    case Outcome::other_size:
      return respond(409, std::string(ledger::tree_size_type), answer.body);
    case Outcome::bad_proof:
      return problem_response(422,
                              "the proof does not lead from the tree that this witness "
                              "cosigned last to the tree of the checkpoint");
    case Outcome::stopped:
      return stopped(answer.body);
  }
  ENSURE(false);
}

bool is_well(const LogState& log) {
  return !log.split && log.problem.empty();
}

std::string describe(const LogState& log) {
  std::string text = fmt::format("{}\n  size {}, /logs/{}/checkpoint\n",
                                 log.origin.empty() ? log.id : log.origin, log.size, log.id);
  if (log.split) {
    text += fmt::format(
        "  SPLIT VIEW: this log signed two histories; nothing of it is cosigned\n"
        "  /logs/{}/split-view.json\n",
        log.id);
  }
  if (!log.problem.empty()) text += "  OUT OF ORDER: what is held of this log cannot be read\n";
  return text;
}

Result<Response> page(const Witness& witness) {
  std::string text =
      fmt::format("A witness of transparency logs (c2sp.org/tlog-witness)\n\nname {}\nkey  {}\n\n",
                  witness.key().name(), witness.key().text());
  for (const LogState& log : TRY(witness.state())) text += describe(log);
  return respond(200, plain_text, text);
}

Result<Response> health(const Witness& witness) {
  std::string text;
  for (const LogState& log : TRY(witness.state()))
    if (!is_well(log)) text += describe(log);
  return text.empty() ? respond(200, plain_text, "ok\n") : respond(503, plain_text, text);
}

}  // namespace

std::vector<Route> witness_routes(Witness& witness) {
  return {{Method::post, "/add-checkpoint",
           [&witness](const Request& request) -> Result<Response> {
             return to_response(TRY(witness.add_checkpoint(request.body)));
           },
           "Cosigns a checkpoint that extends the one cosigned last"},
          {Method::get, "/", [&witness](const Request&) { return page(witness); },
           "The witness and its logs"},
          {Method::get, "/healthz", [&witness](const Request&) { return health(witness); },
           "Whether every log is in order"},
          {Method::get, "/logs/{id}/checkpoint",
           [&witness](const Request& request) -> Result<Response> {
             return respond(200, plain_text, TRY(witness.held_note(request.path_text("id"))));
           },
           "The newest checkpoint cosigned of a log"},
          {Method::get, "/logs/{id}/split-view.json",
           [&witness](const Request& request) -> Result<Response> {
             return respond(200, "application/json",
                            TRY(witness.evidence(request.path_text("id"))));
           },
           "The evidence that a log contradicted itself"}};
}

}  // namespace kensho::witness_api
