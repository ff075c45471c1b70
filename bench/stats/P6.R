source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
library(survival)
time <- column("time"); event <- column("event"); marker <- column("x")
y <- Surv(time, event)
peer("R concordance with variance", concordance(y ~ marker, reverse = TRUE, timefix = FALSE),
     function(fit) c(fit$concordance, sqrt(fit$var)), repeats = 2)
