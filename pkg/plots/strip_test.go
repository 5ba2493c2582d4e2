package plots

import (
	"testing"
	"time"
)

func pendulumFilms(size, n int) (truth, forward, backward, double, half [][]uint8) {
	mk := func(dt float64, noise float64) [][]uint8 {
		qs, _ := swing(1.9, 0.2, dt, n)
		return film(qs, size, noise)
	}
	return mk(0.125, 0), mk(0.125, 1.5), mk(-0.125, 1.5), mk(0.25, 1.5), mk(0.0625, 1.5)
}

func TestFilmStrip(t *testing.T) {
	truth, fw, bw, db, hf := pendulumFilms(32, 60)
	pic, err := FilmStrip(Strip{Title: "Rollouts of the learned dynamics", Size: 32, Times: times(60, 0.125)},
		Film{"true", truth}, Film{"forward", fw}, Film{"backward", bw}, Film{"double speed", db}, Film{"half speed", hf})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "strip", pic)
	truth64, fw64, _, _, _ := pendulumFilms(64, 30)
	pic, err = Compare(Strip{Title: "64 pixels", Size: 64}, truth64, fw64, 4)
	if err != nil {
		t.Fatal(err)
	}
	look(t, "compare64", pic)
	pic, err = Compare(Strip{Size: 32, Times: times(30, -0.125)}, truth[:30], db[:30], 2)
	if err != nil {
		t.Fatal(err)
	}
	look(t, "compare32", pic)
	pic, err = AnimateGIF(Animation{Size: 32, Delay: 60 * time.Millisecond}, Film{"true", truth}, Film{"forward", fw}, Film{"backward", bw}, Film{"double speed", db}, Film{"half speed", hf})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "anim", pic)
	pic, err = AnimateGIF(Animation{Title: "Pendulum", Columns: 3, Size: 32, Zoom: 4}, Film{"true", truth}, Film{"forward", fw}, Film{"a very long name of a rollout", bw}, Film{"double speed", db}, Film{"half speed", hf[:20]})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "anim2", pic)
}

func TestLive(t *testing.T) {
	truth, fw, _, _, _ := pendulumFilms(32, 30)
	l := Live{Title: "Training", Status: "step 2400 of 4700, 1 min 20 s left", Size: 32, Y: "pixel MSE × 10⁴", Loss: []Series{{Name: "training", Y: lossCurve(2400, 7.5, 0.1, 1)}},
		Markers: []Mark{{0, "4 frames"}, {600, "8"}, {900, "12"}, {1200, "15 frames"}},
		Films:   []Film{{"target", truth}, {"reconstruction", fw}, {"target", truth}, {"reconstruction", fw}}}
	begin := time.Now()
	pic, err := l.Picture()
	if err != nil {
		t.Fatal(err)
	}
	d1 := time.Since(begin)
	b, _ := pic.PNG()
	t.Log(d1, time.Since(begin), len(b))
	look(t, "live", pic)
	l.Films = l.Films[:2]
	l.Loss = append(l.Loss, Series{Name: "test", X: times(48, 50), Y: lossCurve(48, 8.4, 0.02, 2)})
	l.Markers = nil
	begin = time.Now()
	pic, _ = l.Picture()
	d1 = time.Since(begin)
	b, _ = pic.PNG()
	t.Log(d1, time.Since(begin), len(b))
	look(t, "live2", pic)
	pic, err = Live{Size: 32, Films: l.Films}.Picture()
	if err != nil {
		t.Fatal(err)
	}
	look(t, "live0", pic)
}

func BenchmarkLive(b *testing.B) {
	truth, fw, _, _, _ := pendulumFilms(32, 30)
	l := Live{Title: "Training", Status: "step 2400 of 4700, 1 min 20 s left", Size: 32, Loss: []Series{{Name: "training", Y: lossCurve(4700, 7.5, 0.1, 1)}},
		Films: []Film{{"target", truth}, {"reconstruction", fw}}}
	for b.Loop() {
		p, err := l.Picture()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.PNG(); err != nil {
			b.Fatal(err)
		}
	}
}
