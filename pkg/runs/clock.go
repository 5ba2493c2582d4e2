package runs

import (
	"math"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/physics"
)

// clock holds the true motion of one video on a fine grid of times.
type clock struct {
	video  int
	path   [][]float64 // positions, dt/driftFine apart
	period float64     // in units of time; NaN if the motion does not repeat within maxPeriod
}

// newClock simulates the true motion of a video for a number of frames.
func newClock(s *dataset.Dataset, i, frames int) (*clock, error) {
	system, err := s.PhysicsOf(i)
	if err != nil {
		return nil, err
	}
	q, p := s.State(i, 0)
	fine, momenta, err := physics.Trajectory(system, q, p, s.Dt/driftFine, frames*driftFine)
	if err != nil {
		return nil, err
	}
	c := &clock{video: i, path: fine, period: math.NaN()}
	// far is the squared distance of the bodies' places and of the momenta from those at the start. Places are compared
	// as they are drawn, because an angle grows by a whole turn from one period to the next.
	far := func(t int) (sum float64) {
		for k, x := range system.Disks(fine[t]) {
			x0 := system.Disks(fine[0])[k]
			sum += (x.X-x0.X)*(x.X-x0.X) + (x.Y-x0.Y)*(x.Y-x0.Y)
		}
		for k := range momenta[t] {
			sum += (momenta[t][k] - p[k]) * (momenta[t][k] - p[k])
		}
		return sum
	}
	largest := 0.0
	for t := 1; t < maxPeriod*driftFine; t++ {
		x := far(t)
		if largest = math.Max(largest, x); x < returned*largest && x < far(t+1) && x <= far(t-1) {
			a, b, e := far(t-1), x, far(t+1)
			c.period = (float64(t) + 0.5*(a-e)/(a-2*b+e)) * s.Dt / driftFine
			break
		}
	}
	return c, nil
}

// returned is the share of the greatest squared distance below which a motion has come back to its start.
const returned = 0.02

// phase returns the phase of the true motion that shows the frames, minus that at the time of frame number at.
func (c *clock) phase(s *dataset.Dataset, frames [][]float32, at int) (float64, error) {
	if math.IsNaN(c.period) {
		return math.NaN(), nil
	}
	half := int(math.Ceil(c.period / 2 / s.Dt * driftFine))
	errs := make([]float64, 2*half+1)
	drawn := map[int][]uint8{}
	for shift := -half; shift <= half; shift++ {
		for k, f := range frames {
			t := (at+k)*driftFine + shift
			if t < 0 || t >= len(c.path) {
				errs[shift+half] = math.Inf(1)
				continue
			}
			d, ok := drawn[t]
			if !ok {
				d = make([]uint8, len(f))
				if err := s.Draw(c.video, c.path[t], d); err != nil {
					return 0, err
				}
				drawn[t] = d
			}
			for j, x := range f {
				e := float64(x - video.Unit[d[j]])
				errs[shift+half] += e * e
			}
		}
	}
	best := 1
	for j := range errs[1 : len(errs)-1] {
		if errs[j+1] < errs[best] {
			best = j + 1
		}
	}
	a, b, e := errs[best-1], errs[best], errs[best+1]
	shift := float64(best-half) + 0.5*(a-e)/(a-2*b+e)
	return 2 * math.Pi * shift * s.Dt / driftFine / c.period, nil
}
