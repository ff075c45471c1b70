#include <algorithm>
#include <array>
#include <tuple>

#include "stats/menu/method.h"
#include "stats/menu/method_lists.h"

namespace kensho::stats {
namespace {

// In the order of a study's life; a topic that is not here comes behind them.
constexpr std::array<std::string_view, 10> topics = {
    "describe", "tests", "survival",  "regression", "longitudinal",
    "safety",   "meta",  "agreement", "resampling", "design"};

auto place_of(const Method& method) {
  return std::tuple(std::ranges::find(topics, method.topic) - topics.begin(), method.topic,
                    method.name);
}

std::vector<Method> all_methods() {
  std::vector<Method> all;
  for (const auto& part : {agreement_methods(),
                           competing_risks_methods(),
                           concordance_methods(),
                           contingency_methods(),
                           cox_methods(),
                           describe_methods(),
                           gee_methods(),
                           glm_methods(),
                           graphical_methods(),
                           linear_methods(),
                           location_methods(),
                           longitudinal_methods(),
                           meta_methods(),
                           parametric_survival_methods(),
                           prepost_methods(),
                           rate_methods(),
                           resampling_methods(),
                           sequential_methods(),
                           stratified_table_methods(),
                           surveillance_methods(),
                           survival_curve_methods(),
                           survival_test_methods()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  std::ranges::sort(all, {}, place_of);
  return all;
}

}  // namespace

std::span<const Method> methods() {
  static const std::vector<Method> menu = all_methods();
  return menu;
}

const Method* find_method(std::string_view name) {
  const auto found = std::ranges::find(methods(), name, &Method::name);
  return found == methods().end() ? nullptr : &*found;
}

}  // namespace kensho::stats
