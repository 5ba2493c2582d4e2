package device_test

import (
	"fmt"
	"log"
	"os"

	"hgn.local/kernels_xla/device"
)

// The backend that GOMLX_BACKEND asks for is opened, or the best one that there is.
func ExampleOpen() {
	os.Setenv("GOMLX_BACKEND", "go")
	defer os.Unsetenv("GOMLX_BACKEND")
	d, err := device.Open(device.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer d.Close()
	fmt.Println(d.Name)
	// Output: go
}
