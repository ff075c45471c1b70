# Writes agreement.json: limits of ICC(2,1), ICC(3,1) and of Cronbach's alpha by the formulas of
# McGraw & Wong 1996, tables 4, 5 and 7, on ratings made here. Run in this folder: Rscript agreement.R (R 4.2.2)
source("../reference_json.R")
set.seed(77)
one <- function(n, k, noise) {
  y <- round(outer(rnorm(n, 50, 10), rnorm(k, 0, 2), "+") + matrix(rnorm(n * k, 0, noise), n), 1)
  a <- anova(lm(c(y) ~ factor(rep(1:n, k)) + factor(rep(1:k, each = n))))$"Mean Sq"
  MSR <- a[1]; MSC <- a[2]; MSE <- a[3]
  F0 <- MSR / MSE; d1 <- n - 1; d2 <- (n - 1) * (k - 1)
  FL <- F0 / qf(.975, d1, d2); FU <- F0 * qf(.975, d2, d1)
  icc <- (MSR - MSE) / (MSR + (k - 1) * MSE + k / n * (MSC - MSE))
  aa <- k * icc / (n * (1 - icc)); bb <- 1 + k * icc * (n - 1) / (n * (1 - icc))
  v <- (aa * MSC + bb * MSE)^2 / ((aa * MSC)^2 / (k - 1) + (bb * MSE)^2 / d2)
  f1 <- qf(.975, d1, v); f2 <- qf(.975, v, d1); s <- k * MSC + (k * n - k - n) * MSE
  list(raters = k, ratings = I(c(y)),
       agreement = I(c(n * (MSR - f1 * MSE) / (f1 * s + n * MSR), n * (f2 * MSR - MSE) / (s + n * f2 * MSR))),
       consistency = I(c((FL - 1) / (FL + k - 1), (FU - 1) / (FU + k - 1))),
       alpha = I(c(1 - 1 / FL, 1 - 1 / FU)))
}
write_reference(list(about = paste("base R,", R.version.string),
                     icc = list(one(12, 3, 5), one(30, 2, 3), one(8, 6, 12))), "agreement.json")
