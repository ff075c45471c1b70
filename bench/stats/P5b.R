source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
library(survival)  # this survdiff refuses timefix = FALSE: it ties times a rounding apart
time <- column("time"); event <- column("event"); group <- column("group")
peer("R survdiff", survdiff(Surv(time, event) ~ group), function(test) test$chisq)
