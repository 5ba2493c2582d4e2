// Package training trains any model whose variables are in GoMLX's model.Store, and keeps the result on disk.
//
// A training is a [Task]: a fixed number of steps, each of which is a function of the store and the step's number alone.
// A training is a [Task]: a fixed number of steps, each of which depends only on the store and the step's number.
// [Run] does them in order, and handles checkpoints, the log, events, interrupts and restarts. Its folder holds
//	checkpoint.npz   all variables, the optimizer's included, and the state of the training: NumPy arrays and a meta.json
//	previous.npz     the checkpoint before that one
//	log.jsonl        the curve of the losses and what happened on the way, one JSON object a line
//	.lock            held while a training writes to the folder; where there are no locks, .owner names the process
//
// Whatever happens, one of the two checkpoints is whole: a checkpoint is written to another name, synced, and renamed. The digests
// of all arrays are in its meta.json, whose own is the archive's comment; checkpoints of earlier versions have none, and open.
// Where checkpoint.npz is missing or damaged, loading takes previous.npz and says so in [Meta].Notice; a training that is
// resumed then puts the damaged file aside as checkpoint.npz.damaged.
//
// A training that was stopped, by an interrupt or a crash, and resumed goes through the same states, to the last bit,
// as one that was never stopped; its log is cut back to the checkpoint before it goes on.
//
// "Step" counts the steps done, except as the argument of a Task's methods, where it is the number of a step, from 0.
// Losses are smoothed by the mean over the first 50 steps and an exponential average of that length from then on.
package training
