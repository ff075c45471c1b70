// The pieces pages are put together from, in the classes of web/site.css.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/localized_text.h"
#include "report/html.h"
#include "report/wording.h"

namespace kensho::report {

/// An icon by its name in web/icons.svg. It says nothing by itself: words stand beside it.
Html icon(std::string_view name);

enum class NoticeKind : unsigned char { info, simulated, warning };

/// A box that must not be overlooked.
Html notice(NoticeKind kind, std::string_view title, std::string_view words);

/// The notice across the page of a registry whose data are simulated.
Html simulated_banner(const Wording& words);

/// The first link of a page: past the frame to the text.
Html skip_link(const Wording& words);

/// A heading, a paragraph, a small remark.
Html heading(int level, std::string_view words);
Html paragraph(std::string_view words);
Html note(std::string_view words);

/// A section of the page: an id to link to, its heading, what stands in it.
Html section(std::string_view id, std::string_view title, const Children& content);

/// A list of sentences.
Html plain_list(const std::vector<std::string>& sentences);

/// Terms with their values; `hash` of a text that should be cut anywhere.
using Pair = std::pair<std::string, Html>;
Html pairs(const std::vector<Pair>& rows);
Html hash(std::string_view text);

/// A whole page that carries its own words of the frame.
struct Document {
  Language language = Language::english;
  std::string title;
  std::string description;
  std::string stylesheet;      // where the sheet is; empty: it stands inside the page
  std::string other_language;  // where the same page is in the other language; empty: nowhere
  Html body;
};

/// The page as text. It loads nothing but its style sheet and runs no script.
std::string to_page(const Document& document);

/// The language as HTML writes it: "en", "ja".
std::string_view language_tag(Language language);

}  // namespace kensho::report
