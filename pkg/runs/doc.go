// Package runs makes a training a folder, so that it can be stopped, continued, opened by name from
// another notebook cell, and compared with others.
//
//	run.json         what is trained: model, parameters, where the data come from
//	checkpoint.npz   the variables and how far the training is (package training)
//	previous.npz     the checkpoint before
//	log.jsonl        the curve
//
// Both faces of the project, the notebook's cells and the command line, are thin layers on this
// package: Create or Open a Run, Train it, Load its model, Evaluate it, Roll it out.
//
// Read run.go, data.go, train.go, load.go, rollout.go, evaluate.go.
package runs
