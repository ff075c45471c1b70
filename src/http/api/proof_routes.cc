#include "http/api/proof_routes.h"

namespace kensho::api {

Result<std::uint64_t> seq_of(const Request& request) {
  const auto number = request.path_int("seq");
  if (!number || *number < 0)
    return Error{Errc::not_found, "the address must end with the number of an entry, from 0 on"};
  return static_cast<std::uint64_t>(*number);
}

Response proof_response(std::string text) {
  Response response = respond(200, "text/plain; charset=utf-8", std::move(text));
  response.headers.push_back({"Cache-Control", "no-cache"});
  return response;
}

std::vector<Route> proof_routes(ledger::ProofSource& proofs) {
  const auto proof = [&proofs](const Request& request) -> Result<Response> {
    const std::uint64_t seq = TRY(seq_of(request));
    return proof_response(format_log_proof(TRY(proofs.proof(seq))));
  };
  return {{Method::get, "/api/v1/proofs/{seq}", proof,
           "That an entry is in the newest signed tree, as a .tlog-proof"}};
}

}  // namespace kensho::api
