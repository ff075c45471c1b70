# The upper tail of the studentised range by adaptive quadrature. R's own ptukey is off by 1e-4 at 2 degrees of freedom
# and 1e-7 at 5; it is written beside. Rscript one_way.R > one_way.json (from this folder)
above <- function(w, k) sapply(w, function(x) integrate(function(z) k * dnorm(z) * (pnorm(z)^(k - 1) - (pnorm(z) - pnorm(z - x))^(k - 1)), -9, 9, rel.tol = 1e-12, subdivisions = 500)$value)
upper <- function(q, k, v) {
  f <- function(t) exp(log(2) + v / 2 * log(v / 2) - lgamma(v / 2) + v * t - v / 2 * exp(2 * t)) * above(q * exp(t), k)
  integrate(f, -30, 0, rel.tol = 1e-11, subdivisions = 1000)$value + integrate(f, 0, 4, rel.tol = 1e-11, subdivisions = 1000)$value
}
g <- expand.grid(q = c(0.5, 1.5, 3, 4.5, 8), groups = c(2, 3, 5, 12), df = c(2, 5, 20, 200))
g$upper <- mapply(upper, g$q, g$groups, g$df)
g$ptukey <- ptukey(g$q, g$groups, g$df, lower.tail = FALSE)
cat('{"tails": [\n', paste(sprintf('{"q": %g, "groups": %g, "df": %g, "upper": %.17g, "ptukey": %.17g}', g$q, g$groups, g$df, g$upper, g$ptukey), collapse = ",\n"), "\n]}\n", sep = "")
