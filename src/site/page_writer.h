// What every page is written with: where it is, its language, its frame, the numbers it shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "report/html.h"
#include "report/parts.h"
#include "report/shown_values.h"
#include "report/wording.h"
#include "site/site.h"

namespace kensho::site {

/// Where a page lies below its language's folder: "therapies/index.html".
inline constexpr std::string_view home_path = "index.html";
inline constexpr std::string_view list_path = "therapies/index.html";
inline constexpr std::string_view verify_path = "verify/index.html";
inline constexpr std::string_view not_found_path = "not-found.html";
/// Outside the languages' folders: the page that checks receipts speaks both.
inline constexpr std::string_view receipt_check_path = "verify-receipt.html";
std::string offer_path(const OfferPage& offer);
std::string report_path(const RecordedStudy& study);

/// How a page points to others: from where it lies, so that a copied folder works, or from the top
/// of the server, for the page that answers at any address.
enum class Links : unsigned char { relative, from_top };

/// One page in one language while it is written. Borrows the input and the texts.
class PageWriter {
 public:
  PageWriter(const SiteInput& input, const Texts& texts, Language language, std::string path,
             Links links = Links::relative)
      : input_(&input), words_(texts, language), path_(std::move(path)), links_(links) {}

  const SiteInput& input() const { return *input_; }
  const report::Wording& words() const { return words_; }
  int offset() const { return input_->registry.utc_offset_minutes; }

  /// The link from this page to another of its language, or to a file of the site.
  std::string link(std::string_view path) const;
  /// The same page in the other language.
  std::string other_language() const;
  /// This page's address in the site: "en/therapies/index.html".
  std::string address() const;

  report::ShownValues& shown() { return shown_; }
  /// Notes a number and gives its text back.
  std::string show(std::string id, std::string value) {
    return shown_.show(std::move(id), std::move(value));
  }

  /// What stands in the frame.
  struct Content {
    std::string title;
    std::string description;
    std::string_view menu;  // the path of the menu's entry it belongs to
    report::Html main;
  };
  /// The whole page: frame, notices, footer.
  Page finish(const Content& content) const;

 private:
  const SiteInput* input_;
  report::Wording words_;
  std::string path_;
  Links links_;
  report::ShownValues shown_;
};

/// Steps from the home page down to a page; the last one is the page itself.
struct Crumb {
  std::string name;
  std::string link;
};
report::Html crumbs(const std::vector<Crumb>& steps, const report::Wording& words);

/// What a page is based on: checkpoint, root, rule set, engine.
std::vector<report::Pair> stamp(const PageWriter& writer);

}  // namespace kensho::site
