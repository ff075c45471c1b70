#include <fmt/format.h>

#include "report/parts.h"
#include "site/pages.h"

namespace kensho::site {
namespace {

using report::Children;
using report::element;
using report::fragment;
using report::heading;
using report::Html;
using report::paragraph;
using report::Wording;

Html command(std::string_view line) {
  return element("pre", {{"class", "code"}}, {line});
}

Html plain_part(const Wording& words) {
  const Html steps = element(
      "ol", {{"class", "plain"}},
      {element("li", {}, {words("verify.plain_1")}), element("li", {}, {words("verify.plain_2")}),
       element("li", {}, {words("verify.plain_3")}), element("li", {}, {words("verify.plain_4")})});
  return report::section(
      "how", words("verify.plain_title"),
      {steps, report::notice(report::NoticeKind::info, words("verify.privacy_title"),
                             words("verify.privacy"))});
}

Html step(const std::string& title, const Children& content) {
  return element("li", {}, {heading(3, title), fragment(content)});
}

Html steps_part(const PageWriter& writer) {
  const Wording& words = writer.words();
  const Html files = report::pairs({{"manifest.json", words("verify.file_manifest")},
                                    {"manifest.entry.json", words("verify.file_entry")},
                                    {"manifest.tlog-proof", words("verify.file_proof")}});
  const std::string line = fmt::format("kensho verify SITE_FOLDER --key '{}'", writer.input().key);
  const Html steps = element(
      "ol", {{"class", "steps"}},
      {step(words("verify.step_save_title"), {paragraph(words("verify.step_save_text"))}),
       step(words("verify.step_tool_title"), {paragraph(words("verify.step_tool_text"))}),
       step(words("verify.step_run_title"),
            {paragraph(words("verify.step_run_text")), command(line)}),
       step(words("verify.step_read_title"), {paragraph(words("verify.step_read_text")), files}),
       step(words("verify.step_log_title"), {paragraph(words("verify.step_log_text"))})});
  return report::section("steps", words("verify.steps_title"), {steps});
}

Html receipt_part(const PageWriter& writer) {
  const Wording& words = writer.words();
  const std::string language(report::language_tag(words.language()));
  const std::string link = writer.link("../" + std::string(receipt_check_path)) + "#" + language;
  const Html button =
      element("a", {{"class", "button"}, {"href", link}}, {words("verify.receipt_link")});
  return report::section("receipt", words("verify.receipt_title"),
                         {paragraph(words("verify.receipt_text")), element("p", {}, {button})});
}

Html checkpoint_part(const PageWriter& writer) {
  const Wording& words = writer.words();
  return report::section("checkpoint", words("verify.checkpoint_title"),
                         {paragraph(words("verify.checkpoint_note")),
                          command(writer.input().checkpoint), heading(3, words("verify.key_title")),
                          paragraph(words("verify.key_text")), command(writer.input().key)});
}

Html proves_part(const Wording& words) {
  return report::section(
      "proves", words("verify.proves_title"),
      {heading(3, words("verify.proves_yes_title")),
       report::plain_list({words("verify.proves_yes_1"), words("verify.proves_yes_2"),
                           words("verify.proves_yes_3")}),
       heading(3, words("verify.proves_no_title")),
       report::plain_list({words("verify.proves_no_1"), words("verify.proves_no_2"),
                           words("verify.proves_no_3"), words("verify.proves_no_4")})});
}

}  // namespace

Page verify_page(PageWriter& writer) {
  const Wording& words = writer.words();
  const Html title = element("header", {{"class", "title"}},
                             {heading(1, words("verify.title")),
                              element("p", {{"class", "lead"}}, {words("verify.lead")})});
  const Html recompute = report::section("recompute", words("verify.recompute_title"),
                                         {paragraph(words("verify.recompute_text"))});
  const Html main = fragment(
      {crumbs({{words("nav.home"), writer.link(home_path)}, {words("verify.title"), ""}}, words),
       title, plain_part(words), steps_part(writer), receipt_part(writer), checkpoint_part(writer),
       proves_part(words), recompute});
  return writer.finish({words("verify.title"), words("verify.lead"), verify_path, main});
}

}  // namespace kensho::site
