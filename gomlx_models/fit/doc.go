// Package fit trains every model of this project: it draws batches ahead, compiles a step of Adam on the model's
// losses, schedules the learning rate, divides batches among devices, and measures gradients. A model supplies an
// [Objective] and gets a [Learner].
//
// The state of a training consists of the model's store and the number of steps done, nothing else. The batch of a
// step depends only on the seed and the step number, so an interrupted training continues with the batches that it
// would have seen.
package fit
