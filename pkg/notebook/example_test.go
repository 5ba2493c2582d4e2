package notebook_test

import (
	"fmt"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/nsf"
	nb "hgn.local/pkg/notebook"
	"hgn.local/pkg/physics"
)

// A cell learns a pendulum from videos and shows what it has learned; the next one runs time backwards.
func Example() {
	data := nb.Simulate(physics.Pendulum())
	run := nb.Train("pendulum", hgn.Quick(), data)
	nb.Landscape(run)
	nb.Animate(run.Rollout(nb.Dt(-0.125), nb.Steps(60)))
}

// A density is learned from samples in the same way.
func ExampleDensity() {
	run := nb.Train("rings", nhf.Quick(), nb.Density("rings"))
	nb.Flow(run)
	nb.DensityTable("rings")
}

// Two trainings are watched beside each other, and compared when they have ended.
func ExampleSideBySide() {
	data := nb.Simulate(physics.Pendulum())
	euler := hgn.Quick()
	euler.Integrator = "euler"
	all := nb.SideBySide(nb.Training("leapfrog", hgn.Quick(), data), nb.Training("euler", euler, data))
	nb.Compare(all...)
}

// Of a table, the petals of irises are learned given the species, and petals of one species are drawn.
func ExampleCond() {
	run := nb.Train("iris", nsf.Quick(), nb.Density("iris.csv", nb.Columns("petal_length", "petal_width"), nb.Cond("species")))
	x := run.Draw(1000, nb.At("setosa"))
	fmt.Println(x.N(), x.Dim)
}
