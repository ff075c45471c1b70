// The whole report of a study as one file.
#include <fmt/format.h>

#include "report/analysis_view.h"
#include "report/number_format.h"
#include "report/parts.h"

namespace kensho::report {
namespace {

struct Writer {
  const ReportInput& input;
  DocumentView document;
  ReportContext context;

  const Wording& words() const { return context.words; }
};

std::string registry_title(const Writer& writer) {
  return writer.words()(writer.input.registry_name);
}

Html language_link(const Writer& writer) {
  if (writer.input.other_language.empty()) return {};
  const Wording& words = writer.words();
  const Language other =
      words.language() == Language::japanese ? Language::english : Language::japanese;
  const std::string tag(language_tag(other));
  const std::string name = words(other == Language::japanese ? "language.ja" : "language.en");
  const Html link = element(
      "a", {{"href", writer.input.other_language}, {"lang", tag}, {"hreflang", tag}}, {name});
  return element("nav", {{"class", "lang"}, {"aria-label", words("site.language")}},
                 {element("ul", {}, {element("li", {}, {link})})});
}

Html site_header(const Writer& writer) {
  const Html name = element("span", {{"class", "brand-name"}}, {registry_title(writer)});
  const Html tag = element("span", {{"class", "brand-tag"}}, {writer.words()("site.tagline")});
  const Html brand =
      writer.input.back.empty()
          ? element("p", {{"class", "brand"}}, {name, tag})
          : element("a", {{"class", "brand"}, {"href", writer.input.back}}, {name, tag});
  return element("header", {{"class", "site"}},
                 {element("div", {{"class", "wrap bar"}}, {brand, language_link(writer)})});
}

Html simulated_notice(const Writer& writer) {
  const Json* simulated = writer.input.result.find("simulated");
  if (!simulated || !simulated->if_bool() || !*simulated->if_bool()) return {};
  return simulated_banner(writer.words());
}

std::string entry_text(const Wording& words, std::uint64_t entry) {
  return words("format.entry", {{"entry", format_count(static_cast<std::int64_t>(entry))}});
}

void add_seal(std::vector<Pair>& rows, const Writer& writer) {
  const Wording& words = writer.words();
  const DocumentView protocol = writer.document.object("protocol");
  const std::string version = std::to_string(protocol.integer("version"));
  rows.emplace_back(
      words("report.protocol"),
      words("report.protocol_version", {{"id", protocol.text("id")}, {"version", version}}));
  const std::string sealed_at = protocol.text_or("sealed_at", "");
  if (sealed_at.empty()) {
    rows.emplace_back(words("therapy.protocol_sealed"), words("report.never_sealed"));
    return;
  }
  const TimeUtc time = protocol.take(parse_time_utc(sealed_at));
  const auto entry = static_cast<std::uint64_t>(protocol.integer("sealed_entry"));
  rows.emplace_back(words("therapy.protocol_sealed"),
                    words.noted(words.date_time(time, writer.input.utc_offset_minutes),
                                entry_text(words, entry)));
  rows.emplace_back(words("therapy.protocol_hash"), hash(protocol.text("sha256")));
}

Html provenance(const Writer& writer) {
  const Wording& words = writer.words();
  const DocumentView checkpoint = writer.document.object("checkpoint");
  std::vector<Pair> rows;
  add_seal(rows, writer);
  rows.emplace_back(words("footer.checkpoint"),
                    words("footer.entries", {{"count", format_count(checkpoint.integer("size"))}}));
  rows.emplace_back(words("footer.root"), hash(checkpoint.text("root")));
  rows.emplace_back(words("report.dataset_hash"),
                    hash(writer.document.object("dataset").text("sha256")));
  rows.emplace_back(words("footer.engine"), writer.document.text("engine"));
  if (writer.input.entry) {
    const EntryRef& entry = *writer.input.entry;
    rows.emplace_back(words("report.recorded"),
                      words.noted(words.date_time(entry.time, writer.input.utc_offset_minutes),
                                  entry_text(words, entry.seq)));
    rows.emplace_back(words("report.result_hash"), hash(writer.input.result_sha256));
  }
  return pairs(rows);
}

/// Who is counted as treated and in no analysis, and who is in no number at all.
void add_people_who_left(std::vector<Pair>& rows, const Writer& writer) {
  const Wording& words = writer.words();
  const DocumentView dataset = writer.document.object("dataset");
  const std::int64_t withdrawn = dataset.integer_or("withdrawn", 0);
  const std::int64_t erased = dataset.integer_or("erased", 0);
  ShownValues& shown = writer.context.shown;
  if (withdrawn > 0)
    rows.emplace_back(words("report.withdrawn"), shown.show("withdrawn", words.people(withdrawn)));
  if (erased > 0)
    rows.emplace_back(words("report.erased"), shown.show("erased", words.people(erased)));
}

Html counts(const Writer& writer) {
  const Wording& words = writer.words();
  const DocumentView dataset = writer.document.object("dataset");
  const DocumentView follow_up = writer.document.object("follow_up");
  ShownValues& shown = writer.context.shown;
  const auto people = [&](const char* id, std::int64_t count) {
    return Html(shown.show(id, words.people(count)));
  };
  std::vector<Pair> rows;
  rows.emplace_back(words("report.registered"),
                    people("registered", dataset.integer("registered")));
  rows.emplace_back(words("therapy.treated"), people("treated", dataset.integer("treated")));
  add_people_who_left(rows, writer);
  rows.emplace_back(words("report.follow_up_due"),
                    people("follow-up-due", follow_up.integer("due")));
  rows.emplace_back(words("report.follow_up_complete"),
                    people("follow-up-complete", follow_up.integer("complete")));
  rows.emplace_back(words("report.institutions"),
                    shown.show("institutions", words.count(dataset.integer("institutions"))));
  const std::int64_t undated = dataset.integer("without_known_day");
  if (undated > 0)
    rows.emplace_back(words("report.undated"),
                      shown.show("without-known-day", words.count(undated)));
  return pairs(rows);
}

Html limits(const Writer& writer) {
  const study::Protocol& protocol = writer.input.protocol;
  std::vector<std::string> threats;
  for (const LocalizedText& threat : protocol.threats) threats.push_back(writer.words()(threat));
  if (threats.empty()) threats.push_back(writer.words()("report.no_threats"));
  return fragment({paragraph(writer.words()("therapy.limits_lead")), plain_list(threats)});
}

Html methods_pairs(const Writer& writer) {
  const Wording& words = writer.words();
  const study::Protocol& protocol = writer.input.protocol;
  return pairs({{words("report.population"), words(protocol.population.description)},
                {words("report.sample_size"), words(protocol.sample_size)},
                {words("report.missing_data"), words(protocol.missing_data)},
                {words("report.multiplicity"), words(protocol.multiplicity)}});
}

Result<Html> main_part(const Writer& writer) {
  const Wording& words = writer.words();
  const study::Protocol& protocol = writer.input.protocol;
  const Html title = element("header", {{"class", "title"}},
                             {element("p", {{"class", "kicker"}}, {words("report.kicker")}),
                              heading(1, words(protocol.title)),
                              element("p", {{"class", "lead"}}, {words(protocol.question)})});
  const Html results = TRY(analysis_sections(writer.input.result, writer.context));
  const Html gate = TRY(gate_table(writer.input.result, writer.context));
  Children children{title, result_notices(writer.input.result, words)};
  children.push_back(section("people", words("therapy.numbers_title"), {counts(writer)}));
  children.push_back(
      section("estimand", words("report.estimand_title"), {estimand_pairs(protocol, words)}));
  children.push_back(section("diagnostics", words("report.gate_title"),
                             {paragraph(words("report.gate_lead")), gate}));
  if (!results.markup().empty()) {
    children.push_back(section("results", words("therapy.results_title"),
                               {note(words("list.small_numbers")), results}));
  }
  children.push_back(section("limits", words("therapy.limits_title"), {limits(writer)}));
  children.push_back(section("methods", words("report.methods_title"), {methods_pairs(writer)}));
  children.push_back(section("provenance", words("report.provenance_title"),
                             {paragraph(words("report.provenance_lead")), provenance(writer)}));
  return element("main", {{"id", "main"}, {"class", "wrap"}}, children);
}

Html site_footer(const Writer& writer) {
  return element(
      "footer", {{"class", "site"}},
      {element("div", {{"class", "wrap"}}, {paragraph(writer.words()("footer.not_advice"))})});
}

}  // namespace

Result<StandaloneReport> standalone_report(const ReportInput& input, const Texts& texts,
                                           Language language) {
  ShownValues shown;
  std::string problem;
  const Writer writer{input,
                      DocumentView(input.result, "result of the study", problem),
                      {input.protocol, Wording(texts, language), shown}};
  const Wording& words = writer.words();
  const Html main = TRY(main_part(writer));
  if (!problem.empty()) return Error{Errc::corrupted, problem};
  Document document{.language = language};
  document.title = words("site.page_title", {{"title", words(input.protocol.title)},
                                             {"site", words(input.registry_name)}});
  document.description = words(input.protocol.question);
  document.other_language = input.other_language;
  document.body = fragment({skip_link(words), "\n", site_header(writer), "\n",
                            simulated_notice(writer), "\n", main, "\n", site_footer(writer)});
  return StandaloneReport{to_page(document), shown.all()};
}

}  // namespace kensho::report
