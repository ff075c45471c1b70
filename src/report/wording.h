// Texts, dates and numbers in one language.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "catalog/texts.h"
#include "domain/date.h"

namespace kensho::report {

/// Everything a page says, in its language. Borrows the texts, which must outlive it.
class Wording {
 public:
  Wording(const Texts& texts, Language language) : texts_(&texts), language_(language) {}

  Language language() const { return language_; }
  const Texts& texts() const { return *texts_; }

  /// The text of a key (catalog/texts.h).
  std::string operator()(std::string_view key, std::initializer_list<Fill> fills = {}) const {
    return texts_->in(language_, key, fills);
  }
  const std::string& operator()(const LocalizedText& text) const { return text.in(language_); }

  std::string date(Date date) const;
  /// The calendar day at that moment, `offset_minutes` east of UTC.
  std::string date(TimeUtc time, int offset_minutes) const;
  std::string date_time(TimeUtc time, int offset_minutes) const;

  std::string count(std::int64_t count) const;
  /// A number of people; from 1 to 9 as "fewer than 10".
  std::string people(std::int64_t count) const;
  /// A number of administrations, small ones in the same way.
  std::string times(std::int64_t count) const;
  /// A number of things that happened to people, small ones in the same way.
  std::string events(std::int64_t count) const;

  /// A share from 0 to 1 as "12.5%".
  std::string percent(double fraction) const;
  /// A confidence level: 0.95 as "95%".
  std::string level(double confidence) const;
  /// "8.1 to 17.4%", and the same for other numbers; an em dash where there is no interval.
  std::string percent_interval(std::optional<double> lower, std::optional<double> upper) const;
  std::string interval(std::optional<double> lower, std::optional<double> upper,
                       int decimals) const;

  /// A time after treatment: "365 days (12 months)"; months where they come out even.
  std::string days(double days) const;

  /// "label: value" and "text (note)" in the language's punctuation.
  std::string labelled(std::string_view label, std::string_view value) const;
  std::string noted(std::string_view text, std::string_view note) const;

 private:
  const Texts* texts_;
  Language language_;
};

/// The calendar day at that moment, `offset_minutes` east of UTC.
Date local_date(TimeUtc time, int offset_minutes);

}  // namespace kensho::report
