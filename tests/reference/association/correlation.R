# Writes correlation.json: exact p-values of rank correlations of small untied samples.
# Run in this folder: Rscript correlation.R   (R 4.2.2)
source("../reference_json.R")
set.seed(20261122)
one <- function(n) {
  x <- sample.int(n); y <- rank(x + 1.2 * n * rnorm(n) / 2)
  part <- function(m) {
    p <- function(a) cor.test(x, y, method = m, exact = TRUE, alternative = a)$p.value
    list(estimate = cor(x, y, method = m), two.sided = p("two.sided"), less = p("less"), greater = p("greater"))
  }
  list(x = I(x), y = I(y), spearman = part("spearman"), kendall = part("kendall"))
}
cases <- lapply(c(4, 5, 6, 6, 7, 8, 9, 9), one)
write_reference(list(about = paste("cor.test,", R.version.string), cases = unname(cases)), "correlation.json")
