package render

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"hgn.local/pkg/physics"
)

func at(frame []uint8, size, i, j int) [3]uint8 {
	o := 3 * (i*size + j)
	return [3]uint8(frame[o : o+3])
}

// covered is the area, in world units, that the frame shows in the disc's colour, judged from one channel.
func covered(frame []uint8, size int, extent float64, channel int, color [3]uint8) float64 {
	sum := 0.0
	for k := channel; k < len(frame); k += 3 {
		sum += (float64(frame[k]) - float64(Background[channel])) / (float64(color[channel]) - float64(Background[channel]))
	}
	pixel := 2 * extent / float64(size)
	return sum * pixel * pixel
}

func TestAPendulumLooksAsItShould(t *testing.T) {
	s := physics.Pendulum()
	const size = 32
	frame := make([]uint8, size*size*3)
	for _, c := range []struct {
		q    float64
		i, j int // pixel at the bob's centre
	}{{0, 26, 15}, {math.Pi, 5, 15}, {math.Pi / 2, 15, 26}, {-math.Pi / 2, 15, 5}} {
		Frame(s, []float64{c.q}, size, frame)
		if got := at(frame, size, c.i, c.j); got != s.Color {
			t.Errorf("q = %.2f: pixel (%d, %d) is %v, want the bob's %v", c.q, c.i, c.j, got, s.Color)
		}
		if got := at(frame, size, size-1-c.i, size-1-c.j); got != Background {
			t.Errorf("q = %.2f: the opposite pixel is %v, want background %v", c.q, got, Background)
		}
	}
}

// The edge's smoothstep is the distribution function of a radius with mean r and variance w²/5,
// so the area that it covers is π (r² + w²/5).
func TestADiscCoversItsAreaAtEverySizeAndPlace(t *testing.T) {
	color := [3]uint8{255, 255, 255}
	for _, size := range []int{16, 32, 64, 65, 128} {
		w := max(0.1, 3/float64(size))
		frame := make([]uint8, size*size*3)
		for k := range 50 {
			x, y := 0.7*math.Sin(float64(k)), 0.7*math.Cos(1.7*float64(k))
			Disks([]physics.Disk{{X: x, Y: y, Radius: 0.5, Color: color}}, 1.5, size, frame)
			if area, want := covered(frame, size, 1.5, 0, color), math.Pi*(0.25+w*w/5); math.Abs(area/want-1) > 0.01 {
				t.Errorf("%d pixels, disc at (%.2f, %.2f): area %.4f, want %.4f", size, x, y, area, want)
			}
		}
	}
}

// The centre of mass of the frame moves as the disc does, to a fiftieth of a pixel, and no pixel jumps.
func TestASubPixelShiftChangesPixelsSmoothly(t *testing.T) {
	color := [3]uint8{255, 255, 255}
	for _, size := range []int{16, 32, 64} {
		pixel := 3.0 / float64(size)
		frame, before := make([]uint8, size*size*3), make([]uint8, size*size*3)
		const parts = 20
		for k := range 2 * parts {
			x := 0.1 + pixel*float64(k)/parts
			Disks([]physics.Disk{{X: x, Y: 0.05, Radius: 0.5, Color: color}}, 1.5, size, frame)
			var moment, mass float64
			jump := 0.0
			for i := range size {
				for j := range size {
					v := float64(at(frame, size, i, j)[0]) - float64(Background[0])
					moment += v * (-1.5 + (float64(j)+0.5)*pixel)
					mass += v
					if k > 0 {
						jump = max(jump, math.Abs(float64(at(frame, size, i, j)[0])-float64(at(before, size, i, j)[0])))
					}
				}
			}
			if e := math.Abs(moment/mass-x) / pixel; e > 0.02 {
				t.Errorf("%d pixels: the disc at x = %.4f appears %.3f pixels away", size, x, e)
			}
			// At most a pixel's share 1/20 times the edge's steepest slope, 1.5 over at least 2 pixels.
			if limit := 174.0/parts*0.75 + 1; jump > limit {
				t.Errorf("%d pixels: a shift of 1/%d pixel changes a pixel by %.0f of 174, want at most %.1f", size, parts, jump, limit)
			}
			copy(before, frame)
		}
	}
}

func TestLaterDiscsLieInFront(t *testing.T) {
	const size = 32
	frame := make([]uint8, size*size*3)
	red, blue := [3]uint8{200, 0, 0}, [3]uint8{0, 0, 200}
	Disks([]physics.Disk{{Radius: 0.8, Color: red}, {X: 0.2, Radius: 0.4, Color: blue}}, 1.5, size, frame)
	if got := at(frame, size, 16, 18); got != blue {
		t.Errorf("where the discs overlap the frame is %v, want the later disc's %v", got, blue)
	}
	if got := at(frame, size, 16, 9); got != red {
		t.Errorf("beside the later disc the frame is %v, want the earlier disc's %v", got, red)
	}
	// Where the front disc's edge is half transparent the one behind shines through, not the background.
	for j := 18; j < 24; j++ {
		if c := at(frame, size, 16, j); c[1] > 1 {
			t.Errorf("pixel %d of the front disc's edge shows background: %v", j, c)
		}
	}
}

// In the small frames of 32 x 32 pixels every body shows its own colour at its centre, in all but a few frames in which
// one passes in front of another; the more so in larger frames.
func TestBodiesAreToldApartBySmallFrames(t *testing.T) {
	const size, starts = 32, 200
	frame := make([]uint8, size*size*3)
	for _, name := range physics.Names() {
		s, _ := physics.ByName(name)
		r := rand.New(rand.NewPCG(1, 1))
		hidden, shown := 0, 0
		for range starts {
			q0, p0 := s.Sample(r)
			q, _, err := physics.Trajectory(s, q0, p0, 0.125, 30)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range q {
				Frame(s, x, size, frame)
				for _, d := range s.Disks(x) {
					pixel := 2 * s.Extent() / size
					shown++
					if at(frame, size, int((s.Extent()-d.Y)/pixel), int((d.X+s.Extent())/pixel)) != d.Color {
						hidden++
					}
				}
			}
		}
		if hidden > shown/100 {
			t.Errorf("%s: %d of %d bodies do not show their colour", name, hidden, shown)
		}
	}
}

// Whatever is off the canvas, or no number at all, leaves a valid frame and the bytes behind it alone.
func TestOddDiscsDoNoHarm(t *testing.T) {
	const size = 16
	inf, nan := math.Inf(1), math.NaN()
	buffer := make([]uint8, size*size*3+9)
	for _, d := range []physics.Disk{
		{X: 5}, {X: 5, Radius: 1}, {X: -1e300, Y: 1e300, Radius: 1}, {X: nan, Y: 0, Radius: 1}, {X: 0, Y: nan, Radius: 1},
		{X: inf, Radius: 1}, {Radius: nan}, {Radius: -1}, {}, {X: 1.6, Y: 1.6, Radius: 0.01},
	} {
		d.Color = [3]uint8{255, 255, 255}
		Disks([]physics.Disk{d}, 1.5, size, buffer)
		for i := range size {
			for j := range size {
				if c := at(buffer, size, i, j); c != Background && !(d.X == 1.6) {
					t.Fatalf("disc %+v is visible at (%d, %d): %v", d, i, j, c)
				}
			}
		}
	}
	for _, v := range buffer[size*size*3:] {
		if v != 0 {
			t.Fatal("drawing wrote beyond the frame")
		}
	}
	Disks([]physics.Disk{{Radius: 100, Color: [3]uint8{1, 2, 3}}}, 1.5, size, buffer)
	if at(buffer, size, 0, 0) != [3]uint8{1, 2, 3} || at(buffer, size, size-1, size-1) != [3]uint8{1, 2, 3} {
		t.Error("a disc larger than the canvas does not fill it")
	}
}

// Drawing must not fall into the slow paths that vector registers can cause (see the package documentation):
// a frame takes some 2 µs, so 20 µs for the best of several rounds mean that it did.
func TestDrawingIsFast(t *testing.T) {
	s := physics.Pendulum()
	frame := make([]uint8, 32*32*3)
	best := time.Hour
	for range 20 {
		const frames = 200
		start := time.Now()
		for k := range frames {
			Frame(s, []float64{0.03 * float64(k)}, 32, frame)
		}
		best = min(best, time.Since(start)/frames)
	}
	if best > 20*time.Microsecond {
		t.Errorf("a frame of 32 x 32 pixels takes %v, want at most 20 µs", best)
	}
}

func BenchmarkFrame(b *testing.B) {
	for _, name := range physics.Names() {
		for _, size := range []int{32, 64} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				s, _ := physics.ByName(name)
				frame := make([]uint8, size*size*3)
				q := make([]float64, s.Dim())
				for b.Loop() {
					q[0] += 0.01
					if q[0] > 1 {
						q[0] = -1
					}
					Frame(s, q, size, frame)
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
			})
		}
	}
}

// BenchmarkVideo simulates and draws the paper's trajectories, as a data set does, from starts that differ.
func BenchmarkVideo(b *testing.B) {
	for _, name := range physics.Names() {
		for _, size := range []int{32, 64} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				s, _ := physics.ByName(name)
				const frames = 30
				frame := make([]uint8, size*size*3)
				r := rand.New(rand.NewPCG(1, 1))
				for b.Loop() {
					q0, p0 := s.Sample(r)
					q, _, err := physics.Trajectory(s, q0, p0, 0.125, frames)
					if err != nil {
						b.Fatal(err)
					}
					for _, x := range q {
						Frame(s, x, size, frame)
					}
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "trajectories/s")
			})
		}
	}
}

// TestARodCoversItsArea: a rod of length L and thickness 2r covers 2rL and the area of a disc.
func TestARodCoversItsArea(t *testing.T) {
	color := [3]uint8{255, 255, 255}
	const size, extent, radius = 64, 1.5, 0.3
	w := extent / edgesPerExtent
	frame := make([]uint8, size*size*3)
	for _, along := range [][2]float64{{0.8, 0}, {0, -0.6}, {-0.5, 0.7}} {
		Disks([]physics.Disk{{X: 0.1, Y: -0.05, Radius: radius, Color: color, Along: along}}, extent, size, frame)
		want := 2*radius*math.Hypot(along[0], along[1]) + math.Pi*(radius*radius+w*w/5)
		if got := covered(frame, size, extent, 0, color); math.Abs(got-want) > 0.01*want {
			t.Errorf("a rod along %v covers %.4f, want %.4f", along, got, want)
		}
	}
}
