# Makes summary.json and proportion.json. Run in this folder: Rscript describe.R
source("../reference_json.R")

describe <- function(x) {
  q <- quantile(x, c(.25, .5, .75), type = 7, names = FALSE)
  list(values = I(x), n = length(x), mean = mean(x), standard_deviation = sd(x), minimum = min(x),
       first_quartile = q[1], median = q[2], third_quartile = q[3], maximum = max(x))
}
samples <- list(one = 3.25, two = c(4, -1), odd = c(2, 9, 4, 4, 7), even = c(10.5, 0.1, 7, 7, 3, -2),
                near_constant = 1e9 + c(0.1, 0.2, 0.3, 0.4),
                airquality_ozone = as.numeric(na.omit(datasets::airquality$Ozone)),
                sleep_extra = datasets::sleep$extra, precipitation = as.numeric(datasets::precip))
write_reference(list(title = "Descriptive statistics", versions = versions("stats"),
                     cases = lapply(setNames(samples, names(samples)), describe)), "summary.json")

counts <- list(c(0, 1), c(1, 1), c(0, 30), c(30, 30), c(1, 10), c(7, 20), c(49, 102), c(50, 100),
               c(3, 100000), c(99999, 100000), c(123456, 1000000))
rows <- list()
for (count in counts) for (level in c(0.8, 0.95, 0.99)) {
  wilson <- suppressWarnings(prop.test(count[1], count[2], conf.level = level, correct = FALSE))$conf.int
  exact <- binom.test(count[1], count[2], conf.level = level)$conf.int
  rows[[length(rows) + 1]] <- data.frame(successes = count[1], trials = count[2], level = level,
    wilson_lower = wilson[1], wilson_upper = wilson[2], exact_lower = exact[1], exact_upper = exact[2])
}
write_reference(list(title = "Binomial proportion: prop.test(correct = FALSE), binom.test",
                     versions = versions("stats"), cases = do.call(rbind, rows)), "proportion.json")
