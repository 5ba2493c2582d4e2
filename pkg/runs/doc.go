// Package runs stores each training in a folder, so that it can be stopped, continued, opened by name from another
// notebook cell, and compared with others.
//
//	run.json         the model, its parameters, and where the data come from
//	checkpoint.npz   the variables and the progress of the training (package training)
//	previous.npz     the previous checkpoint
//	log.jsonl        the curve
//	curve.json       for a density: its held-out likelihood during training
//	record.json      versions, backend, plugin, machine; one record for each resumption
//	search.json      how the latent was found, if it was searched; search/ has the candidates' checkpoints
//	diverged.json    says that the training diverged; present only if it did
//	report.json      the last measures, with their checkpoint; report_n.json has those on another number n of test data
//
// The notebook's cells and the command line are thin layers on this package: Create or Open a Run, Train it, Load its
// model, Evaluate it, Roll it out.
//
// A kind of model is one value with the functions that read, resolve and check its parameters, and build and train
// it. Models of videos and states have a Report, models of densities a DensityReport.
package runs
