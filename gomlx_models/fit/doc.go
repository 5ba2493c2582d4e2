// Package fit trains every model of this project: it draws batches ahead, compiles a step of Adam on the model's losses,
// schedules the learning rate, divides batches among devices, and measures gradients. A model gives an [Objective]; what it
// gets is a [Learner].
//
// The state of a training is the model's store and the number of steps done, nothing else. What is drawn for a step
// depends on the seed and on the number of the step, so that a training that was interrupted continues with the batches
// that it would have seen.
package fit
