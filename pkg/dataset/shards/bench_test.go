package shards

import (
	"os"
	"path/filepath"
	"testing"

	"hgn.local/pkg/dataset"
)

// benchmarked is the paper's data at 64 pixels, in a number that is made in a moment. HGN_SHARDS names a folder of more.
var benchmarked = dataset.Recipe{System: "pendulum", Trajectories: 200, Frames: 30, Size: 64, Dt: 0.125, Noise: -1, Seed: 1}

// BenchmarkVideo reads videos from shards, in an order that is shuffled over the whole set, and simulates and renders
// them instead.
func BenchmarkVideo(b *testing.B) {
	dir := os.Getenv("HGN_SHARDS")
	if dir == "" {
		dir = filepath.Join(b.TempDir(), "set")
		if _, err := Write(b.Context(), benchmarked, dir, 4, nil); err != nil {
			b.Fatal(err)
		}
	}
	f, err := Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	stream, err := f.Recipe.Stream()
	if err != nil {
		b.Fatal(err)
	}
	for name, video := range map[string]func(i int, dst []uint8) error{"read": f.Video, "simulated": stream.Video} {
		b.Run(name, func(b *testing.B) {
			dst := make([]uint8, f.video)
			n := 0
			for b.Loop() {
				if err := video((n*7919+13)%f.Len(), dst); err != nil {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64(n*f.Recipe.Frames)/b.Elapsed().Seconds(), "frames/s")
		})
	}
}
