// Package runs makes a training a folder, so that it can be stopped, continued, opened by name from
// another notebook cell, and compared with others.
//
//	run.json         what is trained: model, parameters, where the data come from
//	checkpoint.npz   the variables and how far the training is (package training)
//	previous.npz     the checkpoint before
//	log.jsonl        the curve
//	report.json      what was last measured, and of which checkpoint
//
// Both faces of the project, the notebook's cells and the command line, are thin layers on this
// package: Create or Open a Run, Train it, Load its model, Evaluate it, Roll it out.
//
// A kind of model is one value: how its parameters are read, settled and checked, and how it is built and trained.
//
// Read run.go, kind.go with hgn.go and hnn.go, data.go, train.go, load.go, rollout.go; report.go, evaluate.go, truth.go.
package runs
