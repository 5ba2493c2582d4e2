package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
)

// fill adds what a model makes of the first states of test videos: starts, the extent and the references.
func (d *hgnDescription) fill(m *hgn.Model, all video.States) error {
	all = all.Part(0, min(all.N, extentVideos))
	path, err := m.Rollout(all, d.Video.Dt, d.Video.Frames-1)
	if err != nil {
		return err
	}
	d.survey(path, all.N, all.D)
	if err := d.findZero(m, path); err != nil {
		return err
	}
	k, v, err := m.Energies(all)
	if err != nil {
		return err
	}
	order := make([]int, all.N)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(k[a]+v[a], k[b]+v[b])
	})
	// The first is of middle energy; the others go from low to high.
	n := min(shownStarts, all.N)
	chosen := []int{order[all.N/2]}
	for i := range n - 1 {
		if c := order[(2*i+1)*all.N/(2*(n-1))]; !slices.Contains(chosen, c) {
			chosen = append(chosen, c)
		}
	}
	for _, i := range chosen {
		q, p := all.At(i)
		d.Starts = append(d.Starts, start{Name: fmt.Sprintf("test video %d", i), Q: widen(q), P: widen(p)})
	}
	for _, sign := range []float64{1, -1} {
		ref, err := referenceOf(m, d.Starts[0], sign*d.Video.Dt)
		if err != nil {
			return err
		}
		d.Reference = append(d.Reference, ref)
	}
	return nil
}

// findZero sets Zero. The zero of a learned energy is free.
func (d *hgnDescription) findZero(m *hgn.Model, path []video.States) error {
	d.Zero = math.Inf(1)
	for _, s := range path {
		_, v, err := m.Energies(s)
		if err != nil {
			return err
		}
		for _, v := range v {
			if v := float64(v); v < d.Zero {
				d.Zero = v
			}
		}
	}
	if math.IsInf(d.Zero, 0) {
		d.Zero = 0
	}
	return nil
}

// referenceOf rolls a start out, as far as its states are finite.
func referenceOf(m *hgn.Model, s start, dt float64) (reference, error) {
	at := video.States{N: 1, D: len(s.Q), Q: narrow(s.Q), P: narrow(s.P)}
	states, err := m.Rollout(at, dt, referenceSteps)
	if err != nil {
		return reference{}, err
	}
	ref := reference{Dt: dt, Every: referenceEvery}
	for i, state := range states {
		row := append(widen(state.Q), widen(state.P)...)
		if slices.ContainsFunc(row, func(v float64) bool { return v-v != 0 }) {
			break
		}
		if i%referenceEvery == 0 {
			ref.States, ref.Steps = append(ref.States, row), i
		}
	}
	return ref, nil
}

// survey finds the extent of the states of n videos, and the two coordinates that show the most: q and p of one degree
// of freedom, and otherwise the two positions that move the furthest within videos.
func (d *hgnDescription) survey(path []video.States, n, dim int) {
	moves := make([]float64, dim)
	for c := range 2 * dim {
		low, high, furthest := math.Inf(1), math.Inf(-1), 0.0
		for i := range n {
			first, last := math.Inf(1), math.Inf(-1)
			for _, s := range path {
				x := append(s.Q[i*dim:][:dim:dim], s.P[i*dim:][:dim]...)[c]
				if x := float64(x); x-x == 0 {
					first, last = min(first, x), max(last, x)
				}
			}
			if first <= last {
				low, high, furthest = min(low, first), max(high, last), max(furthest, last-first)
			}
		}
		if !(low < high) {
			low, high = low-1, low+1
		}
		margin := 0.15 * (high - low)
		low, high = low-margin, high+margin
		if c >= dim { // time reversed has -p
			high = max(-low, high)
			low = -high
		}
		if c < dim && d.Latent[c] == "circle" {
			low, high = -math.Pi, math.Pi
		}
		if c < dim {
			moves[c] = furthest
		}
		d.Extent = append(d.Extent, [2]float64{low, high})
	}
	var moving []int
	for c, kind := range d.Latent {
		if kind != "constant" {
			moving = append(moving, c)
		}
	}
	slices.SortStableFunc(moving, func(a, b int) int { return cmp.Compare(moves[b], moves[a]) })
	d.Axes = [2]int{moving[0], dim + moving[0]}
	if len(moving) > 1 {
		d.Axes = [2]int{min(moving[0], moving[1]), max(moving[0], moving[1])}
	}
}
