#include "report/receipt_page.h"

#include <doctest/doctest.h>

#include "base/embedded.h"
#include "report/testing/markup_checker.h"
#include "report/verifier_page.h"

namespace kensho::report {
namespace {

const Texts& texts() {
  static const Texts all = Texts::load().value();
  return all;
}

ReceiptFacts facts() {
  ReceiptFacts facts;
  facts.registry.name = {.en = "Knees & <b>co</b>", .ja = "\xE8\x86\x9D"};
  facts.registry.utc_offset_minutes = 540;
  facts.seq = 12;
  facts.time = {1'717'729'260'000'000};  // 2024-06-07T03:01:00Z
  facts.kind = "case.reported";
  facts.organisation = "<script>alert(1)</script>";
  facts.actor = "clinic-staff";
  facts.subject = "\"quoted\"";
  facts.payload = parse_json(R"({"participant":"<img src=x>","registers":true,"empty":"",
    "assessments":[{"variable":"pain","value":"1.50"},{"variable":"pain","date":"2024-06-01"}],
    "names":["a","b"],"baseline":{"unheard <i>of</i>":"61"}})")
                      .value();
  facts.log_size = 1517;
  facts.root = "00ff";
  facts.key = "log.example+00000000+AAAA";
  facts.receipt = "c2sp.org/tlog-proof@v1\n<>&\n";
  facts.code = "KENSHO1:ABC";
  facts.file_name = "entry-12.tlog-proof";
  return facts;
}

bool has(const std::string& page, std::string_view part) {
  return page.find(part) != std::string::npos;
}

std::string body_of(const std::string& page) {
  return page.substr(page.find("<main"));
}

TEST_CASE("a printed receipt says the same in both languages, as well-formed markup") {
  const std::string page = receipt_page(facts(), texts());
  const std::string body = body_of(page);
  const auto checked = testing::check_markup(body.substr(0, body.find("</main>") + 7));
  CHECK(checked.problem == "");
  for (const char* part :
       {"Receipt of entry 12", "A case was reported", "7 June 2024, 12:01", "First report", "1,517",
        "log.example", "entry-12.tlog-proof --key KEY", "1.50", "code-figure small"}) {
    CAPTURE(part);
    CHECK(has(body, part));
  }
  CHECK(checked.all("table").size() == 1);
  CHECK(checked.all("th").size() == 3);  // variable, value, date: whatever any row has
}

TEST_CASE("nothing of a receipt becomes markup") {
  const std::string body = body_of(receipt_page(facts(), texts()));
  for (const char* part : {"<script>", "<img", "<b>co", "<i>of", "\n<>&\n"}) {
    CAPTURE(part);
    CHECK_FALSE(has(body, part));
  }
  CHECK(has(body, "&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST_CASE("an erased entry is named and its content is not") {
  ReceiptFacts erased = facts();
  erased.erased = true;
  erased.subject = erased.reason = "";
  erased.payload = {};
  const std::string body = body_of(receipt_page(erased, texts()));
  CHECK(has(body, "Erased. What stays is proof"));
  CHECK_FALSE(has(body, "quoted"));
  CHECK_FALSE(has(body, "1.50"));
}

TEST_CASE("a receipt too long for a QR code gives the file's hash instead") {
  ReceiptFacts large = facts();
  large.code = "KENSHO1:" + std::string(4296, 'A');
  const std::string body = body_of(receipt_page(large, texts()));
  CHECK(has(body, "too long for a QR code"));
  CHECK_FALSE(has(body, "<svg"));
}

TEST_CASE("the page that checks receipts has its words and no way out of them") {
  const std::string page = verifier_page(texts());
  CHECK_FALSE(has(page, "{{words}}"));
  CHECK(has(page, R"("kind_of.case.reported":"A case was reported")"));
  const std::size_t words = page.find(R"(id="words">)") + 11;
  const std::string json = page.substr(words, page.find("</script>", words) - words);
  CHECK_FALSE(has(json, "<"));
  CHECK(parse_json(json)->find("ja")->find("title") != nullptr);
}

}  // namespace
}  // namespace kensho::report
