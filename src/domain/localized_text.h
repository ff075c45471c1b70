#pragma once

#include <string>

namespace kensho {

/// The two languages of every word Kensho shows; equal everywhere.
enum class Language : unsigned char { english, japanese };

/// A text in both languages.
struct LocalizedText {
  std::string en;
  std::string ja;

  const std::string& in(Language language) const {
    return language == Language::japanese ? ja : en;
  }
  bool operator==(const LocalizedText&) const = default;
};

}  // namespace kensho
