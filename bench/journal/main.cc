// Usage: kensho_journal_bench disk FOLDER | proofs FOLDER ENTRIES | cases PORT TOKEN LOG_KEY
// SECONDS
//        | served-proofs PORT ENTRIES SECONDS        (bench/journal/run calls it)
#include <algorithm>
#include <iostream>
#include <string_view>

#include <fmt/format.h>

#include "measures.h"

namespace kensho::bench {

double Rate::quantile_ms(double part) const {
  if (durations_ns.empty()) return 0;
  std::vector<std::int64_t> sorted = durations_ns;
  std::ranges::sort(sorted);
  const auto at = static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1));
  return static_cast<double>(sorted[at]) / 1e6;
}

std::string line_of(const std::string& name, const Rate& rate) {
  return fmt::format(
      "{:<52} {:>9.0f}/s   p50 {:.3f} ms  p99 {:.3f} ms  p99.9 {:.3f} ms  max {:.3f} ms\n", name,
      rate.per_second(), rate.quantile_ms(0.5), rate.quantile_ms(0.99), rate.quantile_ms(0.999),
      rate.quantile_ms(1));
}

namespace {

Status run(const std::vector<std::string>& words) {
  const auto word = [&words](std::size_t at) { return at < words.size() ? words[at] : "0"; };
  const auto load = [&word](std::size_t seconds_at) {
    return Load{.port = static_cast<std::uint16_t>(std::stoul(word(1))),
                .time = milliseconds(1000 * std::stoul(word(seconds_at)))};
  };
  if (word(0) == "disk") {
    for (const std::size_t bytes : {std::size_t{4096}, std::size_t{262'144}}) {
      const Rate rate = TRY(measure_disk(word(1), bytes, milliseconds(2000)));
      std::cout << line_of(fmt::format("fdatasync of {} KiB, overwritten", bytes / 1024), rate);
    }
  } else if (word(0) == "proofs") {
    const Rate rate = TRY(measure_proofs(word(1), std::stoull(word(2)), milliseconds(2000)));
    std::cout << line_of("proofs in process, one thread, mean of 64", rate);
  } else if (word(0) == "cases") {
    const Rate rate = TRY(measure_cases(load(4), word(2), word(3)));
    std::cout << line_of("entries: durable, acknowledged, with receipt", rate);
  } else if (word(0) == "served-proofs") {
    const Rate rate = TRY(measure_served_proofs(load(3), std::stoull(word(2))));
    std::cout << line_of("proofs over HTTP", rate);
  } else {
    return Error{Errc::invalid_argument, "what to measure: disk, proofs, cases, served-proofs"};
  }
  return ok();
}

}  // namespace
}  // namespace kensho::bench

int main(int argc, char** argv) {
  const kensho::Status done = kensho::bench::run({argv + 1, argv + argc});
  if (done) return 0;
  std::cerr << done.error().message << "\n";
  return 1;
}
