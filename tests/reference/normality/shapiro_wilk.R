# Writes shapiro_wilk.json: shapiro.test on samples of many sizes. Run in this folder: Rscript shapiro_wilk.R (R 4.2.2)
source("../reference_json.R")
set.seed(94)
one <- function(n, draw) {
  x <- signif(draw(n), 6)
  h <- shapiro.test(x)
  list(x = I(x), w = unname(h$statistic), p_value = h$p.value)
}
skew <- function(n) rexp(n); flat <- function(n) runif(n); tied <- function(n) round(rnorm(n, 10, 2))
cases <- list(one(3, rnorm), one(3, skew), one(4, rnorm), one(5, skew), one(6, flat), one(9, rnorm), one(11, skew),
              one(12, flat), one(25, tied), one(50, rnorm), one(120, skew), one(300, rnorm), one(1500, tied))
write_reference(list(about = paste("stats::shapiro.test,", R.version.string), cases = cases), "shapiro_wilk.json")
