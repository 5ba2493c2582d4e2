// Package parallel trains on several devices of a backend at once.
//
// Training is data-parallel: each of N devices holds all parameters and an N-th of every batch. The program of a step
// is the one for a single device, written for the whole batch. GoMLX's AutoSharding hands it to XLA together with the
// layout of its inputs and outputs, and XLA splits the work and adds up the devices' results:
//
//	inputs of the batch    cut along their batch axis, part i to device i
//	other inputs           on every device: the learning rate, the weight of the KL divergence
//	variables              on every device, before the step and after it
//	losses                 on every device
//
// The step is therefore the same function on any number of devices: a mean over the batch covers the whole batch, and
// a gather may pick frames that lie on another device. Only the rounding order of sums differs.
//
// Evaluation, sampling and saving use one device: GoMLX hands them the variables of the first.
//
// [Over] chooses the devices, or says why they are not available, and [Devices.Program] compiles a step for them. On
// one device a Program is a plain model.Exec.
package parallel
