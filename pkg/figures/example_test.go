package figures_test

import (
	"fmt"
	"log"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/runs"
)

// The energies of a run along a rollout backwards in time, as a picture.
func ExampleOf() {
	run, err := runs.Open("runs/pendulum")
	if err != nil {
		fmt.Println("train one first")
		return
	}
	drawn := figures.Of(run, "pendulum", func() (*device.Device, error) { return device.Open(device.Options{}) })
	rollout, err := drawn.Rollout(0, -0.125, 60)
	if err != nil {
		log.Fatal(err)
	}
	strip, err := rollout.Strip()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strip.Size())
	// Output: train one first
}
