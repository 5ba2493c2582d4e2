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
