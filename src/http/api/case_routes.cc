#include "http/api/case_routes.h"

#include <fmt/format.h>

#include "app/sent_report.h"
#include "base/json.h"
#include "domain/identifier.h"
#include "http/api/proof_routes.h"
#include "http/error_response.h"

namespace kensho::api {
namespace {

constexpr std::string_view bearer = "bearer ";

/// A refusal that has its response already.
using Refused = std::optional<Response>;

Response unauthorized(std::string_view detail, std::string challenge) {
  Response response = problem_response(401, detail);
  response.headers.push_back({"WWW-Authenticate", std::move(challenge)});
  return response;
}

/// The token of "Authorization: Bearer TOKEN"; empty where there is none. The scheme's name is
/// written in any case.
std::string_view token_of(const Request& request) {
  const std::string_view header = request.header("authorization").value_or("");
  if (header.size() <= bearer.size()) return {};
  for (std::size_t i = 0; i < bearer.size(); ++i)
    if ((header[i] | (bearer[i] == ' ' ? 0 : 0x20)) != bearer[i]) return {};
  return header.substr(bearer.size());
}

/// Lets a request in or gives its refusal. Whatever goes wrong, nobody is let in.
Refused authenticate(const CaseApi& api, const Request& request, app::Actor& sender) {
  const std::string_view token = token_of(request);
  if (token.empty()) {
    return unauthorized("this address needs the header Authorization: Bearer TOKEN",
                        "Bearer realm=\"kensho\"");
  }
  auto found = api.clients.find(token);
  if (!found) return error_response({Errc::corrupted, found.error().message});
  if (!*found) {
    return unauthorized("the token is not valid here; ask the registry's operator for a new one",
                        "Bearer realm=\"kensho\", error=\"invalid_token\"");
  }
  sender = **found;
  return std::nullopt;
}

bool is_json(const Request& request) {
  const std::string_view type = request.header("content-type").value_or("");
  return type.substr(0, type.find(';')) == "application/json";
}

Result<std::string> idempotency_key(const Request& request) {
  const std::string_view key = request.header("idempotency-key").value_or("");
  if (is_identifier(key)) return std::string(key);
  return Error{Errc::invalid_argument,
               "the header Idempotency-Key must be a new id for each report, such as a UUID: 1 to "
               "64 letters, digits, '-', '_' or '.'; a repeated request bears the same"};
}

Response unavailable(const Error& error) {
  Response response = error_response(error);
  response.headers.push_back({"Retry-After", "1"});
  return response;
}

/// What the sequencer could not accept. It sees well-formed reports only: what is invalid there
/// breaks a rule of the registry.
Response refusal_of(const Error& error) {
  if (error.code == Errc::invalid_argument) return problem_response(422, error.message);
  if (error.code == Errc::unavailable) return unavailable(error);
  return error_response(error);
}

Response accepted_response(const app::Accepted& accepted) {
  Response response =
      respond(accepted.repeated ? 200 : 201, "application/json",
              fmt::format(R"({{"seq":{},"checkpoint_size":{},"receipt":{}}})", accepted.seq,
                          accepted.checkpoint_size, json_quoted(accepted.receipt)));
  response.headers.push_back({"Location", fmt::format("/api/v1/receipts/{}", accepted.seq)});
  return response;
}

/// Errors: invalid_argument: the request is not a report; permission_denied.
Result<app::SealedReport> read_submission(const CaseApi& api, const Request& request,
                                          const app::Actor& sender) {
  const std::string key = TRY(idempotency_key(request));
  CaseReport report = TRY(app::read_sent_report(request.body, api.variables));
  if (report.institution != sender.organisation) {
    return Error{
        Errc::permission_denied,
        fmt::format("'institution': this client may report for '{}' only", sender.organisation)};
  }
  return app::seal_report(sender, key, std::move(report));
}

void post_case(const CaseApi& api, const Request& request, const Responder& respond) {
  app::Actor sender;
  if (Refused refused = authenticate(api, request, sender)) return respond(*std::move(refused));
  if (!is_json(request))
    return respond(problem_response(415, "the header Content-Type must be application/json"));
  auto sealed = read_submission(api, request, sender);
  if (!sealed) return respond(sealed.error());
  const Status queued = api.sequencer.submit(
      std::move(sealed).value(), [respond](const Result<app::Accepted>& outcome) {
        respond(outcome ? accepted_response(*outcome) : refusal_of(outcome.error()));
      });
  if (!queued) respond(unavailable(queued.error()));
}

Result<Response> get_receipt(const CaseApi& api, const Request& request) {
  app::Actor reader;
  if (Refused refused = authenticate(api, request, reader)) return *std::move(refused);
  const std::uint64_t seq = TRY(seq_of(request));
  Response response = proof_response(TRY(api.receipts.receipt(reader, seq)));
  response.headers = {{"Cache-Control", "no-store"}};  // it opens the entry
  return response;
}

}  // namespace

std::vector<Route> case_routes(CaseApi api) {
  return {{.method = Method::post,
           .pattern = "/api/v1/cases",
           .summary = "Take a case report into the journal; answers with its receipt",
           .async_handler = [api](const Request& request,
                                  const Responder& respond) { post_case(api, request, respond); }},
          {Method::get, "/api/v1/receipts/{seq}",
           [api](const Request& request) { return get_receipt(api, request); },
           "The receipt of an entry, for the organisation that sent it"}};
}

}  // namespace kensho::api
