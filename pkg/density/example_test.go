package density_test

import (
	"fmt"
	"math/rand/v2"

	"hgn.local/pkg/density"
)

// The negative log-likelihood of the truth is its entropy.
func ExampleEntropy() {
	target, err := density.Named("gaussians4")
	if err != nil {
		fmt.Println(err)
		return
	}
	exact := target.(density.Exact)
	entropy, _ := density.Entropy(exact)
	points := target.Sample(rand.New(rand.NewPCG(1, 1)), 50000)
	logs, err := density.LogDensities(exact, points)
	if err != nil {
		fmt.Println(err)
		return
	}
	nll := 0.0
	for _, l := range logs {
		nll -= l / float64(len(logs))
	}
	fmt.Printf("entropy %.1f nats, mean -log p of samples %.1f\n", entropy, nll)
	// Output: entropy 2.4 nats, mean -log p of samples 2.4
}
