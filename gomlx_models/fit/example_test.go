package fit_test

import (
	"fmt"

	"hgn.local/gomlx_models/fit"
)

// The learning rate rises in the first tenth of the steps, and falls along half a cosine.
func ExampleAdam_Rate() {
	adam := fit.Adam{LearningRate: 1e-3, WarmUp: 0.1}
	for _, step := range []int{0, 9, 50, 99} {
		fmt.Printf("%.6f ", adam.Rate(step, 100))
	}
	// Output: 0.000100 0.000985 0.000505 0.000005
}

// Every epoch holds each example once, in an order of its own.
func ExampleShuffledIndex() {
	for n := range 10 {
		fmt.Print(fit.ShuffledIndex(1, n, 5), " ")
	}
	// Output: 1 0 2 3 4 0 2 3 4 1
}
