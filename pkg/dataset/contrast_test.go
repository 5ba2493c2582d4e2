package dataset

import (
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

// Frames that show no motion are refused, with what to do where that is known; faint ones are not.
func TestCheckMotion(t *testing.T) {
	const n, length, size = 3, 4, 8
	pixels := size * size * 3
	for _, c := range []struct {
		says  string
		value func(video, t, k int) int // of byte k of a frame
	}{
		{"one colour", func(_, _, _ int) int { return 0 }},
		{"from 0 to 1 of 255", func(_, t, k int) int { return (t + k) % 2 }}, // floats from 0 to 1, cast
		{"from 0 to 15 of 255", func(_, t, k int) int { return (t + k) % 16 }},
		{"do not change", func(v, _, k int) int { return (40*v + k) % 200 }},
		{"do not change", func(v, t, k int) int { return 10*(k/3%20) + t%2*5 }}, // but for noise
		{"video 1", func(v, t, k int) int { return 200 * ((t + k) % 2) * ((v + 1) % 2) }},
		{"", func(v, t, k int) int { return 200 * ((t + k) % 2) }},
		{"", func(v, t, k int) int { return 100 + 40*((t+k/3)%2) }},
	} {
		s := &Dataset{N: n, T: length, Size: size, Dt: 1}
		for i := range n * length * pixels {
			s.Frames = append(s.Frames, uint8(c.value(i/pixels/length, i/pixels%length, i%pixels)))
		}
		err := s.CheckMotion("F.npz")
		if c.says == "" && err != nil || c.says != "" && (!badinput.Is(err) || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("got %v, want an error with %q", err, c.says)
		}
		if c.says == "video 1" { // one clip of a video may be of one colour
			s.Clips = []Clip{{0, 0}, {0, 4}, {0, 8}}
			if err := s.CheckMotion("F.npz"); err != nil {
				t.Error(err)
			}
		}
	}
}
