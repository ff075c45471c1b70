#pragma once

#include "app/clients.h"
#include "app/receipt_reader.h"
#include "app/sequencer.h"
#include "domain/variable.h"
#include "http/router.h"

namespace kensho::api {

/// What the submission API works with. All of it must outlive the routes.
struct CaseApi {
  app::ClientDirectory& clients;
  app::Sequencer& sequencer;
  app::ReceiptReader& receipts;
  const VariableTable& variables;
};

/// POST /api/v1/cases takes a case report of a client for its institution, under an
/// Idempotency-Key: 201 with {seq, checkpoint_size, receipt} once it is durable, 200 for a repeat.
/// GET /api/v1/receipts/{seq} gives the receipt again to the organisation that sent it.
///
/// Refused, as problem+json: 400 not a report, with field and rule; 401 no valid token; 403 another
/// institution; 409 the key was used for other content; 415; 422 a rule of the registry; 503 with
/// Retry-After.
std::vector<Route> case_routes(CaseApi api);

}  // namespace kensho::api
