# Gamma and generalised gamma accelerated failure time models, by maximising the likelihood written
# with R's own gamma distribution; and the logarithms of error laws far out.
# Run from tests/reference: Rscript survival/parametric_gamma.R
source("reference_json.R")
library(numDeriv)

# log f(t) of an observed time, else log P(T > t); Prentice's parameters.
gg_log <- function(t, mu, sigma, q, event) {
  w <- (log(t) - mu) / sigma
  k <- q^-2
  u <- k * exp(q * w)
  ifelse(event, dgamma(u, k, log = TRUE) + log(abs(q)) + log(k) + q * w - log(sigma) - log(t),
         pgamma(u, k, lower.tail = q < 0, log.p = TRUE))
}
newton <- function(f, start) {
  at <- optim(start, f, control = list(fnscale = -1, maxit = 20000, reltol = 1e-14))$par
  for (i in 1:30) {
    step <- solve(-hessian(f, at), grad(f, at))
    at <- at + step
    if (max(abs(step)) < 1e-11) break
  }
  list(parameters = I(at), log_likelihood = f(at),
       covariance_diagonal = I(diag(solve(-hessian(f, at)))), last_step = max(abs(step)))
}
fit <- function(data, x, time, event) {
  p <- ncol(x)
  start <- lm.fit(x, log(time))
  s <- log(sd(start$residuals))
  generalised <- function(b) sum(gg_log(time, drop(x %*% b[1:p]), exp(b[p + 1]), b[p + 2], event))
  gamma <- function(b) sum(gg_log(time, drop(x %*% b[1:p]), exp(b[p + 1]), exp(b[p + 1]), event))
  list(data = data, generalised_gamma = newton(generalised, c(start$coefficients, s, 0.7)),
       gamma = newton(gamma, c(start$coefficients, s)))
}

lung <- read.csv("r/data/lung.csv")
bmt <- read.csv("r/data/bmt_kmsurv.csv")
fits <- list(fit("lung", cbind(1, lung$age, lung$sex), lung$time, lung$status == 2),
             fit("bmt_kmsurv", cbind(1, bmt$z1), bmt$t2, bmt$d3 == 1))

w <- c(-60, -30, -8, -1.5, -0.2, 0, 0.3, 1, 2.5, 5, 8.5, 20, 37)
laws <- list(w = I(w),
  extreme_value = list(survival = I(-exp(w)), cumulative = I(pexp(exp(w), log.p = TRUE))),
  normal = list(survival = I(pnorm(w, lower.tail = FALSE, log.p = TRUE)),
                cumulative = I(pnorm(w, log.p = TRUE))),
  logistic = list(survival = I(plogis(w, lower.tail = FALSE, log.p = TRUE)),
                  cumulative = I(plogis(w, log.p = TRUE))))
write_reference(list(versions = versions("numDeriv"), fits = fits, laws = laws),
                "survival/parametric_gamma.json")
