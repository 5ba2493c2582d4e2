// Package scalar has the exponential for long loops over numbers in Go.
//
// On amd64 [math.Exp] is written in assembly. In a program built with GOEXPERIMENT=simd it takes a hundred times as long, about
// 2 µs instead of 20 ns, from the moment at which the scheduler has interrupted a loop asynchronously until something
// clears the upper halves of the vector registers (seen with Go 1.26.8 on an Intel Xeon; GODEBUG=asyncpreemptoff=1 avoids it).
// A loop of a million exponentials then takes seconds, on some runs and not on others. [math.Exp2] is written in Go, and not affected.
// This package can go when Go's scheduler clears the registers.
package scalar

import "math"

// Exp returns e**x, with a relative error of a few times 1e-16 (1+|x|).
func Exp(x float64) float64 { return math.Exp2(x * math.Log2E) }

// LogSumExp returns log Σ exp(x), which is -Inf of no numbers, without overflow.
func LogSumExp(x []float64) float64 {
	largest := math.Inf(-1)
	for _, v := range x {
		largest = math.Max(largest, v)
	}
	if math.IsInf(largest, 0) {
		return largest
	}
	sum := 0.0
	for _, v := range x {
		sum += Exp(v - largest)
	}
	return largest + math.Log(sum)
}
