// Remission times in weeks of 42 children with leukaemia, placebo and 6-mercaptopurine
// (Freireich et al. 1963, Blood 21:699-716): do the hazards of relapse differ?
#include <cstdio>
#include <vector>

#include "stats/survival/log_rank.h"

int main() {
  const std::vector<double> weeks = {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23,
                                     6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35};
  const std::vector<int> relapse = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                    1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0};
  std::vector<int> treatment(21, 0);
  treatment.resize(42, 1);

  const auto test = kensho::stats::log_rank_test({weeks, relapse, treatment, {}});
  if (!test) return std::fprintf(stderr, "%s\n", test.error().message.c_str()), 1;
  std::printf("chi-square %.6f, p %.3g\n", (*test).chi_square, (*test).p_value);
}
