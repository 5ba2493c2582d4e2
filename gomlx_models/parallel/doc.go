// Package parallel trains on several devices of a backend at once.
//
// Training is parallel in the data: each of N devices has all the parameters and an N-th of every batch. The program
// of a step is the one for a single device, written for the whole batch. GoMLX's AutoSharding hands it to XLA together
// with how its inputs and outputs are laid out, and XLA splits the work and adds up what the devices found:
//
//	inputs of the batch    cut along their batch axis, part i to device i
//	other inputs           on every device: the learning rate, the weight of the KL divergence
//	variables              on every device, before the step and after it
//	losses                 on every device
//
// The step is therefore the same function on any number of devices: a mean over the batch is over the whole batch, and
// frames that a gather picks may lie on another device. Only sums are rounded in another order.
//
// Evaluation, sampling and saving are on one device: GoMLX hands them the variables of the first.
//
// [Over] chooses the devices, or says why they cannot be had, and [Devices.Program] compiles a step for them. Nothing is
// different from a plain model.Exec on one device.
package parallel
