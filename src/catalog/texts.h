// Every word that people read, in both languages: catalog/i18n and the words of the classes.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/localized_text.h"

namespace kensho {

/// What takes the place of `{name}` in a text.
struct Fill {
  std::string_view name;
  std::string value;
};

/// The texts by key: "home.title" of catalog/i18n, "class.approved.name" of
/// catalog/declaration/classes.toml. The elements of a list have their number as the last part.
class Texts {
 public:
  /// Reads the files inside the program. Errors: invalid_argument with file and line: a text that
  /// is there in one language only, or whose placeholders differ between the two.
  static Result<Texts> load();

  /// The text with its placeholders filled in; fills it does not name are ignored.
  /// Contract: the key exists and `fills` has every placeholder of the text. Both are mistakes of
  /// the programmer, not of a user.
  std::string in(Language language, std::string_view key,
                 std::initializer_list<Fill> fills = {}) const;

  /// Both languages of a text, not filled in. Contract: the key exists.
  const LocalizedText& both(std::string_view key) const;

  /// How many elements the list of that key has; 0 where there is none.
  std::size_t list_size(std::string_view key) const;

  bool has(std::string_view key) const { return by_key_.contains(key); }

  /// Every key, in order.
  std::vector<std::string> keys() const;

 private:
  std::map<std::string, LocalizedText, std::less<>> by_key_;
};

/// The names of the placeholders of a text, in order and without repetition.
std::vector<std::string> placeholders(std::string_view text);

}  // namespace kensho
