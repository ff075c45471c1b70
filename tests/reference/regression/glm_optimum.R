# Generalised linear models brought to their maximum: R's glm, then 60 Fisher scoring steps of our own by QR, so that
# coefficients and covariance belong to the same, last point (glm's covariance is that of its last but one iterate).
# Rscript glm_optimum.R > glm_optimum.json   (from this folder; data in ../r/data)
suppressMessages(library(MASS)); options(digits = 17)
rd <- function(name) read.csv(file.path("..", "r", "data", paste0(name, ".csv")), check.names = FALSE, na.strings = "", stringsAsFactors = FALSE)
at_optimum <- function(fit) {
  X <- model.matrix(fit); y <- fit$y; w0 <- fit$prior.weights; fam <- fit$family; b <- coef(fit)
  off <- if (is.null(fit$offset)) rep(0, length(y)) else fit$offset
  for (i in 1:60) {
    eta <- drop(X %*% b) + off; mu <- fam$linkinv(eta); d <- fam$mu.eta(eta); w <- w0 * d^2 / fam$variance(mu)
    q <- qr(sqrt(w) * X); b <- b + qr.coef(q, sqrt(w) * (y - mu) / d)
  }
  v <- chol2inv(qr.R(q))
  u <- w0 * (y - mu) * d / fam$variance(mu)
  hc0 <- v %*% crossprod(X * u) %*% v
  phi <- if (fam$family %in% c("binomial", "poisson")) 1 else sum(w0 * (y - mu)^2 / fam$variance(mu)) / fit$df.residual
  list(names = names(coef(fit)), coef = unname(b), covariance = unname(phi * v), hc0_se = unname(sqrt(diag(hc0))), deviance = sum(fam$dev.resids(y, mu, w0)))
}
# Negative binomial: coefficients by Fisher steps, theta by Newton on its score, in turn, 200 times.
nb_optimum <- function(X, y, off) {
  b <- coef(glm.fit(X, y, offset = off, family = poisson())); th <- 1
  for (i in 1:200) {
    for (k in 1:3) { mu <- exp(drop(X %*% b) + off); w <- mu / (1 + mu / th); q <- qr(sqrt(w) * X); b <- b + qr.coef(q, sqrt(w) * (y - mu) / mu) }
    mu <- exp(drop(X %*% b) + off)
    u <- sum(digamma(th + y) - digamma(th) + log(th) + 1 - log(th + mu) - (y + th) / (mu + th))
    h <- sum(trigamma(th) - trigamma(th + y) - 1 / th + 2 / (mu + th) - (y + th) / (mu + th)^2)
    th <- th * exp(max(-1, min(1, u / h / th)))
  }
  v <- chol2inv(qr.R(q))
  list(names = colnames(X), coef = unname(b), covariance = unname(v), hc0_se = c(th, 1 / sqrt(h)), deviance = sum(negative.binomial(th)$dev.resids(y, mu, rep(1, length(y)))))
}
num <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
show <- function(id, r) sprintf('  "%s": {"names": [%s],\n    "coef": %s,\n    "covariance": [%s],\n    "hc0_se": %s,\n    "deviance": %.17g}',
  id, paste0('"', r$names, '"', collapse = ", "), num(r$coef), paste(apply(r$covariance, 1, num), collapse = ", "), num(r$hc0_se), r$deviance)
b <- rd("birthwt"); i <- rd("indo_rct"); cm <- rd("cytomegalovirus_hsct"); e <- rd("epil"); l <- rd("lung"); s <- rd("strep_tb")
i$y <- as.integer(i$outcome == "1_yes"); i$site2 <- ifelse(i$site %in% c("1_UM", "2_IU"), i$site, "other"); s$y <- as.integer(s$improved)
fits <- list(
  "logit-birthwt" = glm(low ~ age + lwt + factor(race) + smoke + ht + ui, binomial, b),
  "logit-indo" = glm(y ~ rx + site2 + risk, binomial, i),
  "logit-cmv" = glm(cmv ~ recipient.cmv + donor.cmv + CD34.dose + age, binomial, cm),
  "poisson-epil" = glm(y ~ log(base) + trt + log(age) + V4, poisson, e),
  "gamma-glm" = glm(time ~ sex + age, Gamma(link = "log"), l),
  "probit" = glm(low ~ lwt + smoke, binomial(link = "probit"), b),
  "cloglog" = glm(low ~ lwt + smoke, binomial(link = "cloglog"), b),
  "binomial-log" = glm(y ~ arm, binomial(link = "log"), s, start = c(-0.5, -0.1)))
q <- rd("quine")
nb <- list("nb-quine" = nb_optimum(model.matrix(~ Eth + Sex + Age + Lrn, q), q$Days, rep(0, nrow(q))),
           "nb-epil" = nb_optimum(model.matrix(~ trt + log(base), e), e$y, rep(log(2), nrow(e))))
shown <- c(mapply(show, names(fits), lapply(fits, at_optimum)), sub("hc0_se", "theta_and_error", mapply(show, names(nb), nb)))
cat("{\n", paste(shown, collapse = ",\n"), "\n}\n", sep = "")
