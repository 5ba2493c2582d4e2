package nets

import "math"

// Logits returns the numbers whose algebraic sigmoid, y = (1 + x/√(x²+4))/2, gives n pixels in [0, 1], kept between
// 0.02 and 0.98. Nil pixels mean mid-grey. A decoder that starts with these numbers as biases draws these pixels.
func Logits(pixels []float32, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		y := 0.5
		if pixels != nil {
			y = min(max(float64(pixels[i]), 0.02), 0.98)
		}
		u := 2*y - 1
		out[i] = 2 * u / math.Sqrt(1-u*u)
	}
	return out
}
