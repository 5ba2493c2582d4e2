package fit

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// permute is a permutation of 0..n-1 for every n and key.
func TestPermuteIsAPermutation(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 7, 15, 16, 17, 63, 64, 65, 100, 255, 256, 257, 1000, 4097} {
		for _, key := range []uint64{0, 1, 2, 12345, math.MaxUint64, 0x9e3779b97f4a7c15} {
			seen := make([]bool, n)
			for x := range n {
				y := permute(x, n, key)
				if y < 0 || y >= n || seen[y] {
					t.Fatalf("n %d, key %d: %d goes to %d, which is out of range or taken", n, key, x, y)
				}
				seen[y] = true
			}
		}
	}
}

// Other keys give other orders, none of them the natural one.
func TestPermuteDependsOnTheKey(t *testing.T) {
	order := func(n int, key uint64) []int {
		o := make([]int, n)
		for x := range o {
			o[x] = permute(x, n, key)
		}
		return o
	}
	const n = 100
	seen := map[string]bool{}
	for key := range uint64(200) {
		o := order(n, key)
		if slices.IsSorted(o) {
			t.Errorf("key %d does nothing", key)
		}
		seen[fmt.Sprint(o)] = true
	}
	if len(seen) != 200 {
		t.Errorf("200 keys give %d orders", len(seen))
	}
	// Over many keys each tenth of the numbers goes to each tenth equally often.
	const parts, keys = 10, 1000
	var counts [parts][parts]float64
	for key := range uint64(keys) {
		for x, y := range order(n, key*0x9e3779b97f4a7c15) {
			counts[x*parts/n][y*parts/n] += 1. / keys / n * parts
		}
	}
	for x := range counts {
		for y, share := range counts[x] {
			if math.Abs(share-1./parts) > 0.02 {
				t.Errorf("tenth %d goes to tenth %d with frequency %.3f, want about %.1f", x, y, share, 1./parts)
			}
		}
	}
}
