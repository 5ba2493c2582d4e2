// Package notebook is what the cells of a notebook call: simulate, train, and look at what was learned.
//
//	%%
//	data := nb.Simulate(physics.Pendulum())
//	run  := nb.Train("pendulum", hgn.Quick(), data)
//	nb.Show(run)
//
//	%%
//	run := nb.Open("pendulum")
//	nb.Show(run.Rollout(nb.Steps(60), nb.Dt(-0.125)))
//	nb.Energy(run)
//
// A density is learned from points, and shown, in the same way:
//
//	%%
//	flow := nb.Train("flow", nhf.Quick(), nb.Density("gaussians4"))
//	nb.Show(flow)
//
//	%%
//	nb.Flow(nb.Open("flow"))
//	nb.Likelihoods("flow", "rnvp")
//
// # Cells are programs
//
// GoNB compiles every cell into a program of its own, so values do not survive from cell to cell. A run does: it is a
// folder (see package runs) in $HGN_RUNS, or in runs/ beside the notebook, and is opened by name. A cell that only looks
// loads the model and simulates the test set again, which takes well under a second; it never makes the training set.
//
// Hence the state of this package: one backend, opened when it is first needed, for the life of the program.
//
// # Trial runs
//
// Whoever wants to know whether notebooks work, and not what they show, sets HGN_STEPS=N: no training of Train then has more
// than N steps. What is displayed says so. Such runs live in folders of their own, NAME-trialN, which Open finds by the
// name as long as HGN_STEPS is set: a trial is never taken for a run.
//
// # Errors
//
// Functions return no errors. What goes wrong is written to stderr as one sentence that says what to do, and the program
// ends with exit code 1, which makes the cell fail: the cells after it do not run on nothing. An interrupted training
// saves, says how to go on, and ends with exit code 130. HGN_TRACE=1 adds the stack of an internal error.
//
// # Display
//
// In a cell, pictures and tables are the cell's output. In any other Go program the same calls print text, and save
// pictures as files in the run's folder.
//
// # Units
//
// The scale and the zero of a learned H are free, as are the coordinates of the learned phase space. Where the true system
// is known, pictures show the learned energy in its units, by the affine map that fits best; the map is
// written under the picture. Nothing is fitted to the pictures otherwise.
//
// The pictures that the paper has, and those of a density, are made by package figures, which the command line draws from as well;
// the files here take options, name the files and display.
package notebook
