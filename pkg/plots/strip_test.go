package plots

import (
	"image"
	"image/color"
	"math/rand/v2"
	"strings"
	"testing"
)

func rollouts(size, n int) []Film {
	mk := func(dt, noise float64) [][]uint8 {
		qs, _ := swing(1.9, 0.2, dt, n)
		return film(qs, size, noise)
	}
	return []Film{{Label: "true", Frames: mk(0.125, 0)}, {Label: "forward", Frames: mk(0.125, 1.5)}, {Label: "backward", Frames: mk(-0.125, 1.5)}, {Label: "double speed", Frames: mk(0.25, 1.5)}, {Label: "half speed", Frames: mk(0.0625, 1.5)}}
}

// randomFilm has frames of random colours, none of which text has.
func randomFilm(label string, size, n int, r *rand.Rand) Film {
	f := Film{Label: label}
	for range n {
		frame := make([]uint8, size*size*3)
		for i := range frame {
			frame[i] = uint8(r.IntN(80))
			if i%3 == 0 {
				frame[i] += 150 // reddish
			}
		}
		f.Frames = append(f.Frames, frame)
	}
	return f
}

// findFrame looks for the upper left corner of a frame enlarged by zoom.
func findFrame(img *image.RGBA, frame []uint8, size, zoom int) (image.Point, bool) {
	for y := range img.Rect.Dy() - size*zoom + 1 {
		for x := range img.Rect.Dx() - size*zoom + 1 {
			if matches(img, image.Pt(x, y), frame, size, zoom) {
				return image.Pt(x, y), true
			}
		}
	}
	return image.Point{}, false
}

func matches(img *image.RGBA, at image.Point, frame []uint8, size, zoom int) bool {
	for y := range size * zoom {
		for x := range size * zoom {
			p := (y/zoom*size + x/zoom) * 3
			if img.RGBAAt(at.X+x, at.Y+y) != (color.RGBA{frame[p], frame[p+1], frame[p+2], 255}) {
				return false
			}
		}
	}
	return true
}

// Every picked frame stands in the strip with its exact pixels, in its place.
func TestFilmStripHoldsExactPixels(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	const size, n, zoom = 16, 40, 6
	films := []Film{randomFilm("a", size, n, r), randomFilm("b", size, n, r)}
	p, err := FilmStrip(Strip{Title: "Random", Size: size, Times: times(n, 0.125)}, films...)
	checked(t, "strip_random", p, err)
	picks := evenly(n, stripMost)
	first, ok := findFrame(p.still, films[0].Frames[0], size, zoom)
	if !ok {
		t.Fatal("the first frame is not in the strip")
	}
	for row, f := range films {
		for k, i := range picks {
			at := first.Add(image.Pt(k*(size*zoom+stripGap), row*(size*zoom+stripGap)))
			if !matches(p.still, at, f.Frames[i], size, zoom) {
				t.Errorf("frame %d of film %q is not at %v", i, f.Label, at)
			}
		}
	}
}

func TestFilmStrip(t *testing.T) {
	p, err := FilmStrip(Strip{Title: "Rollouts of the learned dynamics", Size: 32, Times: times(60, 0.125)}, rollouts(32, 60)...)
	checked(t, "strip", p, err)
	w, _ := p.Size()
	if w < 700 || w > 900 {
		t.Errorf("a strip of 60 frames of 32 pixels is %d CSS pixels wide", w)
	}
	for size, most := range map[int]int{8: 16, 28: 14, 32: 16, 64: 12, 96: 16, 200: 7} {
		p, err := FilmStrip(Strip{Size: size}, Film{Label: "one", Frames: film(make([]float64, 40), size, 0)})
		if err != nil {
			t.Fatal(err)
		}
		if w, _ := p.Size(); w > 900 {
			t.Errorf("a strip of %d-pixel frames is %d CSS pixels wide with at most %d frames", size, w, most)
		}
	}
	p, err = FilmStrip(Strip{Title: "A title much longer than one frame is wide", Size: 32}, Film{Label: "one", Frames: film([]float64{0.3}, 32, 0)})
	checked(t, "strip_single", p, err)
}

func TestEvenly(t *testing.T) {
	for _, c := range [][3]int{{30, 16, 2}, {60, 16, 4}, {16, 16, 1}, {5, 16, 1}, {1, 1, 1}, {17, 16, 2}} {
		n, k, stride := c[0], c[1], c[2]
		got := evenly(n, k)
		if len(got) == 0 || len(got) > k || got[len(got)-1] < n-stride {
			t.Errorf("evenly(%d, %d) = %v", n, k, got)
		}
		for i := range got {
			if got[i] != i*stride {
				t.Errorf("evenly(%d, %d) = %v, want steps of %d", n, k, got, stride)
				break
			}
		}
	}
}

func TestTimeLabels(t *testing.T) {
	got := timeLabels([]float64{0, -0.125, 1, -2.50004, -1e-9}, []int{0, 1, 2, 3, 4})
	if s := strings.Join(got, " "); s != "0 −0.125 1 −2.5 0" {
		t.Errorf("time labels %q", s)
	}
}

func TestCompare(t *testing.T) {
	films := rollouts(32, 30)
	p, err := Compare(Strip{Title: "Target and reconstruction", Size: 32, Times: times(30, 0.125)}, films[0].Frames, films[3].Frames, 2)
	checked(t, "compare", p, err)
	big := rollouts(64, 20)
	p, err = Compare(Strip{Size: 64}, big[0].Frames, big[1].Frames, 4)
	checked(t, "compare64", p, err)
	plain, err := Compare(Strip{Size: 64}, big[0].Frames, big[1].Frames, 0)
	checked(t, "compare_plain", plain, err)
	if p.still.Rect.Dy() <= plain.still.Rect.Dy() {
		t.Error("the error row is missing")
	}
	e := errorFrame([]uint8{10, 20, 30, 0, 0, 0, 0, 0, 0}, []uint8{10, 20, 30, 255, 255, 255, 64, 64, 64}, 2)
	if e[0] != 0xf2 || e[1] != 0xf2 || e[3] != 0 || e[5] != 0 {
		t.Errorf("agreement is %v and the largest error %v, want pale and black", e[:3], e[3:6])
	}
	if d := abs(int(e[6])-int(vermillion.R)) + abs(int(e[7])-int(vermillion.G)) + abs(int(e[8])-int(vermillion.B)); d > 8 {
		t.Errorf("half of the largest error is %v, want vermillion", e[6:])
	}
}

func TestFilmErrors(t *testing.T) {
	ok := Film{Label: "ok", Frames: film([]float64{0, 1}, 8, 0)}
	for want, f := range map[string]func() (*Picture, error){
		"at least one film":         func() (*Picture, error) { return FilmStrip(Strip{Size: 8}) },
		"frame size is 0":           func() (*Picture, error) { return FilmStrip(Strip{}, ok) },
		`"empty" has no frames`:     func() (*Picture, error) { return FilmStrip(Strip{Size: 8}, Film{Label: "empty"}) },
		"frame 0 of \"ok\" has 192": func() (*Picture, error) { return FilmStrip(Strip{Size: 9}, ok) },
		"1 times for 2 frames":      func() (*Picture, error) { return FilmStrip(Strip{Size: 8, Times: []float64{1}}, ok) },
		`"ok" has 2 frames and "s"`: func() (*Picture, error) {
			return FilmStrip(Strip{Size: 8}, ok, Film{Label: "s", Frames: ok.Frames[:1]})
		},
		`"target" has 2 frames and`:   func() (*Picture, error) { return Compare(Strip{Size: 8}, ok.Frames, ok.Frames[:1], 0) },
		"AnimateGIF has nothing":      func() (*Picture, error) { return AnimateGIF(Animation{Size: 8}) },
		`frame 0 of "ok" has 192 byt`: func() (*Picture, error) { return AnimateGIF(Animation{Size: 7}, ok) },
		"the picture would be":        func() (*Picture, error) { return AnimateGIF(Animation{Size: 8, Zoom: 1 << 20}, ok) },
		"Live\" has no frames":        func() (*Picture, error) { return Live{Size: 8, Films: []Film{{Label: "Live"}}}.Picture() },
		"Grid has nothing":            func() (*Picture, error) { return Grid(2) },
		"picture that is nil":         func() (*Picture, error) { return Grid(2, nil) },
		"Grid holds stills only": func() (*Picture, error) {
			a, err := AnimateGIF(Animation{Size: 8}, ok)
			if err != nil {
				return nil, err
			}
			return Grid(2, a)
		},
	} {
		wantError(t, want, f)
	}
}
