package page_test

import (
	"fmt"
	"log"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/page"
	"hgn.local/pkg/runs"
)

// A run as a file that any browser plays.
func ExampleOf() {
	run, err := runs.Open("runs/pendulum")
	if err != nil {
		fmt.Println("train one first")
		return
	}
	p, err := page.Of(figures.Of(run, "pendulum", func() (*device.Device, error) { return device.Open(device.Options{}) }))
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Save("pendulum.html"); err != nil {
		log.Fatal(err)
	}
	// Output: train one first
}
