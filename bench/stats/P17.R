source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
suppressMessages(library(rpact))
information <- column("information")
bounds <- function(design) design$criticalValues
# the best of ten designs; rpact's roots stop at about 1e-8
peer("R rpact getDesignGroupSequential", getDesignGroupSequential(typeOfDesign = "asOF", informationRates = information, alpha = 0.025), bounds, repeats = 10)
