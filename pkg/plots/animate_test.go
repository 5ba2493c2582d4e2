package plots

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"testing"
	"time"
)

// Every frame says its number and, of a film with times, its time; the room for these is there.
func TestAnimationCounts(t *testing.T) {
	films := rollouts(32, 3)[:2]
	plain, err := AnimateGIF(Animation{Size: 32}, films...)
	checked(t, "animation_counted", plain, err)
	films[1].Times = []float64{0, -0.125, -0.25}
	timed, err := AnimateGIF(Animation{Size: 32}, films...)
	checked(t, "animation_timed", timed, err)
	_, before := plain.Size()
	if _, height := timed.Size(); height != before+timeSpace {
		t.Errorf("with times the page is %d high, without %d", height, before)
	}
	s, err := newStage(Animation{Size: 32}, films)
	if err != nil {
		t.Fatal(err)
	}
	first, second := s.at(0, 3), s.at(1, 3)
	differs := func(r image.Rectangle) bool {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if first.RGBAAt(x, y) != second.RGBAAt(x, y) {
					return true
				}
			}
		}
		return false
	}
	side := s.zoom * 32
	for i, timed := range []bool{false, true} {
		c := s.corner(i)
		if below := image.Rect(c.X, c.Y+side+1, c.X+side, c.Y+side+timeSpace-1); differs(below) != timed {
			t.Errorf("film %d: the time below it changes: %v", i, !timed)
		}
	}
	if bottom := first.Rect.Max.Y - 7; !differs(image.Rect(filmGap, bottom-timeSpace+2, 100, bottom)) {
		t.Error("the frame's number does not change")
	}
	films[0].Times = []float64{1}
	if _, err := AnimateGIF(Animation{Size: 32}, films...); err == nil {
		t.Error("one time for three frames was accepted")
	}
}

func TestAnimateGIF(t *testing.T) {
	films := rollouts(32, 60)
	a := Animation{Size: 32, Delay: 60 * time.Millisecond}
	p, err := AnimateGIF(a, films...)
	checked(t, "animation", p, err)
	data, err := p.GIF()
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 400<<10 {
		t.Errorf("60 frames of 5 films take %d bytes, want less than 400 kB", len(data))
	}
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Image) != 60 || g.LoopCount != 0 || !p.Animated() {
		t.Errorf("%d frames, loop count %d; want 60 for ever", len(g.Image), g.LoopCount)
	}
	// Played back, every frame looks as it should: no channel of any film's
	// pixel is off by more than the eye forgives, and on average by very little.
	s, err := newStage(a, films)
	if err != nil {
		t.Fatal(err)
	}
	screen := image.NewRGBA(image.Rect(0, 0, g.Config.Width, g.Config.Height))
	for i, frame := range g.Image {
		if g.Delay[i] != 6 {
			t.Fatalf("frame %d is shown for %d/100 s, want 6", i, g.Delay[i])
		}
		draw.Draw(screen, frame.Rect, frame, frame.Rect.Min, draw.Over)
		want := s.at(i, 60)
		if d := meanDifference(screen, want); d > 2.5 {
			t.Errorf("frame %d is off by %.2f of 255 on average", i, d)
		}
		worst := 0
		for k := range want.Pix {
			worst = max(worst, abs(int(screen.Pix[k])-int(want.Pix[k])))
		}
		if worst > 40 {
			t.Errorf("frame %d has a pixel that is off by %d of 255", i, worst)
		}
	}
}

// What moves leaves no trace: where a film without noise shows background, so
// does the GIF.
func TestAnimationLeavesNoTrace(t *testing.T) {
	clean := rollouts(32, 40)[0]
	p, err := AnimateGIF(Animation{Size: 32}, clean)
	if err != nil {
		t.Fatal(err)
	}
	screen := image.NewRGBA(p.still.Rect)
	for _, frame := range p.anim.Image {
		draw.Draw(screen, frame.Rect, frame, frame.Rect.Min, draw.Over)
	}
	s, err := newStage(Animation{Size: 32}, []Film{clean})
	if err != nil {
		t.Fatal(err)
	}
	want, traces := s.at(39, 40), 0
	slate := color.RGBA{81, 88, 93, 255}
	for y := range want.Rect.Dy() {
		for x := range want.Rect.Dx() {
			if want.RGBAAt(x, y) == slate {
				c := screen.RGBAAt(x, y)
				if abs(int(c.R)-81) > 6 || abs(int(c.G)-88) > 6 || abs(int(c.B)-93) > 6 {
					traces++
				}
			}
		}
	}
	if traces > 20 {
		t.Errorf("%d background pixels keep a trace", traces)
	}
}

func TestAnimationRows(t *testing.T) {
	films := rollouts(32, 24)
	films[4].Frames = films[4].Frames[:10] // over sooner: holds its last frame
	films[2].Label = "backward, under a very long name"
	a := Animation{Title: "Pendulum", Columns: 3, Size: 32, Zoom: 4}
	p, err := AnimateGIF(a, films...)
	checked(t, "animation_rows", p, err)
	s, err := newStage(a, films)
	if err != nil {
		t.Fatal(err)
	}
	if !matches(s.at(23, 24), s.corner(4), films[4].Frames[9], 32, 4) {
		t.Error("a film that is over does not hold its last frame")
	}
	if !matches(p.still, s.corner(3), films[3].Frames[0], 32, 4) {
		t.Error("the still is not the first frame")
	}
	if s.corner(3).Y <= s.corner(2).Y || s.corner(3).X != s.corner(0).X {
		t.Errorf("the fourth of three columns is at %v", s.corner(3))
	}
	if len(p.anim.Image) != 24 || p.anim.Delay[0] != 8 {
		t.Errorf("%d frames of %d/100 s", len(p.anim.Image), p.anim.Delay[0])
	}
}
