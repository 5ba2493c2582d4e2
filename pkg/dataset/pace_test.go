package dataset

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

// every returns n times that are so far apart.
func every(n int, interval float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i) * interval
	}
	return out
}

func TestTimesOfFilms(t *testing.T) {
	const dt = 1.0 / 30
	even := every(300, dt)
	dropped := slices.Delete(slices.Clone(even), 100, 102)
	dropped = slices.Delete(dropped, 200, 201)
	doubled := slices.Insert(slices.Clone(even), 50, even[49]+0.001)
	jitter, telecine, milliseconds := slices.Clone(even), []float64{0}, every(500, 1.0/240)
	for i := range jitter {
		jitter[i] += 0.02 * dt * math.Sin(float64(i*i))
	}
	for i := range 300 {
		telecine = append(telecine, telecine[i]+[]float64{2, 3}[i%2]/60)
	}
	for i, at := range milliseconds {
		milliseconds[i] = math.Round(1000*at) / 1000
	}
	for name, c := range map[string]struct {
		times      []float64
		tick, rate float64
		interval   float64
		frames     int
		says       []string
	}{
		"even":         {even, 1e-5, 0, dt, 300, nil},
		"announced":    {every(300, 0.0333334), 1e-4, 30, dt, 300, nil},
		"jitter":       {jitter, 1e-5, 0, dt, 300, nil},
		"milliseconds": {milliseconds, 1e-3, 240, 1.0 / 240, 500, nil},
		"dropped":      {dropped, 1e-5, 0, dt, 300, []string{"0.1 s apart", "3 missing ones, the first after 3.30 s"}},
		"doubled":      {doubled, 1e-5, 0, dt, 300, []string{"1 in excess are left out"}},
		"telecine":     {telecine, 1e-5, 0, 2.5 / 60, 301, []string{"0.03333 to 0.05 s apart", "every 0.04167 s"}},
		"one":          {even[:1], 1e-5, 0, 0, 1, nil},
		"no times":     {make([]float64, 9), 1e-5, 0, 0, 9, nil},
	} {
		p, err := pace(c.times, c.tick, c.rate)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if math.Abs(p.interval-c.interval) > 2e-4*c.interval || sum(p.counts) != c.frames || len(p.counts) != len(c.times) {
			t.Errorf("%s: %g s, %d frames, want %g s, %d", name, p.interval, sum(p.counts), c.interval, c.frames)
		}
		if (p.remark == "") != (c.says == nil) {
			t.Errorf("%s: %q", name, p.remark)
		}
		for _, says := range c.says {
			if !strings.Contains(p.remark, says) {
				t.Errorf("%s: %q does not say %q", name, p.remark, says)
			}
		}
	}
	if p, _ := pace(dropped, 1e-5, 0); p.counts[99] != 2 || p.counts[100] != 2 {
		t.Errorf("the neighbours of two missing frames stand for %v", p.counts[95:105])
	}
	if p, _ := pace(doubled, 1e-5, 0); p.counts[50] != 0 || p.counts[49] != 1 {
		t.Errorf("of two frames at one time, %v are taken", p.counts[45:55])
	}

	wild := slices.Clone(even)
	for i := range wild {
		wild[i] *= 1 + float64(i)/300
	}
	for name, c := range map[string]struct {
		times []float64
		says  string
	}{
		"backward": {slices.Concat(even, even), "goes back in time after 9.97 s"},
		"pause":    {slices.Delete(slices.Clone(even), 100, 110), "shows nothing for 0.37 s, from 3.30 s on"},
		"wild":     {wild, "too unequal"},
		"most":     {append(make([]float64, 300), even[:100]...), "equal times"},
	} {
		if _, err := pace(c.times, 1e-5, 0); !badinput.Is(err) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Films of one camera may differ a little in their rates; what differs more, or by choice as in GIFs, is refused.
func TestTimesOfSeveralFilms(t *testing.T) {
	of := func(digest string, delays ...float64) (all []film) {
		for _, d := range delays {
			all = append(all, film{reels: []reel{{name: "b.mp4", timed: true, delay: d, digest: digest}}})
		}
		return all
	}
	for _, c := range []struct {
		all  []film
		want float64 // 0: refused
	}{
		{of("x", 1.0/24, 1.0/24), 1.0 / 24}, {of("x", 0.04, 0.0402), 0.0401}, {of("x", 0.04, 0.04, 0.05), 0}, {of("", 0.04, 0.0402), 0},
	} {
		got, err := ImportOptions{}.dt(c.all)
		if math.Abs(got-c.want) > 1e-12 || (c.want == 0) != badinput.Is(err) {
			t.Errorf("%v: %g, %v", c.all, got, err)
		}
	}
}
