package hgn

import (
	"slices"
	"testing"

	"hgn.local/gomlx_models/video"
)

// film is what m draws of motions through states at the middle frame.
func film(t *testing.T, m *Model, middle video.States) video.Clips {
	t.Helper()
	start, err := m.RewindToFirst(middle)
	ok(t, err)
	states, err := m.Rollout(start, m.Video.Dt, m.Video.Frames-1)
	ok(t, err)
	v := video.Clips{Shape: m.Video, N: middle.N, Pixels: make([]uint8, middle.N*m.Video.Frames*m.Video.Pixels())}
	for k, s := range states {
		frames, err := m.Decode(s.Q)
		ok(t, err)
		for i := range v.N {
			for j, y := range frames[i*m.Video.Pixels():][:m.Video.Pixels()] {
				v.Frame(i, k)[j] = uint8(y*255 + 0.5)
			}
		}
	}
	return v
}

// Refine finds the states that a film was drawn from, from others nearby.
func TestRefineFindsTheState(t *testing.T) {
	for _, latent := range []string{"circle", "line", "circle,line"} {
		t.Run(latent, func(t *testing.T) {
			p := tiny()
			p.Latent, p.DecoderHidden = latent, []int{32, 64}
			m := newModel(t, p, tinyVideo)
			truth := randomStates(1, 6, m.latent.Dim())
			v := film(t, m, truth)
			away := randomStates(3, 6, m.latent.Dim())
			for i := range away.Q {
				away.Q[i], away.P[i] = truth.Q[i]+0.2*away.Q[i], truth.P[i]+0.2*away.P[i]
			}
			found, err := m.Refine(v, away, 10)
			ok(t, err)
			before, after := reconstruction(t, m, v, away), reconstruction(t, m, v, found)
			if after > 0.02*before { // what remains is the rounding of pixels to bytes
				t.Errorf("the pixel error goes from %.2g to %.2g only", before, after)
			}
			if far := max(distance(found.Q, truth.Q), distance(found.P, truth.P)); far > 0.01 {
				t.Errorf("the states found are %.2g of their size away from the true ones", far)
			}
		})
	}
}

// No video is explained worse for having been refined, even one that the model cannot draw.
func TestRefineNeverHurts(t *testing.T) {
	p := tiny()
	p.Latent = "circle"
	m := newModel(t, p, tinyVideo)
	v := noise(tinyVideo, 5, 1)
	before, err := m.Encode(v)
	ok(t, err)
	same, err := m.Refine(v, before, 0)
	ok(t, err)
	if !slices.Equal(same.Q, before.Q) || !slices.Equal(same.P, before.P) {
		t.Error("no steps change the states")
	}
	after, err := m.Refine(v, before, 4)
	ok(t, err)
	for i := range v.N {
		size := v.Frames * v.Shape.Pixels()
		one := video.Clips{Shape: v.Shape, N: 1, Pixels: v.Pixels[i*size:][:size]}
		worse, better := reconstruction(t, m, one, before.Part(i, 1)), reconstruction(t, m, one, after.Part(i, 1))
		if better > worse*(1+1e-6) {
			t.Errorf("the pixel error of video %d goes from %.8g to %.8g", i, worse, better)
		}
	}
	m.Params.Refine = 4
	inferred, err := m.Infer(v)
	ok(t, err)
	if distance(inferred.Q, after.Q) > 1e-5 || distance(inferred.P, after.P) > 1e-5 {
		t.Error("Infer does not refine what the encoder says")
	}
}

// RefineTo sees the frames that it is told to: of a film joined from two, each part gives the states of its own.
func TestRefineToAPart(t *testing.T) {
	p := tiny()
	p.Latent, p.DecoderHidden = "circle", []int{32, 64}
	m := newModel(t, p, tinyVideo)
	first, second := randomStates(1, 6, 1), randomStates(3, 6, 1)
	for i := range second.Q {
		second.Q[i], second.P[i] = first.Q[i]+0.2*second.Q[i], first.P[i]+0.2*second.P[i]
	}
	joined, other := film(t, m, first), film(t, m, second)
	half := m.Anchor()
	for i := range joined.N {
		for k := half; k < joined.Frames; k++ {
			copy(joined.Frame(i, k), other.Frame(i, k))
		}
	}
	for _, part := range []struct {
		first, end  int
		start, want video.States
	}{{0, half, second, first}, {half, joined.Frames, first, second}} {
		found, err := m.RefineTo(joined, part.start, part.first, part.end, 12)
		ok(t, err)
		if far := max(distance(found.Q, part.want.Q), distance(found.P, part.want.P)); far > 0.03 {
			t.Errorf("the frames %d to %d give states that are %.2g of their size away from theirs", part.first+1, part.end, far)
		}
	}
	for _, part := range [][2]int{{-1, 3}, {0, joined.Frames + 1}, {3, 3}} {
		if _, err := m.RefineTo(joined, first, part[0], part[1], 1); err == nil {
			t.Errorf("states are fitted to the frames %v", part)
		}
	}
}
