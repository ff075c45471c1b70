// Dates: a date that is read has one ISO text and one text of its era, and both read back.
#include "base/testing/fuzz_target.h"
#include "catalog/eras.h"
#include "domain/date_text.h"

namespace kensho {
namespace {

KENSHO_FUZZ(date) {
  static const EraTable eras = catalog::load_eras().value();
  if (const auto iso = parse_iso_date(input)) ENSURE(iso->iso() == input);
  const DateReading reading = read_date(input, eras);
  if (const auto* refusal = std::get_if<DateRefusal>(&reading)) {
    ENSURE(refusal->reason == reason_of(refusal->problem));
    return;
  }
  const Date date = std::get<Date>(reading);
  ENSURE(date >= *Date::from_ymd(1583, 1, 1));
  ENSURE(parse_iso_date(date.iso()) == date);
  ENSURE(std::get<Date>(read_date(date.iso(), eras)) == date);
  ENSURE(Date::from_days_since_1970(date.days_since_1970()) == date);
  if (const auto text = era_text(date, eras))
    ENSURE(std::get<Date>(read_date(*text, eras)) == date);
}

}  // namespace
}  // namespace kensho
