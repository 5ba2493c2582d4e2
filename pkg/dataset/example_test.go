package dataset_test

import (
	"context"
	"fmt"

	"hgn.local/pkg/dataset"
)

// Simulate a small data set, and keep a tenth of it for testing.
func ExampleRecipe_Generate() {
	set, err := dataset.Recipe{
		System: "pendulum", Trajectories: 20, Frames: 30, Size: 32,
		Dt: 0.125, Noise: -1, Seed: 1,
	}.Generate(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	train, test := set.Split(0.1)
	fmt.Println(train.N, test.N, len(test.Frame(0, 0)))
	// Output: 18 2 3072
}

// Cut a long film, kept as the PNG files of its frames, into clips of 30 frames that begin at every tenth, and hold out
// its end for testing: no frame is in both sets.
func ExampleImport() {
	set, err := dataset.Import(context.Background(), "film", dataset.ImportOptions{Dt: 1.0 / 25, Size: 64, Crop: true, Length: 30, Stride: 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	train, test := set.Split(0.1)
	fmt.Println(train.N, test.N)
}
