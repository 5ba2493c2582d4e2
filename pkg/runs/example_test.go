package runs_test

import (
	"fmt"
	"log"

	"hgn.local/pkg/runs"
)

// The configuration of a run is a model's preset, changes to it, and data.
func ExampleNewConfig() {
	c, err := runs.NewConfig("hgn", "quick")
	if err != nil {
		log.Fatal(err)
	}
	if err := c.Set("steps=100"); err != nil {
		log.Fatal(err)
	}
	c.Data = runs.Simulated("pendulum")
	fmt.Println(c.Model, c.Params.Plan().Steps, c.Data.System())
	fmt.Println(c.Set("stpes=100") != nil)
	// Output:
	// hgn 100 pendulum
	// true
}
