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
// A batch that does not fit into the memory of the devices is learned from in parts, one after the other, by
// fit.Learner.Accumulate: hgn train --accumulate. How the time of a step follows the number of devices is measured by
// hgn cost --axis "strong scaling" --axis "weak scaling".
//
// # A second host
//
// All devices are those of one process. A second host would need four things, which go-xla 0.4.5 lacks:
//
//   - A store that the processes share. PJRT_Client_Create takes callbacks by which a plugin puts and gets keys
//     (kv_put_callback, kv_get_callback, kv_try_get_callback); its CUDA plugin, created with the options node_id and
//     num_nodes, exchanges the devices' topology and NCCL's identifiers through them. go-xla leaves them empty
//     (pjrt/clients.go). C functions would have to call a small server that the first process runs; Slurm gives its
//     address and every process its number (SLURM_NODELIST, SLURM_PROCID). The CPU plugin would also need collectives over
//     the network, which XLA has (Gloo, MPI), and which the C interface does not let a client choose.
//   - All devices of all processes in the assignment of a program, where go-xla numbers the addressable ones only.
//     PJRT_Client_Devices lists them all, and their process.
//   - Inputs and outputs for the addressable devices only: an execution takes one list of buffers for each of them. Every
//     process would draw its own part of a batch, which is a function of the seed and the step here, so that nothing has to
//     be sent; dtensor.ShardTensor expects the parts for all devices.
//   - One process that saves, and a step at which all of them stop when one is told to: SIGTERM comes to each by itself.
//
// The program of a step would stay as it is: AutoSharding's mesh has more devices, and XLA sums across hosts as it does
// across devices. Nothing of this was tried.
//
// # Use
//
// [Over] chooses the devices, or says why they are not available, and [Devices.Program] compiles a step for them. On
// one device a Program is a plain model.Exec.
package parallel
