// Package table puts trained runs side by side in the form of the tables of Toth et al. (2020), Hamiltonian
// Generative Networks, together with the published figures.
//
//	Table 1   average pixel MSE over an unroll, train / test, × 10⁴
//	Table 2   variance of the learned H along a rollout, train / test, × 10⁴; and, because the scale of a learned H is free,
//	          its ratio to the variance across trajectories
//	beyond    rollouts in other directions of time and at other speeds, VPT, SyMetric, reversal error, energy correlation
//	states    models that learned from true states instead of videos, if there are any
//	densities models of densities, if there are any: likelihoods instead of pixel errors
//
// Columns are systems and rows are models. Runs that differ only in their seed share a cell, which holds the mean
// over seeds with the 95% interval over seeds; a single run has the interval over its trajectories. A figure that was
// not found in the literature is an empty cell.
//
// A Table is data: Build makes it from runs and their reports, Text and Markdown draw it, and it encodes as JSON.
package table
