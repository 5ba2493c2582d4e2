package dataset

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
)

// In any order, by many at once, a stream gives the videos of the set.
func TestAStreamGivesTheVideosOfTheSet(t *testing.T) {
	for _, system := range physics.Names() {
		r := small(system)
		set := generate(t, r)
		r.Trajectories = math.MaxInt // far more than fit anywhere
		stream, err := r.Stream()
		if err != nil {
			t.Fatal(err)
		}
		if stream.Len() != math.MaxInt {
			t.Errorf("the stream has %d trajectories", stream.Len())
		}
		var readers sync.WaitGroup
		for reader := range 3 {
			readers.Go(func() {
				video := bytes.Repeat([]byte{99}, set.T*set.frameBytes()+5)
				for k := range set.N {
					i := (5*k + 7*reader) % set.N
					if err := stream.Video(i, video); err != nil || !bytes.Equal(video[:len(video)-5], set.Subset(i, i+1).Frames) {
						t.Errorf("%s: video %d differs from the set's (%v)", system, i, err)
					}
				}
				if !bytes.Equal(video[len(video)-5:], []byte{99, 99, 99, 99, 99}) {
					t.Errorf("%s: a video was written beyond its end", system)
				}
			})
		}
		readers.Wait()
		if err := stream.Video(math.MaxInt-1, make([]uint8, set.T*set.frameBytes())); err != nil {
			t.Errorf("%s: the last video: %v", system, err)
		}
	}
}

func TestStreamErrors(t *testing.T) {
	r := small("pendulum")
	stream, err := r.Stream()
	if err != nil {
		t.Fatal(err)
	}
	video := make([]uint8, 10*16*16*3)
	for _, i := range []int{-1, 12} {
		if err := stream.Video(i, video); !badinput.Is(err) {
			t.Errorf("trajectory %d: %v", i, err)
		}
	}
	if err := stream.Video(0, video[1:]); err == nil || !strings.Contains(err.Error(), "7680 bytes, not 7679") {
		t.Errorf("a buffer that is too small: %v", err)
	}
	r.Frames, r.Size = 1<<20, 1024
	if _, err := r.Stream(); !badinput.Is(err) {
		t.Errorf("a video that is too long for any memory: %v", err)
	}
	r.Frames = 1
	if _, err := r.Stream(); !badinput.Is(err) {
		t.Errorf("a recipe that cannot work: %v", err)
	}
}

// The paper's 50 000 trajectories fit into memory at 32 pixels and not at 64.
func TestBytes(t *testing.T) {
	r := Recipe{Trajectories: 50_000, Frames: 30, Size: 32}
	if n := r.Bytes(); n != 4_608_000_000 || n > MaxInMemory {
		t.Errorf("%d bytes at 32 pixels", n)
	}
	r.Size = 64
	if n := r.Bytes(); n != 18_432_000_000 || n < MaxInMemory {
		t.Errorf("%d bytes at 64 pixels", n)
	}
	r.Trajectories = math.MaxInt
	if n := r.Bytes(); n != math.MaxInt64 {
		t.Errorf("%d bytes for endless trajectories", n)
	}
}

func BenchmarkStream(b *testing.B) {
	for _, system := range physics.Names() {
		for _, size := range []int{32, 64} {
			b.Run(fmt.Sprintf("%s/%d", system, size), func(b *testing.B) {
				stream, err := Recipe{System: system, Trajectories: math.MaxInt, Frames: 30, Size: size, Dt: 0.125, Noise: -1, Seed: 1}.Stream()
				if err != nil {
					b.Fatal(err)
				}
				video := make([]uint8, 30*size*size*3)
				i := 0
				for b.Loop() {
					if err := stream.Video(i, video); err != nil {
						b.Fatal(err)
					}
					i++
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "videos/s")
			})
		}
	}
}
