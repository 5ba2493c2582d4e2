// Package notebook holds the functions that the cells of a notebook call: they simulate, train, and show what was
// learned.
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
// Learning a density from points, and showing it, works in the same way:
//
//	%%
//	flow := nb.Train("flow", nhf.Quick(), nb.Density("gaussians4"))
//	nb.Show(flow)
//
//	%%
//	nb.Flow(nb.Open("flow"))
//	nb.Likelihoods("flow", "rnvp")
//	nb.Momenta("flow")
//
// The points may be those of a table, and be given with conditions c, of which p(x|c) is learned:
//
//	%%
//	run := nb.Train("iris", nsf.Quick(), nb.Density("iris.csv", nb.Columns("petal_length", "petal_width"), nb.Cond("species")))
//	x := run.Draw(1000, nb.At("setosa"))
//
// A flow can learn an energy instead, without points of its density, and then knows log Z:
//
//	%%
//	var well = nb.TargetEnergy("well", 2, 2, func(x *Node) *Node { return MulScalar(ReduceSum(Square(Square(x)), -1), 0.25) })
//	run := nb.Train("well", nhf.Sharp(), nb.Target(well))
//	fmt.Println(run.LogZ(), nb.FreeEnergy(run, nb.Open("another")))
//
// Two trainings that are watched beside each other show on common axes what a difference between them is worth:
//
//	%%
//	data := nb.Simulate(physics.Pendulum())
//	euler := hgn.Quick()
//	euler.Integrator = "euler"
//	all := nb.SideBySide(nb.Training("leapfrog", hgn.Quick(), data), nb.Training("euler", euler, data))
//	nb.Compare(all...)
//
// They take turns, so that each has the result of a training alone; an interrupt saves both, and the same cell goes on with
// both.
//
// # Cells are programs
//
// GoNB compiles every cell into a separate program, so values do not survive from cell to cell. A run does: it is a
// folder (see package runs) in $HGN_RUNS, or in runs/ beside the notebook, and is opened by name. A cell that only
// looks at a run loads the model and simulates the test set again, which takes well under a second; it never makes
// the training set.
//
// For this reason the package has state: one backend, opened when it is first needed, for the life of the program.
//
// # Trial runs
//
// To check that notebooks work, rather than to see their results, set HGN_STEPS=N: Train then stops every training
// after at most N steps, and the output says so. Such runs live in separate folders, NAME-trialN, which Open finds by
// the name as long as HGN_STEPS is set: a trial is never mistaken for a run.
//
// # Errors
//
// Functions return no errors. A failing function writes one sentence that says what to do to stderr, and the program
// ends with exit code 1, which makes the cell fail. An interrupted training saves, says how to go on, and ends with exit
// code 130. HGN_TRACE=1 adds the stack of an internal error.
//
// GoNB adds to the sentence: it writes the exit status to stderr, after "^C" if the cell was interrupted, and once more in
// red as the cell's error. No cell can prevent this, except by exit code 0, and then programs that execute notebooks would
// go on as if the training were done. GoNB kills a cell 5 seconds after an interrupt; so an interrupted training finishes its
// step and saves, and shows no new example.
//
// `hgn run` stops at a cell that fails. Jupyter's Run All does not with GoNB, which runs the cells that wait whatever
// becomes of the one before them. On Linux, a cell that calls this package notices that it waited while another call of
// this package failed, and fails as well, with a sentence. It does not notice that the cell before it did not compile, or
// ended with an exit code of its own.
//
// # Controls
//
// Explore, Latent and ExploreFlow display knobs, and their cell listens: the program stays, answers what the page asks,
// and the newest value of a knob always wins. It ends
//
//   - by the button below the knobs, or by Jupyter's stop button;
//   - when another cell is run, or waits already: of a notebook that is run as a whole, only its last cell listens;
//   - within 15 seconds after the page is closed, loaded without the controls, or the kernel is gone; if the notebook was
//     saved while it listened, the page that is loaded again goes on with the same program.
//
// However it ends, the cell has not failed, and a picture of what was last shown takes the place of the knobs. That
// picture is what a saved notebook and its HTML hold. Where no Jupyter server has started the kernel, as in `hgn run`,
// nbclient and VS Code, the cell shows its picture and ends at once.
//
// The page reaches the program through the Jupyter server and the comm of GoNB, by a socket of its own that also finds
// its way behind https and below a base URL, as JupyterHub has. It works in JupyterLab 4, Notebook 7 and Notebook 6.
//
// # Display
//
// In a cell, pictures and tables are the cell's output. In any other Go program the same calls print text, and save
// pictures as files in the run's folder.
//
// # Units
//
// The scale and the zero of a learned H are free, as are the coordinates of the learned phase space. If the true
// system is known, pictures show the learned energy in the true units, by the affine map that fits best; the map is
// written under the picture. Nothing else in the pictures is fitted.
//
// Package figures makes the paper's pictures, and those of a density; the command line draws from it as well. The
// files here take options, name the files and display.
package notebook
