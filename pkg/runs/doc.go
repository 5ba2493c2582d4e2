// Package runs stores each training in a folder, so that it can be stopped, continued, opened by name from another
// notebook cell, and compared with others.
//
//	run.json         what is trained: model, parameters, where the data come from
//	checkpoint.npz   the variables and how far the training is (package training)
//	previous.npz     the checkpoint before
//	log.jsonl        the curve
//	curve.json       of a density: its held-out likelihood during training
//	record.json      by what it was trained: versions, backend, plugin, machine; one record for each resumption
//	search.json      how the latent was found, where it was searched; search/ has the candidates' checkpoints
//	diverged.json    that the training diverged, where it did
//	report.json      what was last measured, and of which checkpoint; report_n.json on another number n of test data than usual
//
// Both faces of the project, the notebook's cells and the command line, are thin layers on this
// package: Create or Open a Run, Train it, Load its model, Evaluate it, Roll it out.
//
// A kind of model is one value: how its parameters are read, settled and checked, and how it is built and trained. Models of
// videos and states have a Report, models of densities a DensityReport.
package runs
