// Package training trains any model whose variables are in GoMLX's model.Store, and keeps the result on disk.
//
// A training is a [Task]: a fixed number of steps, each of which depends only on the store and the step's number.
// [Run] does them in order, and handles checkpoints, the log, events, interrupts and restarts. Its folder holds
//
//	checkpoint.npz   all variables, the optimizer's included, and the state of the training: NumPy arrays and a meta.json
//	previous.npz     the previous checkpoint
//	log.jsonl        the losses, the held-out measures and the restarts, one JSON object a line
//	best.npz         the checkpoint of the best held-out measure, in a training that looks for it
//	.lock            held while a training writes to the folder; without file locks, .owner names the process
//
// Whatever happens, one of the two checkpoints is whole: a checkpoint is written to another name, synced, and renamed.
// Its meta.json holds the digests of all arrays, and the archive's comment holds the digest of meta.json; checkpoints of
// earlier versions have none, and still open. If checkpoint.npz is missing or damaged, loading reads previous.npz and
// says so in [Meta].Notice; a resumed training then renames the damaged file to checkpoint.npz.damaged.
//
// A training that is stopped by an interrupt or a crash and then resumed goes through the same states, to the last bit,
// as one that never stopped; its log is cut back to the checkpoint before it continues.
//
// "Step" counts the steps done, except as the argument of a Task's methods, where it is the number of a step, from 0.
// Losses are smoothed by the mean over the first 50 steps and an exponential average of that length from then on.
package training
