# Makes responder.json and regression_to_the_mean.json. Run in this folder: Rscript prepost.R
source("../reference_json.R")

# Newcombe 1998, method 10: squares and adds the Wilson intervals of prop.test.
newcombe <- function(x1, n1, x2, n2, level) {
  w1 <- suppressWarnings(prop.test(x1, n1, conf.level = level, correct = FALSE))$conf.int
  w2 <- suppressWarnings(prop.test(x2, n2, conf.level = level, correct = FALSE))$conf.int
  p1 <- x1 / n1; p2 <- x2 / n2
  c(p1 - p2 - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2), p1 - p2 + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2))
}
rows <- list()
for (count in list(c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29), c(0, 10, 0, 20), c(10, 10, 0, 10))) {
  for (level in c(0.9, 0.95)) {
    test <- suppressWarnings(prop.test(count[c(1, 3)], count[c(2, 4)], correct = FALSE))
    interval <- newcombe(count[1], count[2], count[3], count[4], level)
    exact <- binom.test(count[1], count[2], conf.level = level)$conf.int
    rows[[length(rows) + 1]] <- data.frame(x1 = count[1], n1 = count[2], x2 = count[3], n2 = count[4], level = level,
      difference = count[1] / count[2] - count[3] / count[4], lower = interval[1], upper = interval[2],
      p_value = test$p.value, exact_lower = exact[1], exact_upper = exact[2])
  }
}
write_reference(list(title = "Responders: prop.test(correct = FALSE), Newcombe's interval from it, binom.test",
                     versions = versions("stats"), cases = do.call(rbind, rows)), "responder.json")

set.seed(20261122)
true_value <- rnorm(60, 50, 8)
first <- round(true_value + rnorm(60, 0, 5), 1); second <- round(true_value + rnorm(60, 0, 5), 1)
keep <- first > 52
first <- first[keep]; second <- second[keep]
after <- round(second - 4 + rnorm(length(second), 0, 5), 1)
change <- function(x) { t <- t.test(x); list(mean = unname(t$estimate), se = unname(t$stderr), df = unname(t$parameter),
                                             p = t$p.value, lower = t$conf.int[1], upper = t$conf.int[2]) }
correlation <- cor.test(first, second)
means <- c(45, 50, 55)
tests <- lapply(means, function(m) {
  fit <- lm(I(after - m) ~ I(first - m)); row <- coef(summary(fit))[1, ]; interval <- confint(fit)[1, ]
  list(mean = m, effect = row[[1]], se = row[[2]], t = row[[3]], p = row[[4]], lower = interval[[1]],
       upper = interval[[2]], slope = coef(fit)[[2]], df = fit$df.residual) })
expected <- function(mu, between, within, cutoff, m, above) {
  sd <- sqrt(between^2 + within^2 / m); z <- (if (above) 1 else -1) * (cutoff - mu) / sd
  (if (above) -1 else 1) * within^2 / m / sd * dnorm(z) / pnorm(z, lower.tail = FALSE) }
grid <- expand.grid(cutoff = c(30, 50, 62, 90), measurements = c(1, 3), above = c(1, 0))
grid$expected <- mapply(function(c, m, a) expected(50, 8, 5, c, m, a == 1), grid$cutoff, grid$measurements, grid$above)
# the definition, by numbers: E(next - mean of m | mean of m beyond the cutoff)
grid$by_integral <- mapply(function(c, m, a) {
  s <- sqrt(64 + 25 / m); shrink <- 64 / s^2
  range <- if (a == 1) c(c, c + 40 * s) else c(c - 40 * s, c)
  top <- integrate(function(x) (shrink - 1) * (x - 50) * dnorm(x, 50, s), range[1], range[2], rel.tol = 1e-12,
                   subdivisions = 2000)$value
  top / pnorm(c, 50, s, lower.tail = a == 0) }, grid$cutoff, grid$measurements, grid$above)
write_reference(list(title = "Regression to the mean: t.test, cor.test, lm, the formula and its integral",
                     versions = versions("stats"), first = I(first), second = I(second), after = I(after),
                     whole = change(after - first), untreated = change(second - first), treated = change(after - second),
                     beyond = change(after - second - (second - first)),
                     reliability = list(r = unname(correlation$estimate), lower = correlation$conf.int[1],
                                        upper = correlation$conf.int[2], within_sd = sd(second - first) / sqrt(2)),
                     mee_chua = tests, expected = grid), "regression_to_the_mean.json")
