package npz_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"hgn.local/pkg/dataset/npz"
)

// An array is written and read again.
func Example() {
	folder, err := os.MkdirTemp("", "npz")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "states.npz")
	if err := npz.Write(path, npz.Array{Name: "q", Shape: []int{2, 3}, Data: []float64{1, 2, 3, 4, 5, 6}}); err != nil {
		log.Fatal(err)
	}
	file, err := npz.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	shape, q, err := file.Floats("q")
	fmt.Println(shape, q, err)
	// Output: [2 3] [1 2 3 4 5 6] <nil>
}
