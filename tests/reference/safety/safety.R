# Reference values for safety methods that the shared cases lack, by definitions written out in R.
# Run from tests/reference: Rscript safety/safety.R
source("reference_json.R")
library(numDeriv)
root <- function(f, lo, hi) uniroot(f, c(lo, hi), tol = 1e-14, maxiter = 2000)$root
z <- qnorm(0.975)

# Score limits of risk ratio and odds ratio: the constrained maximum is a root of the likelihood's
# derivative, found numerically instead of by the closed forms.
score_limits <- function(x, n, y, m) {
  total <- (n + m) / (n + m - 1)
  rr <- function(r) {
    q <- root(function(q) x / q - r * (n - x) / (1 - r * q) + y / q - (m - y) / (1 - q), 1e-12,
              min(1, 1 / r) - 1e-12)
    p <- r * q
    (x / n - r * y / m) / sqrt((p * (1 - p) / n + r^2 * q * (1 - q) / m) * total)
  }
  or <- function(psi) {
    treated <- function(q) psi * q / (1 - q + psi * q)
    q <- root(function(q) x - n * treated(q) + y - m * q, 1e-13, 1 - 1e-13)
    p <- treated(q)
    (x - n * p) * sqrt((1 / (n * p * (1 - p)) + 1 / (m * q * (1 - q))) / total)
  }
  ends <- function(f, at) I(c(exp(root(function(l) f(exp(l)) - z, log(at) - 6, log(at))),
                              exp(root(function(l) f(exp(l)) + z, log(at), log(at) + 8))))
  list(v = I(c(x, n, y, m)), rr = ends(rr, (x / n) / (y / m)),
       or = ends(or, x * (m - y) / (y * (n - x))),
       p_value = 2 * pnorm(-abs((x / n - y / m) / sqrt((x + y) / (n + m) * (1 - (x + y) / (n + m)) *
                                                       (1 / n + 1 / m) * total))))
}
two <- list(score_limits(38, 55, 17, 52), score_limits(56, 70, 48, 80), score_limits(9, 10, 3, 10),
            score_limits(2, 300, 7, 280))

# Mid-P limits of a rate ratio.
mid_ratio <- function(a, ta, b, tb) {
  n <- a + b
  lo <- if (a == 0) 0 else root(function(p) pbinom(a, n, p, lower.tail = FALSE) + dbinom(a, n, p) / 2 - 0.025, 1e-9, 1 - 1e-9)
  hi <- root(function(p) pbinom(a, n, p) - dbinom(a, n, p) / 2 - 0.025, 1e-9, 1 - 1e-9)
  list(v = I(c(a, ta, b, tb)), limits = I(c(lo / (1 - lo), hi / (1 - hi)) * tb / ta))
}
ratios <- list(mid_ratio(11, 800, 21, 3011), mid_ratio(18, 220.5, 4, 150.2), mid_ratio(0, 50, 6, 80))

# Gamma-Poisson site rates: marginal likelihood as that of dnbinom.
sites <- function(o, t) {
  f <- function(b) sum(dnbinom(o, size = exp(b[2]), mu = exp(b[1]) * t, log = TRUE))
  at <- optim(c(log(sum(o) / sum(t)), 1), f, control = list(fnscale = -1, reltol = 1e-15, maxit = 5000))$par
  for (i in 1:30) { step <- solve(-hessian(f, at), grad(f, at)); at <- at + step; if (max(abs(step)) < 1e-11) break }
  k <- exp(at[2]); rate <- k / exp(at[1])
  list(events = I(o), time = I(t), log_mean = at[1], log_shape = at[2], log_likelihood = f(at),
       mean = I((k + o) / (rate + t)), lower = I(qgamma(0.025, k + o, rate + t)),
       upper = I(qgamma(0.975, k + o, rate + t)))
}
pumps <- sites(c(5, 1, 5, 14, 3, 19, 1, 1, 4, 22),
               c(94.320, 15.720, 62.880, 125.760, 5.240, 31.440, 1.048, 1.048, 2.096, 10.480))

# Funnel: winsorised overdispersion of proportions and of observed over expected.
funnel <- function(y, target, s) {
  u <- (y - target) / s
  q <- quantile(u, c(0.1, 0.9), type = 7)
  w <- pmin(pmax(u, q[1]), q[2])
  phi <- mean(w^2)
  n <- length(u); weight <- 1 / s^2
  tau2 <- max(0, (n * phi - (n - 1)) / (sum(weight) - sum(weight^2) / sum(weight)))
  list(phi = phi, tau2 = tau2, z = I(u), multiplicative_upper = I(target + qnorm(0.999) * sqrt(max(1, phi)) * s),
       additive_upper = I(target + qnorm(0.999) * sqrt(s^2 + tau2)))
}
deaths <- c(25, 24, 23, 25, 42, 24, 53, 26, 25, 58, 31, 41)
patients <- c(187, 323, 122, 164, 405, 239, 482, 195, 177, 581, 143, 301)
target <- sum(deaths) / sum(patients)
proportions <- c(list(successes = I(deaths), trials = I(patients)),
                 funnel(deaths / patients, target, sqrt(target * (1 - target) / patients)))
observed <- c(3, 8, 22, 5, 14, 31, 2, 9); expected <- c(4.1, 5.2, 14.9, 6.6, 15.8, 22.3, 5.5, 8.1)
ratio <- c(list(observed = I(observed), expected = I(expected)),
           funnel(observed / expected, 1, sqrt(1 / expected)))

# CUSUM run length: the chain of rounded values, each state a middle of its cell.
arl <- function(risks, odds, limit, states, true_odds = 1) {
  width <- limit / states
  q <- matrix(0, states, states)
  for (p in risks) {
    w <- c(log(odds / (1 - p + odds * p)), log(1 / (1 - p + odds * p)))
    real <- true_odds * p / (1 - p + true_odds * p)
    for (i in 1:states) for (k in 1:2) {
      value <- max(0, (i - 0.5) * width * (i > 1) + w[k])
      j <- floor(value / width) + 1
      if (value < limit) q[i, j] <- q[i, j] + c(real, 1 - real)[k] / length(risks)
    }
  }
  solve(diag(states) - q, rep(1, states))[1]
}
risks <- c(0.05, 0.1, 0.2)
chain <- list(risks = I(risks), odds = 2, limit = 3, states = 200, run_length = arl(risks, 2, 3, 200),
              out_of_control = arl(risks, 2, 3, 200, 2))

write_reference(list(versions = versions("numDeriv"), two_proportions = two, rate_ratios = ratios,
                     sites = pumps, funnel_proportions = proportions, funnel_ratios = ratio,
                     cusum = chain), "safety/safety.json")
