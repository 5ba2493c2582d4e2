package dataset

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

// clipped is a set of clips of videos with the given numbers of frames.
func clipped(length, stride int, videos ...int) *Dataset {
	s := &Dataset{T: length, Size: 4, Dt: 1}
	for v, frames := range videos {
		for start := 0; start+length <= frames; start += stride {
			s.Clips = append(s.Clips, Clip{v, start})
		}
	}
	s.N = len(s.Clips)
	s.Frames = make([]uint8, s.N*s.T*s.frameBytes())
	return s
}

// frames lists the frames of the original videos that a set shows.
func frames(s *Dataset) map[Clip]bool {
	all := map[Clip]bool{}
	for _, c := range s.Clips {
		for t := range s.T {
			all[Clip{c.Video, c.Start + t}] = true
		}
	}
	return all
}

func TestNoFrameIsInBothPartsOfASplit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		length := 2 + rng.IntN(12)
		stride := 1 + rng.IntN(2*length)
		videos := make([]int, 1+rng.IntN(6))
		for v := range videos {
			videos[v] = length + rng.IntN(60)
		}
		set := clipped(length, stride, videos...)
		fraction := []float64{0.001, 0.1, 0.25, 0.5, 0.9}[rng.IntN(5)]
		train, test := set.Split(fraction)
		learned := frames(train)
		for f := range frames(test) {
			if learned[f] {
				t.Fatalf("videos of %v frames, clips of %d every %d, %g of them: frame %v is in both parts", videos, length, stride, fraction, f)
			}
		}
		apart := slices.ContainsFunc(set.Clips, func(c Clip) bool {
			last := set.Clips[set.N-1]
			return c.Video != last.Video || c.Start+length <= last.Start
		})
		if set.N >= 2 && (test.N == 0 || train.N == 0 && apart && fraction <= 0.1) {
			t.Fatalf("videos of %v frames, clips of %d every %d, %g of them: %d for training, %d for testing", videos, length, stride, fraction, train.N, test.N)
		}
		// Clips are lost only where they share frames with the test set.
		if lost := set.N - train.N - test.N; lost > (length-1)/stride {
			t.Fatalf("clips of %d every %d: %d are lost between %d and %d", length, stride, lost, train.N, test.N)
		}
	}
}

func TestSplitHoldsOutWholeVideosOrTheEnd(t *testing.T) {
	for _, c := range []struct {
		what                   string
		set                    *Dataset
		fraction               float64
		train, test, firstTest int
	}{
		{"ten videos of 10 clips", clipped(10, 10, slices.Repeat([]int{100}, 10)...), 0.1, 90, 10, 90},
		{"the nearest number of videos", clipped(10, 10, slices.Repeat([]int{100}, 10)...), 0.17, 80, 20, 80},
		{"three videos: a third is allowed", clipped(10, 10, 100, 100, 100), 0.1, 20, 10, 20},
		{"two videos: half would be too much", clipped(10, 10, 100, 100), 0.1, 18, 2, 18},
		{"a last video that is too short", clipped(10, 10, 980, 10, 10), 0.1, 90, 10, 90},
		{"one video without overlap", clipped(10, 10, 200), 0.1, 18, 2, 18},
		{"one video with overlap", clipped(10, 3, 100), 0.1, 25, 3, 28},
		{"all overlap", clipped(10, 1, 15), 0.1, 0, 1, 5},
		{"nothing asked for", clipped(10, 1, 15), 0, 6, 0, 6},
		{"everything asked for", clipped(10, 1, 15), 1, 0, 6, 0},
	} {
		train, test := c.set.Split(c.fraction)
		if train.N != c.train || test.N != c.test || !slices.Equal(train.Clips, c.set.Clips[:c.train]) || !slices.Equal(test.Clips, c.set.Clips[c.firstTest:]) {
			t.Errorf("%s: %d and %d clips, want %d and %d from %d on", c.what, train.N, test.N, c.train, c.test, c.firstTest)
		}
	}
}

// The states of a simulated set go with their frames; clips of clips know their place in the first video.
func TestImportCutsSimulatedSets(t *testing.T) {
	r := small("two_body")
	r.Frames = 14
	set := generate(t, r)
	path := filepath.Join(t.TempDir(), "a.npz")
	save := func(s *Dataset) {
		t.Helper()
		if err := s.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	save(set)
	cut := mustImport(t, path, ImportOptions{Length: 8, Stride: 3})
	if cut.N != 3*set.N || cut.System != set.System || cut.Noise != set.Noise || cut.Recipe != nil {
		t.Fatalf("%d clips of %q, noise %g, recipe %v", cut.N, cut.System, cut.Noise, cut.Recipe)
	}
	save(cut)
	if again := mustImport(t, path, ImportOptions{}); !reflect.DeepEqual(again, cut) {
		t.Error("a set of clips does not survive saving and loading")
	}
	again := mustImport(t, path, ImportOptions{Length: 4})
	for _, s := range []*Dataset{cut, again} {
		for i, c := range s.Clips {
			for f := range s.T {
				q, p := s.State(i, f)
				wantQ, wantP := set.State(c.Video, c.Start+f)
				if !slices.Equal(q, wantQ) || !slices.Equal(p, wantP) || s.Energy[i*s.T+f] != set.Energy[c.Video*set.T+c.Start+f] ||
					!bytes.Equal(s.Frame(i, f), set.Frame(c.Video, c.Start+f)) {
					t.Fatalf("frame %d of clip %d, %v, is not that of the video", f, i, c)
				}
			}
		}
	}
	if want := []Clip{{0, 0}, {0, 4}, {0, 3}, {0, 7}, {0, 6}, {0, 10}, {1, 0}}; !slices.Equal(again.Clips[:7], want) {
		t.Errorf("clips of clips are %v, want %v", again.Clips[:7], want)
	}

	save(set)
	resized := mustImport(t, path, ImportOptions{Size: 8})
	if _, err := resized.NoiseFloorMSE(); resized.Size != 8 || !slices.Equal(resized.Q, set.Q) || !badinput.Is(err) {
		t.Errorf("resampled frames are taken for drawn ones: %v", err)
	}
	begun := mustImport(t, path, ImportOptions{Length: 9})
	if q, _ := begun.State(3, 8); begun.N != set.N || !slices.Equal(q, set.Q[(3*14+8)*4:(3*14+9)*4]) {
		t.Error("the beginnings of the videos have other states")
	}
}

func TestLoadChecksClips(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npz")
	for want, clips := range map[string]npz.Array{
		"shape [2 3]":      {Shape: []int{2, 3}, Data: make([]float64, 6)},
		"shape [3 2]":      {Shape: []int{3, 2}, Data: make([]float64, 6)},
		"frame -1":         {Shape: []int{2, 2}, Data: []float64{0, 0, 0, -1}},
		"video 0.5":        {Shape: []int{2, 2}, Data: []float64{0.5, 0, 1, 0}},
		"video 1e+300":     {Shape: []int{2, 2}, Data: []float64{0, 0, 1e300, 0}},
		"clip 1 comes":     {Shape: []int{2, 2}, Data: []float64{0, 7, 0, 6}},
		"comes before":     {Shape: []int{2, 2}, Data: []float64{1, 7, 0, 9}},
		`"clips" has elem`: {Shape: []int{2, 2}, Data: make([]uint8, 4)},
	} {
		content := arrays()
		content["clips"] = clips
		write(t, path, content)
		if _, err := Load(path); !badinput.Is(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want a bad-input error with %q", err, want)
		}
	}
}
