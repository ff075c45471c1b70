#include "app/withdraw_consent.h"

#include <fmt/format.h>

#include "journal/payload.h"

namespace kensho::app {
namespace {

Status check_standing(const Batch& batch, const WithdrawalRequest& request) {
  const auto known = TRY(batch.participant(request.institution, request.participant));
  if (!known) {
    return Error{Errc::not_found,
                 fmt::format("no participant with this id is registered at institution '{}'",
                             request.institution)};
  }
  if (known->withdrawn)
    return Error{Errc::conflict, "this participant withdrew before; nothing was changed"};
  if (known->erased)
    return Error{Errc::conflict, "this participant was erased before; nothing was changed"};
  return ok();
}

/// The day of the withdrawal in the registry's calendar.
Result<Date> day_of(const Journal& journal, const WithdrawalRequest& request) {
  const Registry opened = TRY(journal.registry(1));
  const auto day = calendar_day(journal.clock().now(), opened.profile.utc_offset_minutes);
  const Date today = *Date::from_days_since_1970(day.time_since_epoch().count());
  if (request.on.value_or(today) <= today) return request.on.value_or(today);
  return Error{Errc::invalid_argument, fmt::format("the withdrawal is dated {}, after today ({})",
                                                   request.on->iso(), today.iso())};
}

}  // namespace

Result<Receipt> withdraw_consent(Journal& journal, const WithdrawalRequest& request) {
  if (request.reason.empty())
    return Error{Errc::invalid_argument,
                 "a withdrawal needs a reason, as 'asked for it by letter'"};
  const Date on = TRY(day_of(journal, request));
  Batch batch = TRY(journal.begin(request.actor));
  TRY(check_standing(batch, request));
  TRY(batch.add(
      {.kind = journal::kind::consent_withdrawn,
       .subject = request.participant,
       .reason = request.reason,
       .payload = journal::to_json(Withdrawal{request.institution, request.participant, on})}));
  return batch.commit();
}

}  // namespace kensho::app
